"""From the demo factory's story to single steps: what is done in each order, by whom, and when it was.

Nothing here touches a database; the same story, present and seed give the same steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Literal
from zoneinfo import ZoneInfo

from domain.workflow.document import Workflow
from domain.workflow.vocabulary import deliverable_label

OPENING_HOUR, CLOSING_HOUR = 8, 18
_SHORTEST_GAP = timedelta(minutes=7)
# Who does what in the name of the whole role; sales is whoever looks after the order.
_DOES = {"quality": ("quality", "night.qc"), "driver": ("driver", "li.driver")}
_ENGINE: Mapping[str, tuple[str, str]] = {
    "hold": ("hold", "sales"),
    "release": ("release_hold", "sales"),
    "cancel": ("cancel", "sales"),
    "split": ("split", "sales"),
    "ship": ("ship_part", "warehouse"),
    "return": ("receive_return", "warehouse"),
    "rework": ("open_rework", "quality"),
    "fail": ("fail_inspection", "quality"),
}
_LINES = re.compile(r"\d+=\d+(?:\.\d+)?(?:,\d+=\d+(?:\.\d+)?)*")

_UNTIMED = datetime.min.replace(tzinfo=UTC)

StepKind = Literal["open", "price", "paper", "act"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done by `login` at `at`. `order` is the order's key in the story; a split child's is `KEY/child`."""

    order: str
    number: int
    kind: StepKind
    login: str
    what: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
    at: datetime = _UNTIMED

    @property
    def key(self) -> str:
        """The step's name for good: doing it again by this name does nothing."""
        return f"{self.order}:{self.number}"


@dataclass(slots=True)
class _Track:
    """The steps of one order as they are written down, and where it stands after them."""

    story: Mapping[str, Any]
    workflow: Workflow
    order: str
    stage: str
    steps: list[Step] = field(default_factory=list)
    papers: set[str] = field(default_factory=set)

    def add(self, kind: StepKind, login: str, what: str = "", payload: Mapping[str, Any] | None = None) -> None:
        self.steps.append(Step(self.order, len(self.steps) + 1, kind, login, what, payload or {}))

    def login(self, role: str) -> str:
        if role == "sales":
            return str(self.story["by"])
        choice = _DOES.get(role, (role,))
        return choice[(len(self.order) + len(self.steps)) % len(choice)]


def plan(
    orders: Sequence[Mapping[str, Any]],
    workflows: Mapping[str, Workflow],
    workflow_of_type: Mapping[str, str],
    present: datetime,
    zone: ZoneInfo,
    chance: Random,
) -> list[Step]:
    """Every step of every order in the order of time, all before `present`."""
    steps: list[Step] = []
    for story in orders:
        workflow = workflows[workflow_of_type[story["type"]]]
        tracks = list(_tracks(story, workflow))
        steps += _timed(story, tracks, present, zone, chance)
    return sorted(steps, key=lambda step: (step.at, step.order, step.number))


def _tracks(story: Mapping[str, Any], workflow: Workflow) -> Iterator[_Track]:
    track = _Track(story, workflow, story["key"], workflow.start)
    track.add("open", story["by"])
    for kind in story.get("papers", ()):
        _attach(track, kind, "sales")
    if story["days"] > 1:
        track.add("price", "finance")
    for word in story["path"]:
        if isinstance(word, Mapping):
            child = _Track(story, workflow, f"{story['key']}/child", track.stage)
            for own in word["child"]:
                _walk(child, own)
            yield child
        else:
            _walk(track, word)
    yield track


def _walk(track: _Track, word: str) -> None:
    """One word of a path: `to STAGE`, or what the engine adds (`hold`, `ship 1=6`, ...) with its reason."""
    verb, _, rest = word.partition(" ")
    if verb == "to":
        while track.stage != rest:
            _advance(track, rest)
        return
    action, role = _ENGINE[verb]
    track.add("act", track.login(role), action, _engine_payload(action, rest))
    moved = track.workflow.table.steps[track.stage, action][0].move
    track.stage = moved.to_stage


def _engine_payload(action: str, rest: str) -> dict[str, Any]:
    payload: dict[str, Any] = {}
    if lines := _LINES.match(rest):
        pairs = [pair.split("=") for pair in lines.group().split(",")]
        payload["lines"] = [{"line": int(line), "quantity": quantity} for line, quantity in pairs]
        rest = rest[lines.end() :].strip()
    if action == "fail_inspection":
        return {"defects": [{"code": rest, "quantity": "1"}], "shift": "night", "note": f"{rest}，退回返工"}
    if rest:
        payload["note" if action == "ship_part" else "reason"] = rest
    return payload


