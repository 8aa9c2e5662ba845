"""The demo factory's stock as its ERP counts it, and what may stand for what."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from cli.demo.catalogue import DemoCatalogue
from cli.demo.samples import sample_json
from domain.products.article import Article
from domain.warning.stock import Described
from domain.warning.substitutes import Substitute
from usecases.warning.replace_substitutes import ReplaceSubstitutes
from usecases.warning.take_stock import TakeStock

SOURCE = "demo"
_USABLE = "KCZT01_SYS"


def demo_stock(catalogue: DemoCatalogue) -> TakeStock:
    """Everything that is there; a few materials are below their safety level, so that some orders are red."""
    on_hand: dict[str, Decimal] = defaultdict(Decimal)
    for row in sample_json("samples/kingdee/dataset.json")["forms"]["STK_Inventory"]:
        if row["FStockStatusId"] == _USABLE:
            on_hand[row["FMaterialId"]] += Decimal(str(row["FBaseQty"]))
    materials = [article for article in catalogue.articles if "safety_stock" in article.details]
    return TakeStock(SOURCE, None, dict(on_hand), [_described(article) for article in materials])


def demo_substitutes(catalogue: DemoCatalogue) -> ReplaceSubstitutes:
    """What the ERP and the factory's own story allow."""
    allowed = [
        Substitute(article.sku, other["sku"], Decimal(other["ratio"]), place, note=other.get("note", {}))
        for article in catalogue.articles
        for place, other in enumerate(article.details.get("substitutes", ()), 1)
    ]
    return ReplaceSubstitutes(SOURCE, allowed)


def _described(article: Article) -> Described:
    details = article.details
    return Described(
        article.sku,
        name=article.name,
        specification=details["specification"],
        unit=article.unit,
        safety_level=Decimal(details["safety_stock"]),
        unit_cost=Decimal(details["cost"]),
        lead_days=details["lead_time_days"],
        active=not details["blocked"],
    )
