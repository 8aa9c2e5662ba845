"""From JSON to the parts of a workflow document. The shape is contract-shapes' `Workflow document`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.expressions import json_bounds
from domain.refusals.kinds import FieldProblem
from domain.text import Text
from domain.workflow.engine_actions import ENGINE_ACTIONS
from domain.workflow.parts import DEFAULT_PRIORITY, NOBODY, Deliverable, EffectSpec, EngineAction, Stage, Transition
from domain.workflow.reading import COUNT, FLAG, FREE_KEY, GUARD, KEY, REFERENCE, WHOLE, Reader, choice, misfit
from domain.workflow.vocabulary import CATEGORIES, CHANNELS, PARTIES, action_label

MAX_STAGES = 100
MAX_TRANSITIONS = 500
MAX_EFFECTS = 20
_DEPTH = 8
_TOP = ("key", "version", "label", "start", "stages", "transitions", "engine_actions")
_STAGE = ("key", "label", "customer_label", "role", "category", "deliverables", "service_hours", "final")
_TRANSITION = (
    *("from", "action", "to", "label", "roles", "form", "guard", "guard_label"),
    *("priority", "needs_deliverables", "effects"),
)
_EFFECTS: Mapping[str, tuple[str, ...]] = {
    "notify": ("kind", "to", "channels", "template"),
    "open_task": ("kind", "role", "form"),
    "create_work_orders": ("kind",),
    "reserve_material": ("kind",),
    "ship_remaining": ("kind",),
}
_RECIPIENTS = ("role", "position", "person", "party")
_CATEGORY, _KIND, _CHANNEL, _PARTY = choice(CATEGORIES), choice(_EFFECTS), choice(CHANNELS), choice(PARTIES)


@dataclass(frozen=True, slots=True)
class Draft:
    """The parts of a document as they were read."""

    key: str
    version: int
    label: Text
    start: str
    stages: tuple[Stage, ...]
    transitions: tuple[Transition, ...]
    engine_actions: Mapping[str, EngineAction]


def read_document(document: Any) -> tuple[Draft, list[FieldProblem]]:
    """What the document says, and everything in it that is unknown, missing or of the wrong type."""
    problems = list(json_bounds.problems(document, "", _DEPTH))
    if problems:
        return _draft(Reader({}, "", [], ()), []), problems
    return _draft(Reader(document, "", problems, _TOP), problems), problems


def _draft(reader: Reader, problems: list[FieldProblem]) -> Draft:
    return Draft(
        key=reader.one("key", KEY),
        version=reader.one("version", WHOLE, 0),
        label=reader.label("label"),
        start=reader.one("start", KEY),
        stages=reader.many(
            "stages", lambda value, at: _stage(Reader(value, at, problems, _STAGE), problems), MAX_STAGES
        ),
        transitions=reader.many(
            "transitions",
            lambda value, at: _transition(Reader(value, at, problems, _TRANSITION), problems),
            MAX_TRANSITIONS,
        ),
        engine_actions={
            action: _engine_action(Reader(value, at, problems, ("roles", "effects")), problems)
            for action, value, at in reader.entries("engine_actions", ENGINE_ACTIONS)
        },
    )


def _stage(reader: Reader, problems: list[FieldProblem]) -> Stage:
    label = reader.label("label")
    return Stage(
        key=reader.one("key", KEY),
        label=label,
        customer_label=reader.label("customer_label", label),
        role=reader.one("role", KEY),
        category=reader.one("category", _CATEGORY),
        deliverables=reader.many("deliverables", lambda value, at: _deliverable(value, at, problems), 50, ()),
        service_hours=reader.one("service_hours", COUNT, None),
        final=reader.one("final", FLAG, False),
    )


def _deliverable(value: Any, at: str, problems: list[FieldProblem]) -> Deliverable:
    reader = Reader(value, at, problems, ("kind", "min", "label"))
    return Deliverable(reader.one("kind", KEY), reader.one("min", COUNT, 1), reader.optional_label("label"))


def _transition(reader: Reader, problems: list[FieldProblem]) -> Transition:
    action = reader.one("action", KEY)
    return Transition(
        from_stage=reader.one("from", KEY),
        action=action,
        to_stage=reader.one("to", KEY),
        roles=reader.keys("roles", 50),
        label=reader.label("label", action_label(action)),
        form=reader.one("form", REFERENCE, None),
        guard=reader.one("guard", GUARD, None),
        guard_label=reader.optional_label("guard_label"),
        priority=reader.one("priority", WHOLE, DEFAULT_PRIORITY),
        effects=_effects(reader, problems),
        needs_deliverables=reader.one("needs_deliverables", FLAG, True),
    )


def _engine_action(reader: Reader, problems: list[FieldProblem]) -> EngineAction:
    return EngineAction(reader.keys("roles", 50) if reader.has("roles") else None, _effects(reader, problems))


def _effects(reader: Reader, problems: list[FieldProblem]) -> tuple[EffectSpec, ...]:
    return reader.many("effects", lambda value, at: _effect(value, at, problems), MAX_EFFECTS, ())


def _effect(value: Any, at: str, problems: list[FieldProblem]) -> EffectSpec:
    named = value.get("kind") if isinstance(value, Mapping) else None
    names = _EFFECTS.get(named) if isinstance(named, str) else None
    reader = Reader(value, at, problems, names or ("kind",))
    kind = reader.one("kind", _KIND)
    if names is None:
        return EffectSpec(kind)
    if kind == "open_task":
        return EffectSpec(kind, role=reader.one("role", KEY), form=reader.one("form", REFERENCE, None))
    if kind == "notify":
        return _notify(reader, problems)
    return EffectSpec(kind)


def _notify(reader: Reader, problems: list[FieldProblem]) -> EffectSpec:
    to = dict(_recipient(name, value, at, problems) for name, value, at in reader.entries("to", _RECIPIENTS))
    if len(to) != 1:
        reader.say(
            "to", "recipient_unclear", Text("须指明一个接收方", "names exactly one: role, position, person or party")
        )
    channels = reader.many("channels", lambda value, at: _channel(value, at, problems), len(CHANNELS))
    return EffectSpec("notify", to=to or NOBODY, channels=channels, template=reader.one("template", KEY))


def _recipient(name: str, value: Any, at: str, problems: list[FieldProblem]) -> tuple[str, str]:
    shape = {"party": _PARTY, "person": FREE_KEY}.get(name, KEY)
    if not shape.fits(value):
        problems.append(FieldProblem(at, *misfit(value, shape)))
        return name, ""
    return name, value


def _channel(value: Any, at: str, problems: list[FieldProblem]) -> str:
    if not _CHANNEL.fits(value):
        problems.append(FieldProblem(at, "type", _CHANNEL.wanted))
    return str(value)
