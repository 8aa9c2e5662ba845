"""Which orders are likely late and why, and how far forecasts can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.forecast.view import forecast_view
from domain.orders.events import instant_text
from domain.workflow.document import Workflow
from persistence import documents
from persistence.queries import forecast_board
from persistence.queries.forecast_board import LateFilter
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case


@use_case(right="warning.read")
async def list_likely_late(tx: Tx, wanted: LateFilter) -> list[dict[str, Any]]:
    """The likeliest first, each with its forecast and the stages that take the time."""
    rows = await forecast_board.likely_late(tx, Scope.of(tx.actor), wanted)
    running = {(row["workflow_key"], row["workflow_version"]) for row in rows}
    workflows = {reference: await documents.workflow(tx, *reference) for reference in running}
    return [_view(row, workflows[row["workflow_key"], row["workflow_version"]], tx.now) for row in rows]


@use_case(right="warning.read")
async def read_calibration(tx: Tx, _: None) -> dict[str, Any]:
    """By month, how many deliveries were foretold for a day in it at each level, and how many were there by then."""
    months: dict[str, dict[str, Any]] = {}
    for row in await forecast_board.held_by_month(tx):
        counts = {"said": row["said"], "held": row["held"]}
        months.setdefault(row["month"], {"month": row["month"]})[row["level"]] = counts
    nothing = {"said": 0, "held": 0}
    model = await forecast_board.present_model(tx)
    return {
        "items": [{"p50": nothing, "p80": nothing, "p95": nothing, **month} for month in months.values()],
        "model": model and {**model, "made_at": instant_text(model["made_at"])},
    }


def _view(row: Mapping[str, Any], workflow: Workflow, now: datetime) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "order_no": row["order_no"],
        "order_type": row["order_type"],
        "customer": row["customer"],
        "merchandiser": row["merchandiser"],
        "stage": row["stage"],
        "stage_label": workflow.stage(row["stage"]).label.as_json(),
        "role": workflow.stage(row["stage"]).role,
        "category": row["category"],
        "stage_since": instant_text(row["stage_since"]),
        "promised_date": row["promised_date"] and row["promised_date"].isoformat(),
        "due_at": instant_text(row["due_at"]),
        "held": row["held"],
        "short": row["short"],
        "since": instant_text(row["risk_since"]),
        "forecast": forecast_view(row, workflow, now),
    }
