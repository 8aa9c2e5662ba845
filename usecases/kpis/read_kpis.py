"""The measures of a period, beside another one, and the list of what one of them counts."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from domain.kpis.counting import Count, Row, count
from domain.kpis.figures import measure_view, row_view
from domain.kpis.measures import MEASURES, Key
from domain.kpis.periods import Asked, Period, period_problems, periods
from domain.orders.dates import local_date
from domain.refusals.general import FIELD_INVALID, NOT_FOUND
from persistence.queries.kpis import Chosen
from persistence.tx import Tx
from usecases.door import use_case
from usecases.kpis.read_facts import read_facts

Only = Literal["counted", "rest"]


@dataclass(frozen=True, slots=True)
class KpisAsked:
    """Which days, and of which customer, order type and team."""

    days: Asked
    chosen: Chosen


@dataclass(frozen=True, slots=True)
class RowsAsked:
    """The list behind a measure. `part` and `only` leave some of it; `after` is (instant, id) of the last row seen."""

    key: str
    days: Asked
    chosen: Chosen
    part: str | None = None
    only: Only | None = None
    after: tuple[datetime, str] | None = None
    limit: int | None = 50


@use_case(right="kpis.read")
async def read_kpis(tx: Tx, asked: KpisAsked) -> dict[str, Any]:
    """`{"time_zone", "period", "comparison", "items"}`: a fixed number of statements, whatever there is to count."""
    period, beside = _periods(tx, asked.days)
    keys: list[Key] = [measure.key for measure in MEASURES.values()]
    now = await _counts(tx, period, asked.chosen, keys)
    then = await _counts(tx, beside, asked.chosen, keys) if beside else None
    items = await asyncio.to_thread(_views, period, now, beside, then)
    return {
        "time_zone": tx.zone.key,
        "period": _period_view(period, tx.now),
        "comparison": _period_view(beside, tx.now) if beside else None,
        "items": items,
    }


@use_case(right="kpis.read")
async def read_kpi_rows(tx: Tx, asked: RowsAsked) -> list[dict[str, Any]]:
    """The rows that a figure counts, newest first. Raises NOT_FOUND where there is no such measure."""
    measure = MEASURES.get(asked.key)
    if measure is None:
        raise NOT_FOUND()
    period, _ = _periods(tx, asked.days)
    counted = (await _counts(tx, period, asked.chosen, [measure.key]))[measure.key]
    rows = [row for row in reversed(counted.rows) if _is_meant(row, asked)]
    return [row_view(measure, row) for row in rows[: asked.limit]]


def _is_meant(row: Row, asked: RowsAsked) -> bool:
    if asked.part is not None and (row.part is None or row.part.key != asked.part):
        return False
    if asked.only is not None and row.hit != (asked.only == "counted"):
        return False
    return asked.after is None or (row.at, row.id) < asked.after


def _periods(tx: Tx, days: Asked) -> tuple[Period, Period | None]:
    today = local_date(tx.now, tx.zone)
    if problems := list(period_problems(days, today)):
        raise FIELD_INVALID(*problems, summary=problems[0].pointer)
    return periods(days, today, tx.zone)


async def _counts(tx: Tx, period: Period, chosen: Chosen, keys: Collection[Key]) -> dict[Key, Count]:
    facts = await read_facts(tx, period, chosen, keys)
    # A year's worth takes moments that other requests would wait for.
    return await asyncio.to_thread(lambda: {key: count(key, facts, period, tx.now) for key in keys})


def _views(
    period: Period, now: dict[Key, Count], beside: Period | None, then: dict[Key, Count] | None
) -> list[dict[str, Any]]:
    return [
        measure_view(measure, (now[measure.key], period), (then[measure.key], beside) if then and beside else None)
        for measure in MEASURES.values()
    ]


def _period_view(period: Period, now: datetime) -> dict[str, Any]:
    return {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "days": (period.last - period.first).days + 1,
        "over": period.is_over(now),
    }
