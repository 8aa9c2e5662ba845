"""A day of the workshop in one answer: what was made, by whom or where, what was lost and why, what was overlooked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from domain.floor.output import By, output_view, quality_view
from domain.orders.dates import local_date
from domain.orders.money import quantity_text
from domain.refusals.general import FIELD_INVALID
from domain.refusals.kinds import FieldProblem
from domain.text import Text
from persistence.queries import output_board
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case

LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class OutputDays:
    """The days of shifts from `first` (None: today in the factory) to `last` (None: the same day)."""

    by: By
    first: date | None = None
    last: date | None = None


@use_case(right="kpis.read")
async def read_output(tx: Tx, asked: OutputDays) -> dict[str, Any]:
    """`{"date", "to_date", "by", "items", "totals", "quality": {"shifts", "inspectors"}}`; three statements."""
    first = asked.first or local_date(tx.now, tx.zone)
    last = asked.last or first
    if not 0 <= (last - first).days <= LONGEST_DAYS:
        text = Text("须不早于 date，且不超过一年", "not before date, and within a year of it")
        raise FIELD_INVALID(FieldProblem("/query/to_date", "range_invalid", text), summary="/query/to_date")
    scope = Scope.of(tx.actor)
    items = [output_view(row, asked.by) for row in await output_board.output(tx, scope, first, last, asked.by)]
    shifts = await output_board.quality(tx, scope, first, last, "shift")
    inspectors = await output_board.quality(tx, scope, first, last, "person")
    sums = {name: sum((Decimal(item[name]) for item in items), Decimal(0)) for name in _SUMMED}
    return {
        "date": first.isoformat(),
        "to_date": last.isoformat(),
        "by": asked.by,
        "items": items,
        "totals": {name: quantity_text(value) for name, value in sums.items()},
        "quality": {"shifts": quality_view(shifts, "shift"), "inspectors": quality_view(inspectors, "person")},
    }


_SUMMED = ("good", "finished", "scrap", "reworked", "standard_minutes")
