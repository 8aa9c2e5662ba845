"""What any request may be told, whatever it is about."""

from __future__ import annotations

from domain.refusals.kinds import Nature, kind

# What is asked for, whoever asks
FIELD_INVALID = kind(
    "field_invalid", Nature.INVALID, "内容不符合要求：{summary}", "Some fields are not valid: {summary}"
)
FIELD_UNKNOWN = kind("field_unknown", Nature.INVALID, "没有这个字段：{names}", "There is no such field: {names}")
MALFORMED_REQUEST = kind(
    "malformed_request", Nature.MALFORMED, "请求无法读取：{reason}", "The request cannot be read: {reason}"
)
CURSOR_INVALID = kind("cursor_invalid", Nature.MALFORMED, "翻页标记无效", "The cursor is not one of ours")
NOT_FOUND = kind("not_found", Nature.MISSING, "没有找到", "Not found")
METHOD_NOT_ALLOWED = kind(
    "method_not_allowed", Nature.WRONG_METHOD, "此地址不支持这种请求", "This address does not take that method"
)
UNSUPPORTED_MEDIA_TYPE = kind(
    "unsupported_media_type",
    Nature.UNSUPPORTED,
    "不支持这种内容类型：{content_type}",
    "This content type is not supported: {content_type}",
)
BODY_TOO_LARGE = kind(
    "body_too_large",
    Nature.TOO_LARGE,
    "内容过大，上限 {limit_bytes} 字节",
    "The body is over the limit of {limit_bytes} bytes",
)
TOO_MANY_REQUESTS = kind(
    "too_many_requests", Nature.TOO_MANY, "请求过于频繁，请稍候", "Too many requests; wait a moment"
)
TOO_MANY_TRIES = kind(
    "too_many_tries",
    Nature.TOO_MANY,
    "尝试次数过多，请 {retry_after} 秒后再试",
    "Too many tries; try again in {retry_after} seconds",
)

# Keys and versions
IDEMPOTENCY_KEY_INVALID = kind(
    "idempotency_key_invalid",
    Nature.MALFORMED,
    "Idempotency-Key 应为 1 到 255 个可见字符",
    "Idempotency-Key must be 1 to 255 visible characters",
)
IDEMPOTENCY_KEY_REUSED = kind(
    "idempotency_key_reused",
    Nature.INVALID,
    "同一个 Idempotency-Key 已用于另一内容",
    "This Idempotency-Key was used with another body",
)
REQUEST_IN_PROGRESS = kind(
    "request_in_progress",
    Nature.CONFLICT,
    "同一请求正在处理，请稍候重试",
    "The same request is still being processed; try again shortly",
)
IF_MATCH_REQUIRED = kind(
    "if_match_required", Nature.PRECONDITION_REQUIRED, "修改时须带 If-Match", "A change needs If-Match"
)
VERSION_STALE = kind(
    "version_stale",
    Nature.STALE,
    "内容已被他人更新（当前版本 {version}）",
    "It has changed meanwhile (now version {version})",
)
LOST_RACE = kind("lost_race", Nature.CONFLICT, "同时操作过多，请重试", "Too many people acted at once; try again")

# What only time mends
DATABASE_UNAVAILABLE = kind(
    "database_unavailable",
    Nature.UNAVAILABLE,
    "数据库暂时不可用，请稍候重试",
    "The database is away for the moment; try again shortly",
)
DISK_FULL = kind("disk_full", Nature.FULL, "服务器磁盘已满，内容未保存", "The server's disk is full; nothing was saved")
