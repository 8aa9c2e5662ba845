"""API keys, outbound webhooks and limits."""

from __future__ import annotations

from domain.refusals.kinds import Nature, kind

# API keys
KEY_ENDED = kind(
    "key_ended",
    Nature.UNAUTHENTICATED,
    "此密钥已撤销或已过期",
    "This key was revoked or has expired",
)
KEY_NOT_ALLOWED = kind(
    "key_not_allowed", Nature.FORBIDDEN, "此操作只供人员使用，密钥不可用", "This is for people, not for keys"
)
KEY_NEEDS_ROLE = kind(
    "key_needs_role",
    Nature.FORBIDDEN,
    "此密钥没有岗位，只能读取",
    "This key carries no role, so it may only read here",
)
KEY_REVOKED = kind("key_revoked", Nature.CONFLICT, "此密钥已撤销，请新建", "This key was revoked; make a new one")

# Outbound webhooks
ENDPOINT_PAUSED = kind(
    "endpoint_paused", Nature.CONFLICT, "此推送地址已暂停，请先恢复", "This endpoint is paused; resume it first"
)
DELIVERY_UNDER_WAY = kind(
    "delivery_under_way", Nature.CONFLICT, "此条推送仍在发送中", "This delivery is still under way"
)
