"""Rows of ERPNext's lists: numbers that have to be some, and documents that come as several rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from integrations.ports import ErpFailed


def whole(rows: list[dict[str, Any]], page_rows: int) -> tuple[list[dict[str, Any]], bool]:
    """The rows without a last document that may go on, and whether there may be more. Raises ErpFailed."""
    if len(rows) < page_rows:
        return rows, False
    kept = [row for row in rows if row["name"] != rows[-1]["name"]]
    if not kept:
        raise ErpFailed("answer_too_large", "one document has more rows than a page has", alert=True)
    return kept, True


def number(value: Any) -> Decimal:
    """A number that has to be one. Raises ErpFailed."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ErpFailed("not_an_api_answer", f"no number: {value!r}"[:200], alert=True)
    return Decimal(value)


def number_or_zero(value: Any) -> Decimal:
    """The same of what may be empty."""
    return Decimal(0) if value is None else number(value)
