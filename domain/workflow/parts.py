"""What a workflow document is made of. Values only; what they mean together is in validate.py and engine.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from domain.text import Text

NOBODY: Mapping[str, str] = MappingProxyType({})
DEFAULT_PRIORITY = 10


@dataclass(frozen=True, slots=True)
class Deliverable:
    """So many papers of a kind must be with the order before it leaves the stage."""

    kind: str
    min: int = 1
    label: Text | None = None

    def as_json(self) -> dict[str, Any]:
        shown = {"kind": self.kind, "min": self.min}
        return shown if self.label is None else {**shown, "label": self.label.as_json()}


@dataclass(frozen=True, slots=True)
class Stage:
    """Where an order can stand. `service_hours` count by the factory's calendar; None means no level is agreed."""

    key: str
    label: Text
    role: str
    category: str
    customer_label: Text
    deliverables: tuple[Deliverable, ...] = ()
    service_hours: int | None = None
    final: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "label": self.label.as_json(),
            "customer_label": self.customer_label.as_json(),
            "role": self.role,
            "category": self.category,
            "deliverables": [deliverable.as_json() for deliverable in self.deliverables],
            "service_hours": self.service_hours,
            "final": self.final,
        }


@dataclass(frozen=True, slots=True)
class EffectSpec:
    """What a transition causes. `to` has one entry: role, position, person or party, with its key."""

    kind: str
    to: Mapping[str, str] = field(default_factory=lambda: NOBODY)
    channels: tuple[str, ...] = ()
    template: str = ""
    role: str = ""
    form: str | None = None

    def as_json(self) -> dict[str, Any]:
        match self.kind:
            case "notify":
                told = {"to": dict(self.to), "channels": list(self.channels), "template": self.template}
                return {"kind": self.kind, **told}
            case "open_task":
                return {"kind": self.kind, "role": self.role, "form": self.form}
            case _:
                return {"kind": self.kind}


@dataclass(frozen=True, slots=True)
class Transition:
    """One way out of a stage. Among several on one action the guards are tried by `priority`, the lowest first."""

    from_stage: str
    action: str
    to_stage: str
    roles: tuple[str, ...]
    label: Text
    form: str | None = None
    guard: str | None = None
    guard_label: Text | None = None
    priority: int = DEFAULT_PRIORITY
    effects: tuple[EffectSpec, ...] = ()
    needs_deliverables: bool = True

    def as_json(self) -> dict[str, Any]:
        return {
            "from": self.from_stage,
            "action": self.action,
            "to": self.to_stage,
            "label": self.label.as_json(),
            "roles": list(self.roles),
            "form": self.form,
            "guard": self.guard,
            "guard_label": None if self.guard_label is None else self.guard_label.as_json(),
            "priority": self.priority,
            "needs_deliverables": self.needs_deliverables,
            "effects": [effect.as_json() for effect in self.effects],
        }


@dataclass(frozen=True, slots=True)
class EngineAction:
    """What a document says about an action that every workflow has; `roles` None leaves the usual ones."""

    roles: tuple[str, ...] | None = None
    effects: tuple[EffectSpec, ...] = ()

    def as_json(self) -> dict[str, Any]:
        effects = [effect.as_json() for effect in self.effects]
        return {"effects": effects} if self.roles is None else {"roles": list(self.roles), "effects": effects}
