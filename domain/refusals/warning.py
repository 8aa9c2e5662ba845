"""Stock, alerts and their rules."""

from __future__ import annotations

from domain.refusals.kinds import Nature, kind

RULE_INVALID = kind("rule_invalid", Nature.INVALID, "预警规则有误：{summary}", "The rule is not valid: {summary}")
CALENDAR_INVALID = kind(
    "calendar_invalid", Nature.INVALID, "工厂日历有误：{summary}", "The calendar is not valid: {summary}"
)
NO_STOCK_SOURCE = kind(
    "no_stock_source",
    Nature.CONFLICT,
    "还没有连接 ERP，可推送库存或先配置连接",
    "No ERP is connected; push levels, or connect one",
)
ALERT_NOT_OPEN = kind(
    "alert_not_open",
    Nature.CONFLICT,
    "该预警已被处理（当前：{state}）",
    "Somebody has dealt with this alert already (it is {state})",
)
SUBSTITUTE_NOT_ALLOWED = kind(
    "substitute_not_allowed",
    Nature.CONFLICT,
    "{substitute} 今天不允许代替该订单的 {material}",
    "{substitute} may not stand for {material} in this order today",
)
