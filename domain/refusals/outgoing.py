"""What is sent."""

from __future__ import annotations

from domain.refusals.kinds import Nature, kind

EFFECT_NOT_DEAD = kind(
    "effect_not_dead",
    Nature.CONFLICT,
    "只有发送失败的条目可以重试或放弃（当前：{state}）",
    "Only what failed for good can be tried again or dropped (it is {state})",
)
