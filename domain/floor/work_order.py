"""A work order as the fold of what was reported on it: which operation stands where, and whether it is done.

Only quantities, people and pauses are kept; that an operation is ready, running or done follows from them and from the
operations as they are now, so that a planner may change the routing under it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from domain.orders.events import instant_text
from domain.orders.money import quantity_text

OperationState = Literal["waiting", "ready", "running", "paused", "done"]
WorkOrderState = Literal["released", "in_progress", "done", "cancelled"]
NOTHING = Decimal(0)
# So many of the newest completions are remembered, to recognise the same work told twice.
_REMEMBERED = 10


@dataclass(frozen=True, slots=True)
class Told:
    """A completion that was applied: when, how much, by whom, under which report."""

    report_id: str
    at: datetime
    good: Decimal
    scrap: Decimal
    person: str
    device: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """As it is kept."""
        return {
            "report_id": self.report_id,
            "at": instant_text(self.at),
            "good": quantity_text(self.good),
            "scrap": quantity_text(self.scrap),
            "person": self.person,
            "device": self.device,
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """What was reported of one operation; `good` is net of what went back to be reworked."""

    good: Decimal = NOTHING
    scrap: Decimal = NOTHING
    rework: Decimal = NOTHING
    people: tuple[str, ...] = ()
    paused: bool = False
    closed: bool = False
    started_at: datetime | None = None
    finished_at: datetime | None = None
    told: tuple[Told, ...] = ()

    @property
    def touched(self) -> bool:
        """Whether anything was ever reported of it."""
        return self.started_at is not None

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the work order."""
        return {
            "good": quantity_text(self.good),
            "scrap": quantity_text(self.scrap),
            "rework": quantity_text(self.rework),
            "people": list(self.people),
            "paused": self.paused,
            "closed": self.closed,
            "started_at": self.started_at and instant_text(self.started_at),
            "finished_at": self.finished_at and instant_text(self.finished_at),
            "told": [one.as_json() for one in self.told],
        }


@dataclass(frozen=True, slots=True)
class Inspection:
    """The newest inspection: what came of it, and by whom."""

    passed: bool
    at: datetime
    person: str

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the work order."""
        return {"passed": self.passed, "at": instant_text(self.at), "person": self.person}


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """One work order with the facts of its order that its reports depend on.

    `version` counts what changed it, so that two who read it at once cannot both write. `stop` is the change of the
    order that has to be acknowledged first: `{change_id, number, revision, text, announced_at, announced_in}`.
    `altered_revision` is the revision of the order by which it last became another work; those after it left it alone.
    """

    number: str
    order_id: UUID
    order_no: str
    line: int
    sku: str
    quantity: Decimal
    operations: Sequence[Mapping[str, Any]]
    revision: int
    order_revision: int
    altered_revision: int
    order_category: str
    order_stage: str
    order_held: bool
    cancelled: bool = False
    stop: Mapping[str, Any] | None = None
    version: int = 0
    progress: Mapping[str, Progress] = field(default_factory=dict)
    inspection: Inspection | None = None

    def operation(self, code: str) -> Mapping[str, Any] | None:
        """The operation of this code, or None."""
        return next((operation for operation in self.operations if operation["code"] == code), None)

    def position(self, code: str) -> int:
        """Its place in the sequence, from 0. Raises StopIteration where there is none."""
        return next(index for index, operation in enumerate(self.operations) if operation["code"] == code)

    def of(self, code: str) -> Progress:
        """What was reported of an operation."""
        return self.progress.get(code, _UNTOUCHED)

    def incoming(self, index: int) -> Decimal:
        """How many pieces an operation can get: all of them, or what the one before has made good."""
        return self.quantity if index == 0 else self.of(self.operations[index - 1]["code"]).good

    def is_done(self, index: int) -> bool:
        """Whether nothing more comes to, or is open at, an operation."""
        if index < 0:
            return True
        mine = self.of(self.operations[index]["code"])
        return mine.closed or (self.is_done(index - 1) and mine.good + mine.scrap >= self.incoming(index))

    def standing(self, index: int) -> OperationState:
        """What a person is to know of an operation."""
        mine = self.of(self.operations[index]["code"])
        if self.is_done(index):
            return "done"
        if mine.paused:
            return "paused"
        if mine.people:
            return "running"
        return "ready" if index == 0 or self.is_done(index - 1) or self.incoming(index) > 0 else "waiting"

    @property
    def state(self) -> WorkOrderState:
        """Where the whole stands."""
        if self.cancelled:
            return "cancelled"
        if self.operations and self.is_done(len(self.operations) - 1):
            return "done"
        # Less was asked for while it was made: what came out is enough, whatever still lies at the machines.
        if 0 < self.quantity <= self.good:
            return "done"
        return "in_progress" if self.begun else "released"

    @property
    def begun(self) -> bool:
        """Whether anybody has worked on it."""
        return any(one.touched for one in self.progress.values())

    @property
    def good(self) -> Decimal:
        """How many have passed the last operation."""
        return self.of(self.operations[-1]["code"]).good if self.operations else NOTHING

    @property
    def scrap(self) -> Decimal:
        """How many were lost on the way."""
        return sum((self.of(operation["code"]).scrap for operation in self.operations), NOTHING)

    @property
    def started_at(self) -> datetime | None:
        """When the first operation was begun."""
        return min((one.started_at for one in self.progress.values() if one.started_at), default=None)

    @property
    def finished_at(self) -> datetime | None:
        """When the last one was finished, where it is."""
        return self.of(self.operations[-1]["code"]).finished_at if self.state == "done" else None

    def progress_json(self) -> dict[str, Any]:
        """The fold as it is kept."""
        return {
            "operations": {code: one.as_json() for code, one in self.progress.items()},
            "inspection": self.inspection and self.inspection.as_json(),
        }

    def with_progress(self, code: str, progress: Progress) -> WorkOrder:
        """The same with one operation's progress replaced."""
        return replace(self, progress={**self.progress, code: progress})


