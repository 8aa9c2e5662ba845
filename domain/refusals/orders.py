"""Orders and the actions that move them."""

from __future__ import annotations

from domain.refusals.kinds import Nature, kind

# Orders and actions
ACTION_UNKNOWN = kind(
    "action_unknown", Nature.INVALID, "流程中没有这个动作：{action}", "The workflow has no action '{action}'"
)
ACTION_NOT_ALLOWED_IN_STAGE = kind(
    "action_not_allowed_in_stage",
    Nature.CONFLICT,
    "订单在“{stage}”阶段，不能执行“{action}”",
    "The order is in '{stage}', where '{action}' is not possible",
)
ORDER_HELD = kind(
    "order_held", Nature.CONFLICT, "订单已暂停，先解除暂停", "The order is on hold; release the hold first"
)
ORDER_NOT_HELD = kind("order_not_held", Nature.CONFLICT, "订单没有暂停", "The order is not on hold")
DELIVERABLE_MISSING = kind(
    "deliverable_missing", Nature.CONFLICT, "还缺交付物：{kinds}", "Deliverables are missing: {kinds}"
)
GUARD_REFUSED = kind(
    "guard_refused", Nature.CONFLICT, "不满足流程条件：{guard}", "The workflow's condition does not hold: {guard}"
)
PAYLOAD_INVALID = kind(
    "payload_invalid", Nature.INVALID, "动作内容不符合要求：{summary}", "The action's payload is not valid: {summary}"
)
QUANTITY_EXCEEDED = kind(
    "quantity_exceeded",
    Nature.CONFLICT,
    "第 {line} 行数量超出：最多 {available}",
    "Line {line}: more than the {available} available",
)
NOTHING_TO_SHIP = kind("nothing_to_ship", Nature.CONFLICT, "没有可发的数量", "There is nothing left to ship")
NOTHING_RETURNED = kind(
    "nothing_returned",
    Nature.CONFLICT,
    "没有退回的货，不能返工已完成的订单",
    "A finished order can be reworked only after goods came back",
)
SPLIT_INVALID = kind(
    "split_invalid", Nature.CONFLICT, "不能这样拆单：{reason}", "The order cannot be split so: {reason}"
)
CHANGE_REQUIRED = kind(
    "change_required", Nature.CONFLICT, "订单已开工，请走改单", "Work has begun; use an order change"
)
AMOUNTS_DO_NOT_ADD_UP = kind(
    "amounts_do_not_add_up",
    Nature.INVALID,
    "金额合计 {computed} 与总额 {total} 不符",
    "The lines give {computed}, the total says {total}",
)
AMOUNT_TOO_LARGE = kind(
    "amount_too_large",
    Nature.INVALID,
    "金额太大：最多 14 位整数",
    "An amount is too large: at most 14 digits before the point",
)
ORDER_TYPE_INVALID = kind(
    "order_type_invalid",
    Nature.INVALID,
    "订单类型文档有误：{summary}",
    "The order type document is not valid: {summary}",
)
ORDER_TYPE_UNKNOWN = kind(
    "order_type_unknown", Nature.INVALID, "没有这种订单类型：{order_type}", "There is no order type '{order_type}'"
)
WORKFLOW_UNKNOWN = kind(
    "workflow_unknown", Nature.INVALID, "没有这个流程：{workflow}", "There is no workflow '{workflow}'"
)
ORDER_EXISTS = kind(
    "order_exists", Nature.CONFLICT, "来源单号已存在：{order_no}", "That source and number is already order {order_no}"
)
