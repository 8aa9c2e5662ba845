"""A person decides a report that waited: it is applied as it is, applied corrected, or put aside with a reason.

The report itself stays as it came; what is applied is a report of its own that names it, so both versions stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from domain.floor.reading import Report, Unreadable, read_report
from domain.floor.situation import Reporter
from domain.orders.events import instant_text
from domain.refusals.floor import CONFLICT_DECIDED, CONFLICT_STANDS
from domain.refusals.general import FIELD_INVALID, NOT_FOUND
from domain.refusals.kinds import FieldProblem
from domain.text import Text
from persistence import conflicts, devices
from persistence.queries import conflict_list
from persistence.queries.conflict_list import ConflictFilter
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.floor.order_moves import act_on_order
from usecases.floor.report_board import Outcome, open_board, reporter_of
from usecases.floor.take_reports import write_outcomes
from usecases.rights import require_any

Decision = Literal["apply", "apply_corrected", "discard"]


@dataclass(frozen=True, slots=True)
class SettleConflict:
    """`body` is the corrected body of the report, for `apply_corrected` alone; `reason` is needed to discard."""

    conflict_id: UUID
    decision: Decision
    reason: str = ""
    body: Mapping[str, Any] | None = None


@use_case(right="orders.read")
async def list_conflicts(tx: Tx, wanted: ConflictFilter) -> list[dict[str, Any]]:
    """Reports that wait for a person, or were decided by one; oldest first."""
    require_any(tx, "floor.plan", "floor.report")
    return [conflict_view(row) for row in await conflict_list.list_conflicts(tx, Scope.of(tx.actor), wanted)]


@use_case(right="orders.read")
async def read_conflict(tx: Tx, conflict_id: UUID) -> dict[str, Any]:
    """One, with how the work order stood then and how it stands now. Raises NOT_FOUND."""
    require_any(tx, "floor.plan", "floor.report")
    return conflict_view(await _found(tx, conflict_id))


@use_case(right="floor.plan")
async def settle_conflict(tx: Tx, command: SettleConflict) -> dict[str, Any]:
    """Answers the conflict as it was decided.

    Raises CONFLICT_DECIDED where somebody was faster, CONFLICT_STANDS where it cannot be applied by anybody,
    FIELD_INVALID for a corrected body that is not right.
    """
    await conflicts.lock(tx, command.conflict_id)
    row = await _found(tx, command.conflict_id)
    if row["state"] != "open":
        raise CONFLICT_DECIDED()
    applied = None
    if command.decision == "discard":
        if not command.reason.strip():
            raise _bad("/reason", Text("须写明原因", "say why"))
    else:
        applied = await _apply(tx, command, row)
    await conflicts.decide(tx, command.conflict_id, command.decision, command.reason, applied)
    return conflict_view(await _found(tx, command.conflict_id))


async def _apply(tx: Tx, command: SettleConflict, row: Mapping[str, Any]) -> UUID:
    report = _corrected(tx, command, row)
    board = await open_board(tx, None, tx.now, [report])
    reporter = await _reporter(tx, row)
    outcome = replace(
        board.outcome(report, overruled=True, person=reporter),
        resolves=row["report_id"],
        device_id=row["device_id"],
    )
    if outcome.decision.status == "applied" and outcome.moves_order:
        outcome = await act_on_order(tx, board, outcome)
    _insist_on_applied(outcome)
    board.take(outcome)
    await write_outcomes(tx, board, [outcome])
    return report.id


def _insist_on_applied(outcome: Outcome) -> None:
    refusal = outcome.decision.refusal
    if outcome.decision.status != "applied" and refusal is not None:
        raise CONFLICT_STANDS(reason=refusal.detail.as_json(), reason_code=refusal.code)


def _corrected(tx: Tx, command: SettleConflict, row: Mapping[str, Any]) -> Report:
    """The report as it is to be applied: under an id of its own, at the time that was worked out when it came."""
    if command.decision == "apply_corrected" and command.body is None:
        raise _bad("/body", Text("须给出更正后的内容", "the corrected body is needed"))
    raw = {
        "id": str(tx.new_id()),
        "v": row["v"],
        "by": row["person_id"] and str(row["person_id"]),
        "kind": row["kind"],
        "occurred_at": instant_text(row["corrected_at"]),
        "body": dict(command.body) if command.decision == "apply_corrected" and command.body else row["body"],
    }
    read = read_report(raw)
    if isinstance(read, Unreadable):
        raise FIELD_INVALID(*read.refusal.fields, summary=str(read.refusal.data.get("summary", "/body")))
    return read


async def _reporter(tx: Tx, row: Mapping[str, Any]) -> Reporter | None:
    """Whoever the report names, as they are today; where that is nobody, whoever decides."""
    found = await devices.person(tx, row["person_id"]) if row["person_id"] else None
    if found is None:
        return reporter_of(tx.actor)
    return Reporter(found.id, found.name, found.standing.roles, found.standing.rights)


async def _found(tx: Tx, conflict_id: UUID) -> Mapping[str, Any]:
    row = await conflict_list.find(tx, Scope.of(tx.actor), conflict_id)
    if row is None:
        raise NOT_FOUND()
    return row


def _bad(pointer: str, text: Text) -> Exception:
    return FIELD_INVALID(FieldProblem(pointer, "required", text), summary=pointer)


def conflict_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """A conflict as the API shows it: what was reported beside what was, and is, known here."""
    return {
        "id": str(row["id"]),
        "code": row["code"],
        "texts": row["detail"],
        "state": row["state"],
        "raised_at": instant_text(row["raised_at"]),
        "work_order": row["work_order"],
        "order_no": row["order_no"],
        "device": row["device_id"] and {"id": str(row["device_id"]), "name": row["device_name"]},
        "report": {
            "id": str(row["report_id"]),
            "v": row["v"],
            "seq": row["seq"],
            "kind": row["kind"],
            "person": row["person_id"] and {"id": str(row["person_id"]), "name": row["person_name"] or ""},
            "body": row["body"],
            "occurred_at": instant_text(row["occurred_at"]),
            "corrected_at": instant_text(row["corrected_at"]),
            "received_at": instant_text(row["received_at"]),
        },
        "then": row["present"],
        "now": row["now_progress"],
        "decision": row["decision"],
        "reason": row["reason"],
        "applied_report": row["applied_report"] and str(row["applied_report"]),
        "decided_by": row["decided_by"],
        "decided_by_name": row["decided_by_name"],
        "decided_at": row["decided_at"] and instant_text(row["decided_at"]),
    }
