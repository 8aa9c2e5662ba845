"""Outcomes of reports as rows of the database, and as what their device is answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.floor.reading import Report, Unreadable
from domain.floor.situation import Decision
from domain.orders.money import quantity_text
from domain.refusals.kinds import Refusal
from persistence.tx import Tx
from usecases.floor.report_board import Outcome


def result_of(outcome: Outcome) -> dict[str, Any]:
    """What the device hears of a report that came for the first time."""
    decision = outcome.decision
    return {
        "id": str(outcome.report.id),
        "status": decision.status,
        "code": decision.refusal and decision.refusal.code,
        "detail": decision.refusal and decision.refusal.detail.as_json(),
        "conflict_id": outcome.conflict_id and str(outcome.conflict_id),
        "event_ids": list(outcome.event_ids),
        "flags": list(decision.flags),
    }


def result_of_known(row: Mapping[str, Any]) -> dict[str, Any]:
    """What it hears of one that was decided before: the first verdict again, where it was applied as `duplicate`."""
    return {
        "id": str(row["id"]),
        "status": "duplicate" if row["status"] == "applied" else row["status"],
        "code": row["code"],
        "detail": row["detail"],
        "conflict_id": row["conflict_id"] and str(row["conflict_id"]),
        "event_ids": [str(one) for one in row["event_ids"]],
        "flags": [],
    }


def result_of_refused(one_id: Any, refusal: Refusal) -> dict[str, Any]:
    """What it hears of one that cannot be applied by anybody."""
    return {
        "id": str(one_id)[:100].encode("ascii", "backslashreplace").decode() if one_id else "",
        "status": "rejected",
        "code": refusal.code,
        "detail": refusal.detail.as_json(),
        "conflict_id": None,
        "event_ids": [],
        "flags": [],
    }


def report_row(tx: Tx, outcome: Outcome) -> dict[str, Any]:
    """A report with what it came to, as it is kept."""
    report, decision = outcome.report, outcome.decision
    work_order = decision.work_order or outcome.before
    operation = work_order.operation(report.body.get("operation", "")) if work_order else None
    person = report.by or (outcome.reporter.id if outcome.reporter else None)
    applied = decision.status == "applied"
    return {
        "id": report.id,
        "device_id": outcome.device_id,
        "seq": report.seq,
        "v": report.v,
        "kind": report.kind,
        "person_id": person,
        "sent_by": tx.actor.id,
        "fingerprint": report.fingerprint,
        "body": report.raw.get("body") or {},
        "status": decision.status,
        "code": decision.refusal and decision.refusal.code,
        "detail": decision.refusal and decision.refusal.detail.as_json(),
        "flags": list(decision.flags),
        "work_order": work_order.number if work_order else report.work_order,
        "work_order_version": decision.work_order.version if applied and decision.work_order else None,
        "order_no": work_order.order_no if work_order else report.body.get("order_no"),
        "operation": report.body.get("operation"),
        "work_centre": operation["work_centre"] if operation else None,
        "revision": report.body.get("revision"),
        "good": report.body.get("good"),
        "scrap": report.body.get("scrap"),
        "scrap_reasons": [_plain(reason) for reason in report.body.get("scrap_reasons", ())],
        "started_at": _started_at(outcome),
        "occurred_at": report.occurred_at,
        "corrected_at": outcome.at,
        "received_at": tx.now,
        "shift": outcome.shift,
        "shift_date": outcome.shift_date,
        "event_ids": outcome.event_ids,
        "conflict_id": outcome.conflict_id,
        "resolves": outcome.resolves,
        "present": work_order.progress_json() if outcome.conflict_id and work_order else None,
    }


def _started_at(outcome: Outcome) -> datetime | None:
    """When the operation was begun, for the time that it took."""
    work_order, operation = outcome.decision.work_order, outcome.report.body.get("operation")
    return work_order.of(operation).started_at if work_order and operation else None


def _plain(part: Mapping[str, Any]) -> dict[str, Any]:
    return {name: quantity_text(value) if name == "quantity" else value for name, value in part.items()}


def moves_of(outcome: Outcome) -> list[dict[str, Any]]:
    """What material did because of it; nothing where it was not applied."""
    if outcome.decision.status != "applied":
        return []
    report, work_order = outcome.report, outcome.before
    return [
        {
            "report_id": report.id,
            "number": number,
            "direction": move.direction,
            "sku": move.sku,
            "lot": move.lot,
            "quantity": move.quantity,
            "unit": move.unit,
            "location": move.location,
            "to_location": move.to_location,
            "work_order": work_order.number if work_order else None,
            "order_no": work_order.order_no if work_order else report.body.get("order_no"),
            "operation": report.body.get("operation"),
            "moved_at": outcome.at,
        }
        for number, move in enumerate(outcome.decision.moves, 1)
    ]


def unreadable_row(tx: Tx, report: Unreadable, device_id: UUID) -> dict[str, Any]:
    """A report that could not be read, under its own id."""
    at = report.occurred_at or tx.now
    nothing = dict.fromkeys(
        ("work_order", "work_order_version", "order_no", "operation", "work_centre", "revision", "good", "scrap",
         "started_at", "shift", "shift_date", "conflict_id", "resolves", "present")
    )  # fmt: skip
    return {
        **nothing,
        "id": report.id,
        "device_id": device_id,
        "seq": report.seq,
        "v": report.v,
        "kind": report.kind[:40],
        "person_id": report.by,
        "sent_by": tx.actor.id,
        "fingerprint": report.fingerprint,
        "body": {"raw": raw_text(report.raw)},
        "status": "rejected",
        "code": report.refusal.code,
        "detail": report.refusal.detail.as_json(),
        "flags": [],
        "scrap_reasons": [],
        "occurred_at": at,
        "corrected_at": min(at, tx.now),
        "received_at": tx.now,
        "event_ids": [],
    }


def refused_row(tx: Tx, report: Report | Unreadable, device_id: UUID, code: str) -> dict[str, Any]:
    """A report that has no id of its own, as it came."""
    return {
        "device_id": device_id,
        "fingerprint": report.fingerprint,
        "raw": raw_text(report.raw),
        "code": code,
        "seq": report.seq,
        "sent_by": tx.actor.id,
    }


def raw_text(raw: Any) -> str:
    """What came, as text that any database can keep."""
    return json.dumps(raw, ensure_ascii=True, default=str)


def as_conflict(tx: Tx, outcome: Outcome, refusal: Refusal) -> Outcome:
    """The same report, waiting for a person after all."""
    return replace(outcome, decision=Decision("conflict", refusal), conflict_id=tx.new_id(), event_ids=[])
