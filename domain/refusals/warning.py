"""Stock, alerts and their rules."""

from __future__ import annotations

from domain.refusals.kinds import Nature, kind

RULE_INVALID = kind("rule_invalid", Nature.INVALID, "预警规则有误：{summary}", "The rule is not valid: {summary}")
CALENDAR_INVALID = kind(
    "calendar_invalid", Nature.INVALID, "工厂日历有误：{summary}", "The calendar is not valid: {summary}"
)
ALERT_NOT_OPEN = kind(
    "alert_not_open",
    Nature.CONFLICT,
    "该预警已被处理（当前：{state}）",
    "Somebody has dealt with this alert already (it is {state})",
)
