"""Reporting by hand, at a desk or by an integrator: what fits is applied at once, what does not is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.floor.reading import Unreadable, read_report
from domain.orders.events import instant_text
from domain.orders.money import quantity_text
from domain.refusals.general import FIELD_INVALID, NOT_FOUND
from persistence.queries import report_list
from persistence.queries.report_list import ReportFilter
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.floor.order_moves import act_on_order
from usecases.floor.read_work_orders import read_work_order
from usecases.floor.report_board import open_board
from usecases.floor.report_rows import result_of
from usecases.floor.take_reports import write_outcomes


@dataclass(frozen=True, slots=True)
class ReportWork:
    """One report by whoever asks; `code` is the work order that it is about, where it is about one."""

    kind: str
    body: Mapping[str, Any]
    code: str | None = None
    occurred_at: datetime | None = None


@use_case(right="orders.read")
async def report_work(tx: Tx, command: ReportWork) -> dict[str, Any]:
    """Answers `{"result", "work_order"}`. Raises whatever keeps it from being applied; then nothing is kept."""
    body = {**command.body, **({"work_order": command.code} if command.code else {})}
    at = min(command.occurred_at or tx.now, tx.now)
    report = read_report({"id": str(tx.new_id()), "kind": command.kind, "occurred_at": instant_text(at), "body": body})
    if isinstance(report, Unreadable):
        raise FIELD_INVALID(*report.refusal.fields, summary=str(report.refusal.data.get("summary", "/kind")))
    board = await open_board(tx, None, tx.now, [report])
    if command.code and command.code not in board.work_orders:
        raise NOT_FOUND()
    outcome = board.outcome(report)
    if outcome.decision.status == "applied" and outcome.moves_order:
        outcome = await act_on_order(tx, board, outcome)
    if outcome.decision.status != "applied" and outcome.decision.refusal is not None:
        raise outcome.decision.refusal
    board.take(outcome)
    await write_outcomes(tx, board, [outcome])
    number = outcome.before.number if outcome.before else None
    return {"result": result_of(outcome), "work_order": await read_work_order(tx, number) if number else None}


@use_case(right="orders.read")
async def list_reports(tx: Tx, wanted: ReportFilter) -> list[dict[str, Any]]:
    """Reports in the order in which they came, each with what became of it."""
    return [_view(row) for row in await report_list.list_reports(tx, Scope.of(tx.actor), wanted)]


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    plain = ("kind", "v", "seq", "status", "code", "flags", "work_order", "order_no", "operation", "work_centre",
             "revision", "shift", "body", "scrap_reasons")  # fmt: skip
    return {
        **{name: row[name] for name in plain},
        "id": str(row["id"]),
        "device_id": row["device_id"] and str(row["device_id"]),
        "person": row["person_id"] and {"id": str(row["person_id"]), "name": row["person_name"] or ""},
        "texts": row["detail"],
        "good": _quantity(row["good"]),
        "scrap": _quantity(row["scrap"]),
        "occurred_at": instant_text(row["occurred_at"]),
        "corrected_at": instant_text(row["corrected_at"]),
        "received_at": instant_text(row["received_at"]),
        "shift_date": row["shift_date"] and row["shift_date"].isoformat(),
        "event_ids": _texts(row["event_ids"]),
        "conflict_id": row["conflict_id"] and str(row["conflict_id"]),
        "resolves": row["resolves"] and str(row["resolves"]),
        "repeats": row["repeats"],
    }


def _quantity(value: Any) -> str | None:
    return None if value is None else quantity_text(value)


def _texts(ids: Sequence[Any]) -> list[str]:
    return [str(one) for one in ids]
