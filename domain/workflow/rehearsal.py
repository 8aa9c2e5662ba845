"""Rehearsing a workflow: histories that happened, played once more under rules that do not hold yet.

Each history is walked with the engine that serves real requests. Where the draft would have refused a step, the order
is stuck there and the rest of its history is not played. A step that only lacked the role is noted and played on, so
that a missing right hides nothing behind it. Nothing is known of an order but its history and what it says today of
itself: guards see its amount and its own fields as they are now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from domain.expressions.schema import FormSchema
from domain.refusals.kinds import Refusal
from domain.refusals.people import ROLE_NOT_ALLOWED
from domain.refusals.workflows import STAGE_HAS_NO_PLACE
from domain.text import Text
from domain.workflow.checks import Situation, impossible
from domain.workflow.document import Workflow
from domain.workflow.engine import decide
from domain.workflow.engine_actions import CANCELLED
from domain.workflow.table import Move
from domain.workflow.vocabulary import listed

# What history adds to what somebody sent: the number of the part that was split off.
_FOLLOWED = frozenset({"child_no"})


class Goods(Protocol):
    """What an order's quantities came to so far, event by event."""

    def take(self, event: Mapping[str, Any], *, ships_rest: bool) -> None:
        """Count one event; `ships_rest`: it shipped whatever was left."""

    def standing(self) -> tuple[bool, bool, bool]:
        """Whether anything is still to be shipped, has left the house, has come back."""


@dataclass(frozen=True, slots=True)
class History:
    """One order's events, oldest first, in the names of the API. `order` is what guards see of it; `open`: it runs."""

    order_no: str
    order: Mapping[str, Any]
    events: Sequence[Mapping[str, Any]]
    goods: Goods
    open: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """What a rehearsal goes by.

    `published` has the versions that the events name, by reference; `roles` what everybody is now, by id. `overdue`
    says whether more than so many hours of work lie between two instants. `hidden` names what the reader may not see.
    """

    draft: Workflow
    forms: Mapping[str, FormSchema]
    published: Mapping[str, Workflow]
    roles: Mapping[str, frozenset[str]]
    overdue: Callable[[datetime, datetime, int], bool]
    now: datetime
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stuck:
    """Where an order would not have gone on: the step that came, and why the draft refuses it in that stage."""

    seq: int
    action: str
    role: str
    stage: str
    recorded_at: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class MissingRight:
    """A step whose actor has none of the roles that the draft asks for."""

    seq: int
    action: str
    stage: str
    role: str
    may: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Detour:
    """The first step that the draft leads elsewhere."""

    seq: int
    action: str | None
    was: str
    would: str


@dataclass(frozen=True, slots=True)
class Played:
    """What became of one order. `alerts` are stages that it would have overstayed, `alerted` those that it did."""

    order_no: str
    events: int
    stage: str
    stuck: Stuck | None
    rights: tuple[MissingRight, ...]
    detour: Detour | None
    alerts: tuple[str, ...]
    alerted: tuple[str, ...]

    @property
    def as_before(self) -> bool:
        """Whether nothing of it would have been otherwise but for alerts."""
        return self.stuck is None and self.detour is None and not self.rights


def play(terms: Terms, history: History) -> Played:
    """One history under the draft."""
    walk = _Walk(terms, history)
    for event in history.events:
        walk.take(event)
        if walk.stuck:
            break
    stands = history.open and walk.stuck is None
    return Played(
        history.order_no,
        walk.events,
        walk.stage,
        walk.stuck,
        tuple(walk.rights),
        walk.detour,
        _overstayed(terms, walk.stays, stands=stands),
        _overstayed(terms, _stays_as_they_were(terms, history), stands=history.open),
    )


@dataclass(slots=True)
class _Stay:
    """In one stage from an instant on; None: no service level is agreed there, or orders end there."""

    stage: str
    hours: int | None
    since: datetime
    until: datetime | None = None


def _overstayed(terms: Terms, stays: Sequence[_Stay], *, stands: bool) -> tuple[str, ...]:
    """The stages that were overstayed; the last one counts up to now where the order still stands in it."""
    found = []
    for stay in stays:
        until = stay.until or (terms.now if stands else None)
        if stay.hours is not None and until is not None and terms.overdue(stay.since, until, stay.hours):
            found.append(stay.stage)
    return tuple(dict.fromkeys(found))


def _stays_as_they_were(terms: Terms, history: History) -> list[_Stay]:
    stays: list[_Stay] = []
    for event in history.events:
        if not stays or event["from"] != event["to"]:
            _enter(stays, terms.published.get(event["workflow"]), event["to"], _instant(event))
    return stays


def _enter(stays: list[_Stay], workflow: Workflow | None, stage: str, at: datetime) -> None:
    if stays:
        stays[-1].until = at
    known = workflow.stage(stage) if workflow and workflow.has_stage(stage) else None
    stays.append(_Stay(stage, known.service_hours if known and not known.final else None, at))


