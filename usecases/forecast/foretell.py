"""Foretell every open order, two thousand at a time, as a tick goes round them; only what has changed is written."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.forecast.foretell import Forecast, Foreteller, Standing, wall_hours
from domain.forecast.model import Model
from domain.orders.order import OPEN_CATEGORIES
from domain.warning.working_time import WorkingTime
from domain.workflow.document import Workflow
from persistence import documents, forecasts
from persistence.forecasts import Place
from persistence.tx import Tx
from usecases.door import use_case
from usecases.forecast.working_time import working_time

# A tick names where a round goes on by this module; it does not know persistence.
__all__ = ["AT_ONCE", "Place", "foretell_orders", "settle_finished"]

AT_ONCE = 2_000

Row = Mapping[str, Any]


@use_case(right="admin.all", quiet=True)
async def foretell_orders(tx: Tx, place: Place) -> dict[str, Any]:
    """The next orders of the round. Answers `{"orders", "changed", "kept", "next"}`; `next` None ends the round."""
    rows = await forecasts.open_orders(tx, place, AT_ONCE)
    time = await working_time(tx)
    workflows = {(r["workflow_key"], r["workflow_version"]) for r in rows}
    found = await asyncio.to_thread(
        _foretold,
        rows,
        {reference: await documents.workflow(tx, *reference) for reference in workflows},
        await _foreteller(tx),
        time,
        tx.now,
    )
    await forecasts.drop(tx, [row["id"] for row, forecast in found if forecast is None])
    changed = await forecasts.write(tx, [_written(row, said) for row, said in found if said is not None])
    worth = [(row, said) for row, said in found if said is not None and _worth_keeping(row)]
    kept = await forecasts.keep(tx, [_kept(row, said, time, tx.now) for row, said in worth])
    return {"orders": len(rows), "changed": changed, "kept": kept, "next": _next(place, rows)}


@use_case(right="admin.all", quiet=True)
async def settle_finished(tx: Tx, _: None) -> int:
    """Compare what was foretold of finished orders with what came; says of how many."""
    return await forecasts.settle(tx)


def _foretold(
    rows: Sequence[Row],
    workflows: Mapping[tuple[str, int], Workflow],
    foreteller: Foreteller,
    time: WorkingTime,
    now: datetime,
) -> list[tuple[Row, Forecast | None]]:
    return [
        (row, foreteller.foretell(workflows[row["workflow_key"], row["workflow_version"]], _standing(row), time, now))
        for row in rows
    ]


def _standing(row: Row) -> Standing:
    names = ("stage", "order_type", "opened_at", "stage_since", "due_at", "held")
    return Standing(**{name: row[name] for name in names})


async def _foreteller(tx: Tx) -> Foreteller:
    """By the newest model, read once a process; before there is one, by service levels alone."""
    number, cache = await forecasts.newest_model(tx), tx.connection.published
    found: tuple[int, Foreteller] | None = cache.get(_CACHED)
    if found is None or found[0] != number:
        body = await forecasts.model_body(tx, number)
        found = cache[_CACHED] = number, Foreteller(Model.parse(body) if body else Model())
    return found[1]


_CACHED = ("foreteller", "", 0)


def _written(row: Row, said: Forecast) -> dict[str, Any]:
    return {
        **_days(row, said),
        "late_percent": said.late_percent,
        "confidence": said.confidence,
        "basis": said.basis,
        "ahead": [{"stage": one.stage, "hours": one.hours, "until": one.until.isoformat()} for one in said.ahead],
    }


def _kept(row: Row, said: Forecast, time: WorkingTime, now: datetime) -> dict[str, Any]:
    return {**_days(row, said), "workflow": row["workflow_key"], "hours": wall_hours(said.kept, time, now)}


def _days(row: Row, said: Forecast) -> dict[str, Any]:
    return {
        "order_id": row["id"],
        "stage": row["stage"],
        "stage_since": row["stage_since"].isoformat(),
        "p50": said.p50.isoformat(),
        "p80": said.p80.isoformat(),
        "p95": said.p95.isoformat(),
    }


def _worth_keeping(row: Row) -> bool:
    """The first forecast in each stage; of what is on hold nobody says that it is done by then."""
    return bool(row["moved"]) and not row["held"]


def _next(place: Place, rows: Sequence[Row]) -> Place | None:
    if len(rows) == AT_ONCE:
        return Place(place.category, rows[-1]["id"])
    return Place(place.category + 1) if place.category + 1 < len(OPEN_CATEGORIES) else None
