"""A workflow: a versioned document that says where an order can stand and which action leads where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from domain.refusals.workflows import WORKFLOW_INVALID
from domain.text import Text
from domain.workflow.document_reading import read_document
from domain.workflow.parts import Deliverable, EffectSpec, EngineAction, Stage, Transition
from domain.workflow.table import Table, build
from domain.workflow.vocabulary import listed

__all__ = ["Deliverable", "EffectSpec", "EngineAction", "Stage", "Transition", "Workflow"]

_NOTHING: Mapping[str, EngineAction] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Workflow:
    """One version of a workflow. Version 0 is a draft that was never published."""

    key: str
    version: int
    label: Text
    start: str
    stages: tuple[Stage, ...]
    transitions: tuple[Transition, ...]
    engine_actions: Mapping[str, EngineAction] = field(default_factory=lambda: _NOTHING)
    table: Table = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "table", build(self.stages, self.transitions, self.engine_actions))

    @staticmethod
    def parse(document: Any) -> Workflow:
        """The workflow in a document. Raises WORKFLOW_INVALID with a pointer to every key that is not right.

        Parsing looks at the shape alone; whether the parts fit together is for domain.workflow.validate.
        """
        draft, problems = read_document(document)
        if problems:
            summary = listed([Text(f"{p.pointer} {p.detail.zh}", f"{p.pointer} {p.detail.en}") for p in problems[:5]])
            raise WORKFLOW_INVALID(*problems, summary=summary)
        return Workflow(
            draft.key,
            draft.version,
            draft.label,
            draft.start,
            draft.stages,
            draft.transitions,
            draft.engine_actions,
        )

    def as_json(self) -> dict[str, Any]:
        """The document, every key written out; parsing it gives an equal workflow."""
        return {
            "key": self.key,
            "version": self.version,
            "label": self.label.as_json(),
            "start": self.start,
            "stages": [stage.as_json() for stage in self.stages],
            "transitions": [transition.as_json() for transition in self.transitions],
            "engine_actions": {action: said.as_json() for action, said in self.engine_actions.items()},
        }

    @property
    def reference(self) -> str:
        """`standard@3`, as orders and events name it."""
        return f"{self.key}@{self.version}"

    def stage(self, key: str) -> Stage:
        """One stage, `cancelled` included. Raises KeyError where there is none."""
        return self.table.stages[key]

    def has_stage(self, key: str) -> bool:
        """Whether an order can stand there."""
        return key in self.table.stages

    def action_label(self, action: str) -> Text | None:
        """The action's name for people, or None where the workflow has no such action."""
        return self.table.actions.get(action)
