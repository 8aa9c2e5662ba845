"""The bills of the demo factory, whose materials the Kingdee simulator counts."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from domain.products.article import Article
from domain.products.bill import BillLine
from usecases.products.load_catalogue import LoadCatalogue

DEMO = Path(__file__).resolve().parent.parent.parent / "cli" / "demo" / "data"


def demo_catalogue() -> LoadCatalogue:
    """Radiators, cupboards and lamps with what goes into them."""
    bills = json.loads((DEMO / "bills.json").read_text(encoding="utf-8"))
    lines = [
        BillLine(product, number, material, Decimal(quantity))
        for product, parts in bills.items()
        for number, (material, quantity) in enumerate(parts.items(), 1)
    ]
    articles = {sku: "material" for line in lines for sku in (line.material,)} | dict.fromkeys(bills, "product")
    return LoadCatalogue([Article(sku, sku, "件", kind) for sku, kind in articles.items()], lines)
