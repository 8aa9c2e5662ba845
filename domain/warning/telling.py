"""An alert in words, in both languages: what it is about and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.text import Text

MOST_NAMED = 10
_DETAILS: Mapping[str, Text] = {
    "first_operation_open": Text(
        "交期临近（{due_in_hours} 小时），首道工序还没有完工",
        "due in {due_in_hours} h, and its first operation is not complete",
    ),
    "stage_over_service_level": Text(
        "在“{stage_label}”停留超过 {service_hours} 工作小时",
        "in '{stage_label}' for more than {service_hours} working hours",
    ),
    "material_short": Text(
        "{name} 低于安全库存，还差 {short_by}，{waiting_orders} 个订单在等",
        "{name} is {short_by} below its safety level; {waiting_orders} orders wait for it",
    ),
    "machine_fault": Text(
        "设备 {machine} 故障（{place}）：{symptom}", "machine {machine} is down ({place}): {symptom}"
    ),
    "material_missing": Text("{place} 现场缺料：{missing}", "{place}: material is missing on the floor: {missing}"),
    "shipment_open": Text("交期临近（{due_in_hours} 小时），尚未发货", "due in {due_in_hours} h, and not shipped"),
    "forecast_late": Text(
        "{late_percent}% 可能延期；这样的订单八成在 {likely_by} 前交付",
        "{late_percent} % likely to be late; 8 of 10 such orders are delivered by {likely_by}",
    ),
    "payment_overdue": Text("货款逾期 {overdue_days} 天", "its payment is {overdue_days} days overdue"),
    "delivery_late": Text(
        "交期已过 {hours_late} 小时，尚未交付", "{hours_late} h past its promised date, not delivered"
    ),
    "order_idle": Text("已 {idle_days} 天没有任何动作", "nothing has happened for {idle_days} days"),
    "message_unanswered": Text(
        "客户消息 {waiting_minutes} 分钟未回复", "a customer's message has waited for {waiting_minutes} minutes"
    ),
}


def subject_of(facts: Mapping[str, Any]) -> str:
    """What an alert is about: an order's number, or a material's, or a machine's."""
    return str(facts.get("order_no") or facts.get("material") or facts.get("machine") or "-")


def alert_facts(fact: str, rule: Text, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the message may speak of: `rule`, `subject`, `detail`."""
    detail = _DETAILS[fact].fill({**facts, **_worded(facts)})
    return {
        "rule": rule.as_json(),
        "subject": subject_of(facts),
        "detail": detail.as_json(),
        "order_no": facts.get("order_no"),
    }


def _worded(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of facts that are themselves no words; reports of the floor leave out what nobody entered."""
    hours_late = facts.get("hours_late")
    missing = (facts.get(name) for name in ("material", "quantity", "unit"))
    place = (facts.get(name) for name in ("work_order", "operation", "work_centre"))
    return {
        "due_in_hours": None if hours_late is None else max(-hours_late, 0),
        "missing": " ".join(str(word) for word in missing if word),
        "place": " ".join(str(word) for word in place if word) or "-",
        "symptom": facts.get("symptom") or "-",
        "machine": facts.get("machine") or facts.get("work_centre") or "-",
    }


def digest_facts(rule: Text, alerts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The same for many alerts of one rule: `rule`, `count`, `names` of the first ones."""
    named = [alert["subject"] for alert in alerts[:MOST_NAMED]]
    rest = len(alerts) - len(named)
    return {
        "rule": rule.as_json(),
        "count": len(alerts),
        "names": {
            "zh": "、".join(named) + (f" 等另外 {rest} 个" if rest else ""),
            "en": ", ".join(named) + (f" and {rest} more" if rest else ""),
        },
    }