def _advance(track: _Track, target: str) -> None:
    """One action further on the way to `target`, with the papers that the stage waits for attached first."""
    action, role, to_stage = next_action(track.workflow, track.stage, target)
    stage = track.workflow.stage(track.stage)
    wanted = [deliverable.kind for deliverable in stage.deliverables]
    if action == "sign_delivery":
        wanted.append("signed_delivery_note")
    for kind in wanted:
        if kind not in track.papers:
            _attach(track, kind, stage.role)
    track.add("act", track.login(role), action, _payload(track, action))
    track.stage = to_stage


def _attach(track: _Track, kind: str, role: str) -> None:
    track.papers.add(kind)
    track.add("paper", track.login(role), kind, {"label": deliverable_label(kind).zh})


def next_action(workflow: Workflow, stage: str, target: str) -> tuple[str, str, str]:
    """The first action of the shortest way to `target` on which nothing fails, its first role, and where it leads."""
    ways: dict[str, tuple[str, str, str]] = {}
    edge = [stage]
    while edge and target not in ways:
        reached = edge.pop(0)
        for step in workflow.transitions:
            back = step.action.startswith(("fail_", "reject_")) or step.to_stage in {stage, *ways}
            if step.from_stage == reached and not back:
                ways[step.to_stage] = ways.get(reached) or (step.action, step.roles[0], step.to_stage)
                edge.append(step.to_stage)
    return ways[target]


def _payload(track: _Track, action: str) -> dict[str, Any]:
    """What a person would have filled in."""
    match action:
        case "completion_reported":
            return {"good": f"{_pieces(track.story)}", "scrap": "0"}
        case "pass_inspection":
            return {"defects": [], "shift": "day", "note": "外观、尺寸、试压合格"}
        case "dispatch":
            return {"carrier": "德邦快递", "tracking": f"DPK{sum(track.order.encode()):09d}", "vehicle": "浙A3C905"}
        case "depart":
            return {"vehicle": "浙A3C905"}
        case "sign_delivery":
            return {"signed_by": "收货人本人"}
    return {}


def _pieces(story: Mapping[str, Any]) -> Decimal:
    return sum((Decimal(str(line[1])) for line in story["lines"]), Decimal(0))


def _timed(
    story: Mapping[str, Any], tracks: Sequence[_Track], present: datetime, zone: ZoneInfo, chance: Random
) -> Iterator[Step]:
    """The steps of an order with their times: spread from its opening to its last one, in working hours."""
    opened = present - timedelta(days=story["days"])
    quiet = present - timedelta(days=story.get("quiet", story["days"] * 0.9))
    # A child begins after the split; its own steps lie between that and the parent's last.
    *children, parent = tracks
    times: dict[str, datetime] = {}
    day_before = opened - timedelta(days=1)
    for step in _spread(parent.steps, (opened, quiet, present), day_before, zone, chance):
        times[step.what] = step.at
        yield step
    for child in children:
        split_at = times["split"]
        yield from _spread(child.steps, (split_at + _SHORTEST_GAP, quiet, present), split_at, zone, chance)


def _spread(
    steps: Sequence[Step], span: tuple[datetime, datetime, datetime], after: datetime, zone: ZoneInfo, chance: Random
) -> Iterator[Step]:
    """The steps over the span (begin, end, present), each later than the one before and the first than `after`."""
    begin, end, present = span
    gap = (end - begin) / max(len(steps) - 1, 1)
    before = after
    for number, step in enumerate(steps):
        wanted = begin + gap * (number + chance.uniform(-0.3, 0.3) * (0 < number < len(steps) - 1))
        latest = present - _SHORTEST_GAP / 10 * (len(steps) - number)
        before = max(min(_in_hours(wanted, zone, chance), latest), before + _SHORTEST_GAP / 20)
        yield replace(step, at=before)


def _in_hours(wanted: datetime, zone: ZoneInfo, chance: Random) -> datetime:
    """The same day's working hours: what falls outside of them was done at some time within."""
    local = wanted.astimezone(zone)
    if OPENING_HOUR <= local.hour < CLOSING_HOUR:
        return wanted
    hour = chance.uniform(OPENING_HOUR, CLOSING_HOUR)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + timedelta(hours=hour)).astimezone(UTC)
