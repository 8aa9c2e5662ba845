"""Learn each night from the factory's own past how long orders take, and from earlier forecasts how good they were."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.forecast.foretell import promised_hours
from domain.forecast.levels import Outcome
from domain.forecast.model import Model, Place, Stay, fit
from domain.warning.working_time import WorkingTime
from persistence import documents, facts, forecasts
from persistence.tx import Tx
from usecases.door import use_case
from usecases.forecast.working_time import working_time

_DAY, _HOUR = 86400.0, 3600.0


@use_case(right="admin.all")
async def learn_from_past(tx: Tx, _: None) -> dict[str, int]:
    """The new model counts from now on. Answers `{"stays", "outcomes"}`."""
    stays, kept = await forecasts.stays(tx), await forecasts.kept(tx)
    time = await working_time(tx)
    levels = await _service_levels(tx)
    model = await asyncio.to_thread(_fitted, stays, kept, levels, time, tx.now)
    await forecasts.save_model(tx, len(stays), len(kept), model.as_json())
    return {"stays": len(stays), "outcomes": len(kept)}


def _fitted(
    stays: Sequence[Mapping[str, Any]],
    kept: Sequence[Mapping[str, Any]],
    levels: Mapping[Place, int | None],
    time: WorkingTime,
    now: datetime,
) -> Model:
    return fit([_stay(row, time, now) for row in stays], levels, [_outcome(row, now) for row in kept])


def _stay(row: Mapping[str, Any], time: WorkingTime, now: datetime) -> Stay:
    return Stay(
        row["workflow"],
        row["stage"],
        row["order_type"],
        promised_hours(row["opened_at"], row["due_at"], time),
        time.hours(row["until"] or now) - time.hours(row["since"]),
        _days_ago(row["since"], now),
        row["next_stage"],
    )


def _outcome(row: Mapping[str, Any], now: datetime) -> Outcome:
    settled = row["settled_at"] is not None
    hours = ((row["settled_at"] or now) - row["made_at"]).total_seconds() / _HOUR
    return Outcome(row["workflow"], row["stage"], row["hours"], hours, settled, _days_ago(row["made_at"], now))


def _days_ago(instant: datetime, now: datetime) -> float:
    return (now - instant).total_seconds() / _DAY


async def _service_levels(tx: Tx) -> dict[Place, int | None]:
    """Of every stage in use; where versions differ, the newest says."""
    found: dict[Place, int | None] = {}
    for key, version in sorted(await facts.workflows_in_use(tx)):
        workflow = await documents.workflow(tx, key, version)
        found |= {(key, stage.key): stage.service_hours for stage in workflow.stages}
    return found
