"""Takes reports of one device, in its order: reads what they are about at once, decides in memory, writes at once.

The reports are one transaction, guarded by the version of every work order; where somebody was faster, all of it is
read and decided again. A report that is itself a business action (an inspection, a delivery) has a transaction of its
own, because the order may refuse it. `usecases/floor/push_reports.py` calls this until nothing is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.floor.reading import Report, Unreadable
from domain.refusals.floor import DEVICE_UNKNOWN, REPORT_FAILED, REPORT_ID_REUSED
from persistence import devices, reports, work_orders
from persistence.tx import Tx
from usecases.door import use_case
from usecases.floor.order_moves import act_on_order, follow_work, lock_moving
from usecases.floor.report_board import Board, Outcome, open_board
from usecases.floor.report_rows import (
    as_conflict,
    moves_of,
    refused_row,
    report_row,
    result_of,
    result_of_known,
    result_of_refused,
    unreadable_row,
)


@dataclass(frozen=True, slots=True)
class Again:
    """A report that stands in the call a second time; what it came to is known when all of it is written."""

    first: Outcome

    def result(self) -> dict[str, Any]:
        """What the device hears of it."""
        told = result_of(self.first)
        return {**told, "status": "duplicate" if told["status"] == "applied" else told["status"]}


Told = Outcome | Again | dict[str, Any]


@dataclass(frozen=True, slots=True)
class TakeReports:
    """Reports that were read, in the device's order."""

    device_id: UUID
    sent_at: datetime
    reports: Sequence[Report | Unreadable]


@dataclass(frozen=True, slots=True)
class NotePush:
    """What is known of a device after it has sent: its clock's offset in seconds, its highest number."""

    device_id: UUID
    skew_seconds: int
    last_seq: int


@dataclass(slots=True)
class _Taken:
    """What was taken so far: in order, an outcome that is still to be written, or what is answered anyway."""

    board: Board
    device_id: UUID
    known: Mapping[UUID, Mapping[str, Any]]
    told: list[Told] = field(default_factory=list)
    seen: dict[UUID, Outcome | Unreadable] = field(default_factory=dict)
    repeated: list[UUID] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)

    def answer_at_once(self, report: Report | Unreadable) -> bool:
        """Whether the report needs no decision: it came before, or nobody can read it."""
        before = self._before(report)
        if before is not None:
            self.told.append(before)
        elif isinstance(report, Unreadable):
            self._keep_unreadable(report)
        else:
            return False
        return True

    def _before(self, report: Report | Unreadable) -> Again | dict[str, Any] | None:
        row = self.known.get(report.id) if report.id else None
        if row is not None and report.id is not None:
            if row["fingerprint"] != report.fingerprint:
                return self._reused(report)
            self.repeated.append(report.id)
            return result_of_known(row)
        first = self.seen.get(report.id) if report.id else None
        if first is None:
            return None
        if isinstance(first, Unreadable):
            return result_of_refused(first.id, first.refusal)
        if first.report.fingerprint != report.fingerprint:
            return self._reused(report)
        return Again(first)

    def _reused(self, report: Report | Unreadable) -> dict[str, Any]:
        refusal = REPORT_ID_REUSED()
        self.refused.append(refused_row(self.board.tx, report, self.device_id, refusal.code))
        return result_of_refused(report.id, refusal)

    def _keep_unreadable(self, report: Unreadable) -> None:
        self.told.append(result_of_refused(report.id or _own_name(report.raw), report.refusal))
        if report.id is None:
            self.refused.append(refused_row(self.board.tx, report, self.device_id, report.refusal.code))
        else:
            self.seen[report.id] = report
            self.unreadable.append(report)

    def add(self, outcome: Outcome) -> None:
        """One more that is to be written."""
        self.board.take(outcome)
        self.seen[outcome.report.id] = outcome
        self.told.append(outcome)

    @property
    def outcomes(self) -> list[Outcome]:
        """Those that are to be written."""
        return [one for one in self.told if isinstance(one, Outcome)]

    def results(self) -> list[dict[str, Any]]:
        """What the device hears, in order."""
        return [_result(one) for one in self.told]


def _result(told: Told) -> dict[str, Any]:
    match told:
        case Outcome():
            return result_of(told)
        case Again():
            return told.result()
        case _:
            return told


def _own_name(raw: Any) -> Any:
    return raw.get("id") if isinstance(raw, dict) else None


@use_case(right="orders.read")
async def take_reports(tx: Tx, command: TakeReports) -> list[dict[str, Any]]:
    """Answers the results of the first reports, at least one; those after them are to be taken next."""
    board = await open_board(tx, command.device_id, command.sent_at, command.reports)
    known = await reports.known(tx, [one.id for one in command.reports if one.id])
    taken = _Taken(board, command.device_id, known)
    for report in command.reports:
        if taken.answer_at_once(report) or isinstance(report, Unreadable):
            continue
        outcome = board.outcome(report)
        if not outcome.moves_order:
            taken.add(outcome)
            continue
        if not taken.told:
            taken.add(await act_on_order(tx, board, outcome))
        break
    await _write(tx, taken)
    return taken.results()


@use_case(right="orders.read")
async def keep_failed(tx: Tx, command: TakeReports) -> list[dict[str, Any]]:
    """Keep one report that could not be applied for a reason that nobody foresaw, for a person to look at."""
    board = await open_board(tx, command.device_id, command.sent_at, command.reports)
    taken = _Taken(board, command.device_id, {})
    for report in command.reports:
        if isinstance(report, Report):
            taken.add(as_conflict(tx, board.outcome(report), REPORT_FAILED()))
    await _write(tx, taken)
    return taken.results()


@use_case(right="orders.read")
async def note_push(tx: Tx, command: NotePush) -> list[list[int]]:
    """Answers the gaps in the device's numbers, `[[from, to]]`. Raises DEVICE_UNKNOWN."""
    gaps = await devices.note_push(tx, command.device_id, command.skew_seconds, command.last_seq)
    if gaps is None:
        raise DEVICE_UNKNOWN()
    return gaps


async def _write(tx: Tx, taken: _Taken) -> None:
    unreadable = [unreadable_row(tx, report, taken.device_id) for report in taken.unreadable]
    await write_outcomes(tx, taken.board, taken.outcomes, unreadable)
    await reports.refuse(tx, taken.refused)
    await reports.note_repeats(tx, taken.repeated)


async def write_outcomes(
    tx: Tx, board: Board, outcomes: Sequence[Outcome], others: Sequence[Mapping[str, Any]] = ()
) -> None:
    """Write what was decided, and let the orders follow; `others` are rows of reports that nobody could read.

    Work orders first, because whether an order is complete is seen only when they are written.
    """
    await lock_moving(tx, outcomes)
    await work_orders.save(tx, board.written())
    await follow_work(tx, outcomes)
    rows = [*(report_row(tx, outcome) for outcome in outcomes), *others]
    await reports.write(tx, rows, [move for outcome in outcomes for move in moves_of(outcome)])