_UNTOUCHED = Progress()


@dataclass(frozen=True, slots=True)
class Entry:
    """What an applied report does to its work order; a fold of them is its progress."""

    report_id: str
    kind: str
    at: datetime
    person: str
    device: str | None = None
    operation: str | None = None
    good: Decimal = NOTHING
    scrap: Decimal = NOTHING
    quantity: Decimal = NOTHING
    to_person: str | None = None
    last: bool = False
    passed: bool | None = None


def advance(work_order: WorkOrder, entry: Entry) -> WorkOrder:
    """The work order after one entry."""
    after = replace(work_order, version=work_order.version + 1)
    if entry.kind == "inspect":
        return _inspected(after, entry)
    if entry.operation is None or after.operation(entry.operation) is None:
        return after
    mine = after.of(entry.operation)
    match entry.kind:
        case "start" | "resume":
            mine = replace(_begun(mine, entry), people=_with(mine.people, entry.person), paused=False)
        case "pause" | "fault":
            mine = replace(_begun(mine, entry), paused=True)
        case "handover":
            people = tuple(one for one in mine.people if one != entry.person)
            mine = replace(_begun(mine, entry), people=_with(people, entry.to_person or entry.person))
        case "complete":
            return _completed(after, entry)
        case "rework":
            return _sent_back(replace(after, inspection=None), entry)
        case _:
            return after
    return after.with_progress(entry.operation, mine)


def _begun(progress: Progress, entry: Entry) -> Progress:
    started = entry.at if progress.started_at is None else min(progress.started_at, entry.at)
    return replace(progress, started_at=started)


def _with(people: tuple[str, ...], person: str) -> tuple[str, ...]:
    return people if person in people else (*people, person)


def _completed(work_order: WorkOrder, entry: Entry) -> WorkOrder:
    code = entry.operation or ""
    mine = _begun(work_order.of(code), entry)
    told = Told(entry.report_id, entry.at, entry.good, entry.scrap, entry.person, entry.device)
    mine = replace(
        mine,
        good=mine.good + entry.good,
        scrap=mine.scrap + entry.scrap,
        paused=False,
        closed=mine.closed or entry.last,
        told=(*mine.told, told)[-_REMEMBERED:],
    )
    after = work_order.with_progress(code, mine)
    if not after.is_done(after.position(code)):
        return after
    return after.with_progress(code, replace(mine, people=(), finished_at=entry.at))


def _sent_back(work_order: WorkOrder, entry: Entry) -> WorkOrder:
    """Pieces that have to be made again from an operation on: they no longer count as good there, nor after it."""
    after = work_order
    for operation in work_order.operations[work_order.position(entry.operation or "") :]:
        mine = after.of(operation["code"])
        back = min(mine.good, entry.quantity)
        if back:
            mine = replace(mine, good=mine.good - back, rework=mine.rework + back, closed=False, finished_at=None)
            after = after.with_progress(operation["code"], mine)
    return after


def _inspected(work_order: WorkOrder, entry: Entry) -> WorkOrder:
    after = replace(work_order, inspection=Inspection(bool(entry.passed), entry.at, entry.person))
    return _sent_back(after, entry) if not entry.passed and entry.operation and entry.quantity else after


def progress_from(kept: Mapping[str, Any]) -> tuple[dict[str, Progress], Inspection | None]:
    """The fold as `progress_json` wrote it."""
    found = kept.get("inspection")
    inspection = found and Inspection(found["passed"], datetime.fromisoformat(found["at"]), found["person"])
    return {code: _progress(one) for code, one in (kept.get("operations") or {}).items()}, inspection


def _progress(kept: Mapping[str, Any]) -> Progress:
    return Progress(
        good=Decimal(kept["good"]),
        scrap=Decimal(kept["scrap"]),
        rework=Decimal(kept["rework"]),
        people=tuple(kept["people"]),
        paused=kept["paused"],
        closed=kept["closed"],
        started_at=_instant(kept["started_at"]),
        finished_at=_instant(kept["finished_at"]),
        told=tuple(
            Told(
                one["report_id"],
                datetime.fromisoformat(one["at"]),
                Decimal(one["good"]),
                Decimal(one["scrap"]),
                one["person"],
                one["device"],
            )
            for one in kept["told"]
        ),
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
