"""What arrives, and what cannot be made of it."""

from __future__ import annotations

from domain.refusals.kinds import Nature, kind

# Intake
PAYLOAD_INCOMPLETE = kind(
    "payload_incomplete",
    Nature.INVALID,
    "内容缺少必要信息：{names}",
    "The payload lacks what no order can do without: {names}",
)
PAYLOAD_NOT_UNDERSTOOD = kind(
    "payload_not_understood",
    Nature.INVALID,
    "内容不属于渠道 {channel} 的任何已知格式",
    "The payload is nothing that the template of {channel} knows",
)
PAYLOAD_TOO_COMPLEX = kind(
    "payload_too_complex", Nature.INVALID, "内容过于复杂：{reason}", "The payload is more than can be read: {reason}"
)
PAYLOAD_UNREADABLE = kind(
    "payload_unreadable", Nature.INVALID, "内容无法读取：{reason}", "The payload cannot be read: {reason}"
)
CHANNEL_TAKEN = kind("channel_taken", Nature.CONFLICT, "渠道 {key} 已存在", "There is a channel {key} already")
TEMPLATE_INVALID = kind(
    "template_invalid", Nature.INVALID, "解析模板有误：{summary}", "The template is not valid: {summary}"
)

# What waits for a person
INTAKE_NOT_IN_REVIEW = kind(
    "intake_not_in_review",
    Nature.CONFLICT,
    "该来单不在待审状态（当前：{status}）",
    "This item does not wait for review (it is {status})",
)
INTAKE_NOT_REPLAYABLE = kind(
    "intake_not_replayable",
    Nature.CONFLICT,
    "该来单不能重新解析（当前：{status}）",
    "This item cannot be parsed again (it is {status})",
)
INTAKE_NOT_REJECTED = kind(
    "intake_not_rejected",
    Nature.CONFLICT,
    "该来单没有被驳回，无须撤回（当前：{status}）",
    "Nobody rejected this item, so there is nothing to take back (it is {status})",
)
INTAKE_ORDER_DIFFERS = kind(
    "intake_order_differs",
    Nature.CONFLICT,
    "订单 {order_no} 已存在且内容不同；请修改订单后驳回此条",
    "Order {order_no} exists and differs; change the order, then reject this item",
)
SECOND_PERSON_NEEDED = kind(
    "second_person_needed",
    Nature.CONFLICT,
    "金额超过 {limit} {currency}：录入或更正的人不能批准，请由另一人批准",
    "Above {limit} {currency} whoever entered or corrected it cannot let it in: another person has to",
)
MEANING_INVALID = kind(
    "meaning_invalid", Nature.INVALID, "来单内容有误：{summary}", "The meaning is not an order: {summary}"
)
SIGNATURE_REFUSED = kind(
    "signature_refused", Nature.UNAUTHENTICATED, "签名不被接受：{reason}", "The signature is not accepted: {reason}"
)
SUPPLEMENT_BEFORE_ORDER = kind(
    "supplement_before_order",
    Nature.CONFLICT,
    "补充协议先于订单 {external_id} 到达；订单建立后请重新解析",
    "The supplement came before order {external_id}; have it read again once the order is there",
)
TEMPLATE_UNKNOWN = kind(
    "template_unknown",
    Nature.INVALID,
    "渠道 {channel} 没有已发布的解析模板",
    "There is no published template for channel {channel}",
)
