"""What every workflow has without saying so: the stage `cancelled`, and the actions that any order may need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from domain.text import Text
from domain.workflow.parts import Stage

Needs = Literal["", "held", "not_held", "shippable", "shipped", "returned", "rework"]

CANCELLED = Stage(
    key="cancelled",
    label=Text("已取消", "Cancelled"),
    role="sales",
    category="cancelled",
    customer_label=Text("已取消", "Cancelled"),
    final=True,
)
WHILE_HELD = frozenset({"release_hold", "cancel"})


@dataclass(frozen=True, slots=True)
class EngineRule:
    """Who may do it unless the document says otherwise, in which categories, and what the order must be like.

    `final` None means in final stages too. `held` is how the order stands afterwards.
    """

    roles: tuple[str, ...]
    categories: tuple[str, ...]
    final: bool | None = False
    needs: Needs = ""
    held: bool = False


_OPEN = ("not_started", "in_production", "quality", "shipping")
ENGINE_ACTIONS: Mapping[str, EngineRule] = {
    "release_hold": EngineRule(("sales", "production", "quality", "management"), _OPEN, needs="held"),
    "hold": EngineRule(("sales", "production", "quality", "management"), _OPEN, held=True),
    "ship_part": EngineRule(("warehouse",), ("in_production", "quality", "shipping"), needs="shippable"),
    "open_rework": EngineRule(("quality", "production"), ("quality", "shipping", "done"), None, needs="rework"),
    "receive_return": EngineRule(("warehouse", "quality"), (*_OPEN, "done", "cancelled"), None, needs="shipped"),
    "split": EngineRule(("sales", "management"), ("not_started", "in_production")),
    "cancel": EngineRule(("sales", "management"), _OPEN),
}
"""In the order in which they are offered."""


def applies(rule: EngineRule, stage: Stage) -> bool:
    """Whether the action exists in the stage at all."""
    return stage.category in rule.categories and (rule.final is None or not stage.final)


def rework_targets(stages: Sequence[Stage]) -> tuple[str, ...]:
    """Where rework may go back to, the likeliest first: the stages of production, else the last before it begins."""
    making = tuple(stage.key for stage in stages if stage.category == "in_production")
    if making:
        return making
    return tuple(stage.key for stage in stages if stage.category == "not_started")[-1:]
