"""Stock and materials of a system whose field names are the customer's own matter: which are which is said in settings.

A row that lacks what it has to have is half an answer, and a failure; what else it lacks is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.warning.stock import Described
from integrations.ports import CountedRow, ErpFailed

# `less` is taken off the quantity; the fields of `row`, with + between them, name a row within its system.
STOCK_NAMES = ("material", "quantity", "less", "row")
MATERIAL_NAMES = ("material", "name", "specification", "unit", "safety", "cost", "days", "stopped")
_NOT_STOPPED = {"", "0", "false", "none", "null"}


def counted(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> list[CountedRow]:
    """What may be used, row by row; rows that are named alike within a page are one. Raises ErpFailed."""
    found: dict[str, CountedRow] = {}
    for row in rows:
        material = _text(_needed(row, names["material"]))
        quantity = number(_needed(row, names["quantity"])) - (number_or_none(row.get(names.get("less", ""))) or 0)
        if not material:
            continue
        name = "|".join(_text(row.get(part)) for part in names["row"].split("+"))
        known = found[name].quantity if name in found else Decimal(0)
        found[name] = CountedRow(name, material, known + quantity)
    return list(found.values())


def described(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> list[Described]:
    """Master data; what is not there, or not above zero where it has to be, is not known. Raises ErpFailed."""
    return [_described(row, names) for row in rows if _text(_needed(row, names["material"]))]


def _described(row: Mapping[str, Any], names: Mapping[str, str]) -> Described:
    def told(name: str) -> Any:
        return row.get(names.get(name, ""))

    days = _above_zero(told("days"))
    return Described(
        material=_text(told("material")),
        name=_text(told("name")),
        specification=_text(told("specification")),
        unit=_text(told("unit")),
        safety_level=_above_zero(told("safety")),
        unit_cost=_above_zero(told("cost")),
        lead_days=None if days is None else int(days),
        active=_text(told("stopped")).lower() in _NOT_STOPPED,
    )


def number(value: Any) -> Decimal:
    """A number that has to be one; some of these systems write them as texts. Raises ErpFailed."""
    found = number_or_none(value)
    if found is None:
        raise ErpFailed("not_an_api_answer", f"no number: {value!r}"[:200], alert=True)
    return found


def number_or_none(value: Any) -> Decimal | None:
    """A finite number, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _above_zero(value: Any) -> Decimal | None:
    found = number_or_none(value)
    return found if found is not None and found > 0 else None


def _needed(row: Mapping[str, Any], name: str) -> Any:
    if name not in row:
        raise ErpFailed("not_an_api_answer", f"rows have no field {name}", alert=True, fields=(name,))
    return row[name]


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
