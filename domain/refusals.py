"""Every 'no' that Throughline can say: a stable code, its nature, and its words in both languages, declared once.

A refusal is data. It is raised where a use case stops, and returned where many things are judged at once. The edge
turns its nature into a status (api/problems.py); nothing here knows HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.text import Language, Text


class Nature(StrEnum):
    """What sort of no it is."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    WRONG_METHOD = "wrong_method"
    CONFLICT = "conflict"
    STALE = "stale"
    PRECONDITION_REQUIRED = "precondition_required"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    INVALID = "invalid"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One bad field: a JSON pointer into what was sent, a stable code and the words for a person."""

    pointer: str
    code: str
    detail: Text

    def as_json(self, language: Language) -> dict[str, str]:
        """The shape of one entry of `errors` in problem+json."""
        return {"pointer": self.pointer, "code": self.code, "detail": self.detail.of(language)}


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to say no. Calling it with what is known makes the refusal itself."""

    code: str
    nature: Nature
    text: Text

    def __call__(self, *fields: FieldProblem, **data: Any) -> Refusal:
        return Refusal(self, tuple(fields), data)


@dataclass(eq=False)
class Refusal(Exception):
    """A 'no' with the fields it is about and the facts its words need. Nothing is wrong with the program."""

    kind: Kind
    fields: tuple[FieldProblem, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The stable code."""
        return self.kind.code

    @property
    def detail(self) -> Text:
        """The words, with the facts filled in."""
        return self.kind.text.fill(self.data)

    def as_json(self) -> dict[str, Any]:
        """What is kept when a refusal is the stored answer of a key."""
        return {
            "code": self.code,
            "data": self.data,
            "fields": [{"pointer": f.pointer, "code": f.code, "detail": f.detail.as_json()} for f in self.fields],
        }


KINDS: dict[str, Kind] = {}


def refusal_from_json(stored: dict[str, Any]) -> Refusal:
    """The refusal that `as_json` wrote."""
    fields = tuple(FieldProblem(f["pointer"], f["code"], Text(**f["detail"])) for f in stored["fields"])
    return Refusal(KINDS[stored["code"]], fields, stored["data"])


def _kind(code: str, nature: Nature, zh: str, en: str) -> Kind:
    if code in KINDS:
        raise ValueError(f"refusal code declared twice: {code}")
    KINDS[code] = Kind(code, nature, Text(zh, en))
    return KINDS[code]


# What is asked for, whoever asks
FIELD_INVALID = _kind(
    "field_invalid", Nature.INVALID, "内容不符合要求：{summary}", "Some fields are not valid: {summary}"
)
FIELD_UNKNOWN = _kind("field_unknown", Nature.INVALID, "没有这个字段：{names}", "There is no such field: {names}")
MALFORMED_REQUEST = _kind(
    "malformed_request", Nature.MALFORMED, "请求无法读取：{reason}", "The request cannot be read: {reason}"
)
CURSOR_INVALID = _kind("cursor_invalid", Nature.MALFORMED, "翻页标记无效", "The cursor is not one of ours")
NOT_FOUND = _kind("not_found", Nature.MISSING, "没有找到", "Not found")
METHOD_NOT_ALLOWED = _kind(
    "method_not_allowed", Nature.WRONG_METHOD, "此地址不支持这种请求", "This address does not take that method"
)
UNSUPPORTED_MEDIA_TYPE = _kind(
    "unsupported_media_type",
    Nature.UNSUPPORTED,
    "不支持这种内容类型：{content_type}",
    "This content type is not supported: {content_type}",
)
BODY_TOO_LARGE = _kind(
    "body_too_large",
    Nature.TOO_LARGE,
    "内容过大，上限 {limit_bytes} 字节",
    "The body is over the limit of {limit_bytes} bytes",
)
TOO_MANY_REQUESTS = _kind(
    "too_many_requests", Nature.TOO_MANY, "请求过于频繁，请稍候", "Too many requests; wait a moment"
)

# Keys and versions
IDEMPOTENCY_KEY_INVALID = _kind(
    "idempotency_key_invalid",
    Nature.MALFORMED,
    "Idempotency-Key 应为 1 到 255 个可见字符",
    "Idempotency-Key must be 1 to 255 visible characters",
)
IDEMPOTENCY_KEY_REUSED = _kind(
    "idempotency_key_reused",
    Nature.INVALID,
    "同一个 Idempotency-Key 已用于另一内容",
    "This Idempotency-Key was used with another body",
)
REQUEST_IN_PROGRESS = _kind(
    "request_in_progress",
    Nature.CONFLICT,
    "同一请求正在处理，请稍候重试",
    "The same request is still being processed; try again shortly",
)
IF_MATCH_REQUIRED = _kind(
    "if_match_required", Nature.PRECONDITION_REQUIRED, "修改时须带 If-Match", "A change needs If-Match"
)
VERSION_STALE = _kind(
    "version_stale",
    Nature.STALE,
    "订单已被他人更新（当前版本 {version}）",
    "The order has changed meanwhile (now version {version})",
)
LOST_RACE = _kind("lost_race", Nature.CONFLICT, "同时操作过多，请重试", "Too many people acted at once; try again")

# Who asks
UNAUTHENTICATED = _kind("unauthenticated", Nature.UNAUTHENTICATED, "请先登录", "Sign in first")
CREDENTIALS_INVALID = _kind(
    "credentials_invalid", Nature.UNAUTHENTICATED, "账号或密码不正确", "Name or password is not right"
)
SESSION_ENDED = _kind(
    "session_ended", Nature.UNAUTHENTICATED, "登录已失效，请重新登录", "The session has ended; sign in again"
)
ORIGIN_NOT_ALLOWED = _kind(
    "origin_not_allowed", Nature.FORBIDDEN, "请求来源不允许", "Requests from that origin are not allowed"
)
RIGHT_MISSING = _kind("right_missing", Nature.FORBIDDEN, "没有此权限：{right}", "This needs the right {right}")
ROLE_NOT_ALLOWED = _kind(
    "role_not_allowed",
    Nature.FORBIDDEN,
    "您的岗位不能执行“{action}”，需要：{roles}",
    "Your role may not do '{action}'; it needs one of: {roles}",
)
FIELD_NOT_WRITABLE = _kind("field_not_writable", Nature.FORBIDDEN, "您不能修改：{names}", "You may not write: {names}")
FIELD_NOT_READABLE = _kind(
    "field_not_readable", Nature.MALFORMED, "不能按此字段筛选或排序：{names}", "You may not filter or sort by: {names}"
)
LOGIN_TAKEN = _kind("login_taken", Nature.CONFLICT, "登录名已被使用：{login}", "That login is taken: {login}")
LAST_ADMINISTRATOR = _kind(
    "last_administrator", Nature.CONFLICT, "至少保留一位系统管理员", "Somebody has to remain who can administrate"
)

# Orders and actions
ACTION_UNKNOWN = _kind(
    "action_unknown", Nature.INVALID, "流程中没有这个动作：{action}", "The workflow has no action '{action}'"
)
ACTION_NOT_ALLOWED_IN_STAGE = _kind(
    "action_not_allowed_in_stage",
    Nature.CONFLICT,
    "订单在“{stage}”阶段，不能执行“{action}”",
    "The order is in '{stage}', where '{action}' is not possible",
)
ORDER_HELD = _kind(
    "order_held", Nature.CONFLICT, "订单已暂停，先解除暂停", "The order is on hold; release the hold first"
)
ORDER_NOT_HELD = _kind("order_not_held", Nature.CONFLICT, "订单没有暂停", "The order is not on hold")
DELIVERABLE_MISSING = _kind(
    "deliverable_missing", Nature.CONFLICT, "还缺交付物：{kinds}", "Deliverables are missing: {kinds}"
)
GUARD_REFUSED = _kind(
    "guard_refused", Nature.CONFLICT, "不满足流程条件：{guard}", "The workflow's condition does not hold: {guard}"
)
PAYLOAD_INVALID = _kind(
    "payload_invalid", Nature.INVALID, "动作内容不符合要求：{summary}", "The action's payload is not valid: {summary}"
)
QUANTITY_EXCEEDED = _kind(
    "quantity_exceeded",
    Nature.CONFLICT,
    "第 {line} 行数量超出：最多 {available}",
    "Line {line}: more than the {available} available",
)
NOTHING_TO_SHIP = _kind("nothing_to_ship", Nature.CONFLICT, "没有可发的数量", "There is nothing left to ship")
NOTHING_RETURNED = _kind(
    "nothing_returned",
    Nature.CONFLICT,
    "没有退回的货，不能返工已完成的订单",
    "A finished order can be reworked only after goods came back",
)
SPLIT_INVALID = _kind(
    "split_invalid", Nature.CONFLICT, "不能这样拆单：{reason}", "The order cannot be split so: {reason}"
)
CHANGE_REQUIRED = _kind(
    "change_required", Nature.CONFLICT, "订单已开工，请走改单", "Work has begun; use an order change"
)
AMOUNTS_DO_NOT_ADD_UP = _kind(
    "amounts_do_not_add_up",
    Nature.INVALID,
    "金额合计 {computed} 与总额 {total} 不符",
    "The lines give {computed}, the total says {total}",
)
AMOUNT_TOO_LARGE = _kind(
    "amount_too_large",
    Nature.INVALID,
    "金额太大：最多 14 位整数",
    "An amount is too large: at most 14 digits before the point",
)
ORDER_TYPE_INVALID = _kind(
    "order_type_invalid",
    Nature.INVALID,
    "订单类型文档有误：{summary}",
    "The order type document is not valid: {summary}",
)
ORDER_TYPE_UNKNOWN = _kind(
    "order_type_unknown", Nature.INVALID, "没有这种订单类型：{order_type}", "There is no order type '{order_type}'"
)
WORKFLOW_UNKNOWN = _kind(
    "workflow_unknown", Nature.INVALID, "没有这个流程：{workflow}", "There is no workflow '{workflow}'"
)
ORDER_EXISTS = _kind(
    "order_exists", Nature.CONFLICT, "来源单号已存在：{order_no}", "That source and number is already order {order_no}"
)

# Workflows
NOTHING_SHIPPED = _kind("nothing_shipped", Nature.CONFLICT, "还没有发过货", "Nothing has been shipped yet")
STAGE_HAS_NO_PLACE = _kind(
    "stage_has_no_place",
    Nature.CONFLICT,
    "新流程中没有对应的阶段：{stages}",
    "The new version has no place for: {stages}",
)
WORKFLOW_INVALID = _kind(
    "workflow_invalid", Nature.INVALID, "流程文档有误：{summary}", "The workflow is not valid: {summary}"
)

# Forms
FORM_INVALID = _kind("form_invalid", Nature.INVALID, "表单有误：{summary}", "The form is not valid: {summary}")

# Intake
PAYLOAD_INCOMPLETE = _kind(
    "payload_incomplete",
    Nature.INVALID,
    "内容缺少必要信息：{names}",
    "The payload lacks what no order can do without: {names}",
)
PAYLOAD_NOT_UNDERSTOOD = _kind(
    "payload_not_understood",
    Nature.INVALID,
    "内容不属于渠道 {channel} 的任何已知格式",
    "The payload is nothing that the template of {channel} knows",
)
PAYLOAD_TOO_COMPLEX = _kind(
    "payload_too_complex", Nature.INVALID, "内容过于复杂：{reason}", "The payload is more than can be read: {reason}"
)
PAYLOAD_UNREADABLE = _kind(
    "payload_unreadable", Nature.INVALID, "内容无法读取：{reason}", "The payload cannot be read: {reason}"
)
TEMPLATE_INVALID = _kind(
    "template_invalid", Nature.INVALID, "解析模板有误：{summary}", "The template is not valid: {summary}"
)

# What only time mends
DATABASE_UNAVAILABLE = _kind(
    "database_unavailable",
    Nature.UNAVAILABLE,
    "数据库暂时不可用，请稍候重试",
    "The database is away for the moment; try again shortly",
)
DISK_FULL = _kind(
    "disk_full", Nature.FULL, "服务器磁盘已满，内容未保存", "The server's disk is full; nothing was saved"
)

# Documents
DOCUMENT_INVALID = _kind(
    "document_invalid", Nature.INVALID, "文档有误，不能发布：{summary}", "The document cannot be published: {summary}"
)
KEY_MISMATCH = _kind(
    "key_mismatch", Nature.INVALID, "文档的 key 与地址不一致", "The document's key is not the one in the address"
)

# What arrives and what is sent
EFFECT_NOT_DEAD = _kind(
    "effect_not_dead",
    Nature.CONFLICT,
    "只有发送失败的条目可以重试或放弃（当前：{state}）",
    "Only what failed for good can be tried again or dropped (it is {state})",
)
INTAKE_NOT_IN_REVIEW = _kind(
    "intake_not_in_review",
    Nature.CONFLICT,
    "该来单不在待审状态（当前：{status}）",
    "This item does not wait for review (it is {status})",
)
INTAKE_NOT_REPLAYABLE = _kind(
    "intake_not_replayable",
    Nature.CONFLICT,
    "该来单不能重新解析（当前：{status}）",
    "This item cannot be parsed again (it is {status})",
)
INTAKE_ORDER_DIFFERS = _kind(
    "intake_order_differs",
    Nature.CONFLICT,
    "订单 {order_no} 已存在且内容不同；请修改订单后驳回此条",
    "Order {order_no} exists and differs; change the order, then reject this item",
)
MEANING_INVALID = _kind(
    "meaning_invalid", Nature.INVALID, "来单内容有误：{summary}", "The meaning is not an order: {summary}"
)
SIGNATURE_REFUSED = _kind(
    "signature_refused", Nature.UNAUTHENTICATED, "签名不被接受：{reason}", "The signature is not accepted: {reason}"
)
TEMPLATE_UNKNOWN = _kind(
    "template_unknown",
    Nature.INVALID,
    "渠道 {channel} 没有已发布的解析模板",
    "There is no published template for channel {channel}",
)
