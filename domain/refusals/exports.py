"""Exports of one's own data, and edited copies of them that come back."""

from __future__ import annotations

from domain.refusals.kinds import Nature, kind

EXPORTS_TOO_MANY = kind(
    "exports_too_many",
    Nature.TOO_MANY,
    "24 小时内最多导出 {limit} 次",
    "At most {limit} exports in 24 hours",
)
EXPORT_NOT_READY = kind(
    "export_not_ready",
    Nature.CONFLICT,
    "导出还在生成",
    "The export is still being made",
)
EXPORT_EXPIRED = kind(
    "export_expired",
    Nature.MISSING,
    "导出已过期，文件已删除；请重新导出",
    "The export has expired and its file is gone; export again",
)
RETURN_CONFLICT = kind(
    "return_conflict",
    Nature.CONFLICT,
    "订单 {order_no} 在导出之后改成了别的内容；请确认覆盖，或放弃这项改动",
    "Order {order_no} became something else after the export; confirm that yours holds, or leave it",
)
RETURN_GONE = kind(
    "return_gone",
    Nature.CONFLICT,
    "订单 {order_no} 已完成或已取消，不能再改",
    "Order {order_no} is over and takes no more changes",
)