def _instant(event: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(event["recorded_at"])


@dataclass(slots=True)
class _Walk:
    """An order on its way through the draft."""

    terms: Terms
    history: History
    stage: str = ""
    held: bool = False
    events: int = 0
    papers: Counter[str] = field(default_factory=Counter)
    stays: list[_Stay] = field(default_factory=list)
    rights: list[MissingRight] = field(default_factory=list)
    stuck: Stuck | None = None
    detour: Detour | None = None

    def take(self, event: Mapping[str, Any]) -> None:
        """One more event; where it leaves the order stuck, nothing else follows from it."""
        move: Move | None = None
        match event["type"]:
            case "OrderOpened":
                self._go(self.terms.draft.start, event)
            case "OrderSplitOff" | "WorkflowMoved":
                self._stand(event)
            case "OrderChanged":
                self._change(event)
            case "ActionPerformed":
                move = self._act(event)
        if self.stuck is None:
            self.events += 1
            self.held = move.held if move else bool(event["held"])
            self._count(event, move)

    def _act(self, event: Mapping[str, Any]) -> Move | None:
        """The engine's own decision; asked again with the right where only that was missing."""
        roles = self._roles(event)
        decided = self._decide(event, roles)
        if isinstance(decided, Refusal) and decided.kind is ROLE_NOT_ALLOWED:
            may = tuple(dict.fromkeys(role for way in self._ways(event) for role in way.move.roles))
            self.rights.append(MissingRight(event["seq"], event["action"], self.stage, _role(event), may))
            decided = self._decide(event, roles | set(may))
        if isinstance(decided, Refusal):
            self._stop(event, decided)
            return None
        self._go(decided.to_stage, event)
        return decided

    def _decide(self, event: Mapping[str, Any], roles: frozenset[str]) -> Move | Refusal:
        shippable, shipped, returned = self.history.goods.standing()
        standing = {"stage": self.stage, "held": self.held, "revision": event["revision"]}
        actor = event["actor"]
        situation = Situation(
            stage=self.stage,
            held=self.held,
            roles=roles,
            deliverables=self.papers,
            order={**self.history.order, **standing},
            payload={name: told for name, told in event["payload"].items() if name not in _FOLLOWED},
            facts={"now": _instant(event), "deliverables": dict(self.papers)},
            actor={"kind": actor.get("kind"), "id": actor.get("id"), "roles": sorted(roles)},
            shippable=shippable,
            shipped=shipped,
            returned=returned,
            visited=[stay.stage for stay in self.stays],
            hidden=self.terms.hidden,
        )
        return decide(self.terms.draft, event["action"], situation, self.terms.forms)

    def _ways(self, event: Mapping[str, Any]) -> Iterator[Any]:
        yield from self.terms.draft.table.steps.get((self.stage, event["action"]), ())

    def _roles(self, event: Mapping[str, Any]) -> frozenset[str]:
        """The role that acted, and what its person is today."""
        return frozenset({_role(event)}) | self.terms.roles.get(str(event["actor"].get("id")), frozenset())

    def _change(self, event: Mapping[str, Any]) -> None:
        """An order change calls the order off, sends it back to where things are made, or leaves it where it is."""
        draft = self.terms.draft
        if event["to"] == CANCELLED.key:
            if (self.stage, "cancel") not in draft.table.steps:
                self._stop(event, impossible(draft, "cancel", Situation(self.stage, self.held)))
                return
            self._go(CANCELLED.key, event)
        elif event["to"] != event["from"] and draft.table.rework:
            self._go(draft.table.rework[0], event)

    def _stand(self, event: Mapping[str, Any]) -> None:
        """What begins in the middle, or was moved on purpose, stands where it is put."""
        if event["type"] == "WorkflowMoved" and event["to"] == event["from"]:
            return
        if not self.terms.draft.has_stage(event["to"]):
            self._stop(event, STAGE_HAS_NO_PLACE(stages=listed([Text(event["to"], event["to"])])))
            return
        self._go(event["to"], event)

    def _go(self, stage: str, event: Mapping[str, Any]) -> None:
        if stage != event["to"] and self.detour is None:
            self.detour = Detour(event["seq"], event["action"], event["to"], stage)
        if stage != self.stage:
            _enter(self.stays, self.terms.draft, stage, _instant(event))
            self.stage = stage

    def _stop(self, event: Mapping[str, Any], refusal: Refusal) -> None:
        action = event["action"] or event["type"]
        self.stuck = Stuck(event["seq"], action, _role(event), self.stage, event["recorded_at"], refusal)

    def _count(self, event: Mapping[str, Any], move: Move | None) -> None:
        self.papers.update(paper["kind"] for paper in event["evidence"])
        effects = move.effects if move else ()
        self.history.goods.take(event, ships_rest=any(effect.kind == "ship_remaining" for effect in effects))


def _role(event: Mapping[str, Any]) -> str:
    return str(event["actor"].get("role") or "")
