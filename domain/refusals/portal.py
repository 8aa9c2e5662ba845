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
