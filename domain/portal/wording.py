"""An order in customer words: its line of stops, and what has happened to it, without a name or a reason of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from domain.text import Text
from domain.workflow.document import Stage, Workflow

CANCELLED = "cancelled"
SHIPPED_PART = Text("部分货物已发出", "A part has been shipped")
RETURNED = Text("已收到退货", "Your return has arrived")
PAUSED = Text("订单已暂停，如有需要我们会与您联系", "On hold; we will be in touch where we need you")
RESUMED = Text("订单已恢复进行", "Under way again")

# Beside the moves from stage to stage, these alone are told.
_TOLD: Mapping[str, tuple[str, Text]] = {
    "ship_part": ("shipment", SHIPPED_PART),
    "receive_return": ("return", RETURNED),
    "hold": ("pause", PAUSED),
    "release_hold": ("resume", RESUMED),
}
TOLD_ACTIONS = tuple(_TOLD)

StopState = Literal["done", "current", "ahead"]


@dataclass(frozen=True, slots=True)
class Step:
    """One event of an order, as far as customers may be told of it; `at` is an instant as text."""

    action: str | None
    from_stage: str | None
    to_stage: str
    at: str


def stage_words(workflow: Workflow, stage: str) -> Text:
    """What a stage is called before customers."""
    return workflow.stage(stage).customer_label


def timeline(workflow: Workflow, steps: Iterable[Step]) -> list[dict[str, Any]]:
    """What has happened, oldest first: `{"at", "kind", "what"}`. Two stages of one name are one to the customer."""
    told: list[dict[str, Any]] = []
    shown = None
    for step in steps:
        words = stage_words(workflow, step.to_stage)
        if step.action is not None and step.action in _TOLD:
            kind, what = _TOLD[step.action]
            told.append({"at": step.at, "kind": kind, "what": what.as_json()})
        if step.from_stage != step.to_stage and words != shown:
            told.append({"at": step.at, "kind": "stage", "what": words.as_json()})
            shown = words
    return told


def stops(
    workflow: Workflow, stage: str, steps: Sequence[Step], reached: Mapping[str, str] = MappingProxyType({})
) -> list[dict[str, Any]]:
    """The order's line: `{"label", "state", "at", "expected"}`, where `at` is when it last came there, or None.

    `reached` are the days on which stages ahead are expected. A cancelled order ends where it was left, at a last stop
    that says so.
    """
    line = _merged(workflow)
    came = {step.to_stage: step.at for step in steps if step.from_stage != step.to_stage}
    if stage == CANCELLED:
        left = [_stop(part, "done", came) for part in line if any(one.key in came for one in part)]
        return [*left, _stop([workflow.stage(CANCELLED)], "current", came)]
    here = next(number for number, part in enumerate(line) if any(one.key == stage for one in part))
    return [_stop(part, _state(number, here), came, reached) for number, part in enumerate(line)]


def _merged(workflow: Workflow) -> list[list[Stage]]:
    parts: list[list[Stage]] = []
    for stage in workflow.stages:
        if stage.key == CANCELLED:
            continue
        if parts and parts[-1][-1].customer_label == stage.customer_label:
            parts[-1].append(stage)
        else:
            parts.append([stage])
    return parts


def _state(number: int, here: int) -> StopState:
    return "current" if number == here else "done" if number < here else "ahead"


def _stop(
    part: Sequence[Stage], state: StopState, came: Mapping[str, str], reached: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    # What lies ahead may have been reached before a rework; for the customer it has not been yet.
    at = None if state == "ahead" else min((came[one.key] for one in part if one.key in came), default=None)
    expected = reached.get(part[0].key) if state == "ahead" else None
    return {"label": part[0].customer_label.as_json(), "state": state, "at": at, "expected": expected}
