"""What a rule can be about: each kind of fact with what its hours count and what a condition may read of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from domain.expressions.guard_types import BOOL, INT, STRING, Type, map_of
from domain.text import Text

# What `hours` of a rule count: before the promised date's end, or after the moment in which it began (working hours or
# wall hours).
Counting = Literal["before_due", "after_since", "working_after_since"]
Subject = Literal["order", "material", "work_order"]

_ORDER: Mapping[str, Type] = {
    "order_no": STRING,
    "order_type": STRING,
    "channel": STRING,
    "stage": STRING,
    "category": STRING,
    "priority": INT,
    "held": BOOL,
    "hours_late": INT,
}


@dataclass(frozen=True, slots=True)
class FactKind:
    """`fields` are what `when` may read under `facts`."""

    key: str
    label: Text
    subject: Subject
    counting: Counting
    fields: Mapping[str, Type]

    @property
    def type(self) -> Type:
        """The closed map that a condition is checked against."""
        return map_of(self.fields)


def _kind(key: str, zh: str, en: str, subject: Subject, counting: Counting, **fields: Type) -> tuple[str, FactKind]:
    common = _ORDER if subject == "order" else {}
    return key, FactKind(key, Text(zh, en), subject, counting, {**common, **fields})


FACT_KINDS: Mapping[str, FactKind] = dict(
    [
        _kind("first_operation_open", "首道工序未完工", "First operation not complete", "order", "before_due"),
        _kind(
            "stage_over_service_level",
            "阶段超时",
            "Stage over its service level",
            "order",
            "working_after_since",
            service_hours=INT,
        ),
        _kind(
            "material_short",
            "物料缺货",
            "Material short",
            "material",
            "after_since",
            material=STRING,
            waiting_orders=INT,
        ),
        _kind(
            "machine_fault",
            "设备故障",
            "Machine fault",
            "work_order",
            "after_since",
            order_no=STRING,
            work_centre=STRING,
            operation=STRING,
            machine=STRING,
            stops_work=BOOL,
        ),
        _kind(
            "material_missing",
            "现场缺料",
            "Material missing on the floor",
            "work_order",
            "after_since",
            order_no=STRING,
            work_centre=STRING,
            operation=STRING,
            material=STRING,
        ),
        _kind("delivery_late", "交期已过未交付", "Delivery late", "order", "before_due"),
        _kind("shipment_open", "尚未发货", "Not shipped", "order", "before_due"),
        _kind(
            "forecast_late",
            "预计延期",
            "Likely late",
            "order",
            "after_since",
            late_percent=INT,
            expected_hours_late=INT,
        ),
        _kind(
            "payment_overdue",
            "货款逾期",
            "Payment overdue",
            "order",
            "after_since",
            overdue_days=INT,
            currency=STRING,
        ),
        _kind("order_idle", "订单长期无动作", "Order without any action", "order", "after_since", idle_days=INT),
        _kind(
            "message_unanswered",
            "客户消息未回复",
            "Customer message unanswered",
            "order",
            "after_since",
            waiting_minutes=INT,
        ),
    ]
)
