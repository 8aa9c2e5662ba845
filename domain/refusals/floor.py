"""The floor: work orders, reports and what the phones sync."""

from __future__ import annotations

from domain.refusals.kinds import Nature, kind

# Work orders
WORK_ORDER_UNKNOWN = kind(
    "work_order_unknown", Nature.CONFLICT, "没有这个工单：{work_order}", "There is no work order {work_order}"
)
WORK_ORDER_CANCELLED = kind(
    "work_order_cancelled", Nature.CONFLICT, "工单 {work_order} 已取消", "Work order {work_order} was cancelled"
)
WORK_ORDER_HELD = kind(
    "work_order_held",
    Nature.CONFLICT,
    "订单 {order_no} 已暂停，先解除暂停",
    "Order {order_no} is on hold; release the hold first",
)
WORK_ORDER_OPEN = kind(
    "work_order_open",
    Nature.CONFLICT,
    "工单 {work_order} 还没有完工，不能判合格",
    "Work order {work_order} is not finished; it cannot pass yet",
)
OPERATION_UNKNOWN = kind(
    "operation_unknown",
    Nature.CONFLICT,
    "工单 {work_order} 没有工序 {operation}",
    "Work order {work_order} has no operation {operation}",
)
OPERATION_OUT_OF_ORDER = kind(
    "operation_out_of_order",
    Nature.CONFLICT,
    "上道工序 {previous} 还没有合格件",
    "The operation before, {previous}, has made nothing good yet",
)
OPERATION_DONE = kind(
    "operation_done", Nature.CONFLICT, "工序 {operation} 已经完成", "Operation {operation} is done already"
)
OVER_REPORTED = kind(
    "over_reported",
    Nature.CONFLICT,
    "报工数量超出：只剩 {left}，报了 {told}",
    "More was reported than is there: {left} are left, {told} were told",
)
REWORK_TOO_LARGE = kind(
    "rework_too_large",
    Nature.CONFLICT,
    "返工数量超出：合格件只有 {good}",
    "More is to be reworked than was made: {good} are good",
)
POSSIBLE_DUPLICATE = kind(
    "possible_duplicate",
    Nature.CONFLICT,
    "可能重复：{person} 刚报过同样的数量",
    "Possibly the same work told twice: {person} has just reported the same",
)
SCRAP_REASONS_DIFFER = kind(
    "scrap_reasons_differ",
    Nature.CONFLICT,
    "报废 {scrap} 件，原因合计 {told} 件",
    "{scrap} were scrapped, the reasons tell of {told}",
)
REVISION_NOT_ACKNOWLEDGED = kind(
    "revision_not_acknowledged",
    Nature.CONFLICT,
    "订单 {order_no} 已改单（第 {revision} 版：{change}），确认前不能报工",
    "Order {order_no} has changed (revision {revision}: {change}); acknowledge it first",
)
ROUTING_INVALID = kind(
    "routing_invalid", Nature.INVALID, "工艺路线有误：{summary}", "The routing is not valid: {summary}"
)
ROUTING_BEGUN = kind(
    "routing_begun",
    Nature.CONFLICT,
    "工序 {operation} 已经开工，不能删除或移动",
    "Operation {operation} has begun; it can be neither removed nor moved",
)
SPLIT_TOO_LARGE = kind(
    "split_too_large",
    Nature.CONFLICT,
    "最多能拆出 {available} 件",
    "At most {available} can be split off",
)
# Reports and devices
REPORT_UNREADABLE = kind(
    "report_unreadable", Nature.INVALID, "报告无法读取：{summary}", "The report cannot be read: {summary}"
)
REPORT_VERSION_UNKNOWN = kind(
    "report_version_unknown",
    Nature.INVALID,
    "不认识 {kind} 报告的第 {v} 版",
    "Version {v} of {kind} reports is not known here",
)
REPORT_ID_REUSED = kind(
    "report_id_reused",
    Nature.CONFLICT,
    "这个编号已用于另一份报告",
    "This id was used for another report",
)
REPORT_FAILED = kind(
    "report_failed",
    Nature.CONFLICT,
    "报告无法入账，已留待处理",
    "The report could not be applied and waits for a person",
)
REPORTS_TOO_MANY = kind(
    "reports_too_many", Nature.TOO_LARGE, "一次最多 {limit} 份报告", "At most {limit} reports in one call"
)
DEVICE_UNKNOWN = kind(
    "device_unknown",
    Nature.MISSING,
    "没有登记这台设备",
    "This device is not registered",
)
DEVICE_REVOKED = kind(
    "device_revoked",
    Nature.CONFLICT,
    "设备已停用，报告留待处理",
    "The device was revoked; its reports wait for a person",
)
PERSON_NOT_ENROLLED = kind(
    "person_not_enrolled",
    Nature.CONFLICT,
    "此人没有在这台设备上登记",
    "The person is not enrolled on this device",
)
REPORT_RIGHT_MISSING = kind(
    "report_right_missing",
    Nature.CONFLICT,
    "此人没有报告“{kind}”的权限（{right}）",
    "The person may not report '{kind}' ({right})",
)
ORDER_UNKNOWN = kind("order_unknown", Nature.CONFLICT, "没有这个订单：{order_no}", "There is no order {order_no}")
ARTICLE_UNKNOWN = kind("article_unknown", Nature.CONFLICT, "没有这个物料：{sku}", "There is no article {sku}")
UNIT_UNKNOWN = kind(
    "unit_unknown",
    Nature.CONFLICT,
    "{sku} 不按“{unit}”计数",
    "{sku} is not counted in '{unit}'",
)
PHOTO_MISSING = kind(
    "photo_missing",
    Nature.CONFLICT,
    "照片还没有上传：{sha256}",
    "A photo was not uploaded first: {sha256}",
)
CONFLICT_DECIDED = kind(
    "conflict_decided",
    Nature.CONFLICT,
    "已由他人处理",
    "Somebody has decided this already",
)
CONFLICT_STANDS = kind(
    "conflict_stands",
    Nature.CONFLICT,
    "仍不能入账：{reason}",
    "It still cannot be applied: {reason}",
)
