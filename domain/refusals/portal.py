"""The customer's side: codes, messages, complaints."""

from __future__ import annotations

from domain.refusals.kinds import Nature, kind

# Signing in
CODE_INVALID = kind(
    "code_invalid", Nature.UNAUTHENTICATED, "验证码不正确或已失效", "The code is not right, or has expired"
)

# Messages
MESSAGE_ID_USED = kind(
    "message_id_used", Nature.CONFLICT, "这个消息编号已用于另一条消息", "That id is another message's already"
)

# Complaints and the questions after delivery
COMPLAINT_ID_USED = kind(
    "complaint_id_used", Nature.CONFLICT, "这个编号已用于另一项投诉", "That id is another complaint's already"
)
COMPLAINT_STEP_NOT_POSSIBLE = kind(
    "complaint_step_not_possible",
    Nature.CONFLICT,
    "投诉处于“{state}”，不能执行“{action}”",
    "The complaint is '{state}', where '{action}' is not possible",
)
SURVEY_TOO_EARLY = kind(
    "survey_too_early", Nature.CONFLICT, "订单签收后才能评价", "An order can be rated once it was delivered"
)
SURVEY_CLOSED = kind(
    "survey_closed", Nature.CONFLICT, "评价提交一周后不能再修改", "A rating can be changed for a week, and no longer"
)
