"""Odoo's records as this product reads them: which fields, and what their values mean in the trade's words.

An empty field is `false`; a reference is `[id, "label"]`; times are UTC without a mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from integrations.ports import ErpFailed

QUANT = "stock.quant"
QUANT_FIELDS = (
    "product_id",
    "location_id",
    "lot_id",
    "quantity",
    "reserved_quantity",
    "product_uom_id",
    "write_date",
)
OWN_STOCK = ("location_id.usage", "=", "internal")
PRODUCT = "product.product"
PRODUCT_FIELDS = ("default_code", "name", "uom_id", "standard_price", "active", "write_date")
ORDERPOINT = "stock.warehouse.orderpoint"
ORDERPOINT_FIELDS = ("product_id", "product_min_qty", "write_date")
_LABELLED = re.compile(r"\[([^\]]+)\]\s*(.*)", re.DOTALL)


def quant_rows(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Stock by location and lot. An article without a number has no `material`; stock below zero is possible."""
    return [_quant(row) for row in rows]


def _quant(row: Mapping[str, Any]) -> dict[str, Any]:
    code, name = _code_and_name(label(row["product_id"]) or "")
    quantity = number(row["quantity"])
    found = {
        "material": code,
        "name": name,
        "quantity": quantity,
        "reserved": number(row["reserved_quantity"]),
        "unit": label(row["product_uom_id"]),
        "warehouse": label(row["location_id"]),
        "lot": label(row["lot_id"]),
    }
    wrong = [*(["missing_code"] if code is None else []), *(["negative"] if quantity < 0 else [])]
    return {**found, "warnings": wrong} if wrong else found


def _code_and_name(text: str) -> tuple[str | None, str]:
    parts = _LABELLED.fullmatch(text)
    return (parts[1], parts[2]) if parts else (None, text)


def minimums(rows: Iterable[Mapping[str, Any]]) -> dict[int, Decimal]:
    """What reordering rules keep of each product, over all warehouses."""
    found: dict[int, Decimal] = {}
    for row in rows:
        product = reference(row["product_id"])
        if product is not None:
            found[product] = found.get(product, Decimal(0)) + number(row["product_min_qty"])
    return found


def newest(rows: Sequence[Mapping[str, Any]]) -> str | None:
    """The newest change among records, as Odoo writes instants."""
    return max((row["write_date"] for row in rows if text(row["write_date"])), default=None)


def reference(value: Any) -> int | None:
    """The id of a many-to-one field."""
    if isinstance(value, list) and value and isinstance(value[0], int):
        return int(value[0])
    if value is False or value is None:
        return None
    raise ErpFailed("not_an_api_answer", f"no reference: {value!r}"[:200], alert=True)


def label(value: Any) -> str | None:
    """What a many-to-one field is called."""
    return None if reference(value) is None else str(value[1])


def text(value: Any) -> str:
    """A text; what is empty is `false` there."""
    return value.strip() if isinstance(value, str) else ""


def number(value: Any) -> Decimal:
    """A number that has to be one. Raises ErpFailed."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ErpFailed("not_an_api_answer", f"no number: {value!r}"[:200], alert=True)
    return Decimal(value)
