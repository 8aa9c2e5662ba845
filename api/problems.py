"""Every 'no' as problem+json (RFC 9457): one table from its nature to a status, and one way to write it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.language import language_of
from api.route import stripped
from domain.refusals.general import LOST_RACE, REQUEST_IN_PROGRESS
from domain.refusals.kinds import Nature, Refusal
from domain.text import Text

MEDIA_TYPE = "application/problem+json"

STATUS_OF: dict[Nature, int] = {
    Nature.MALFORMED: 400,
    Nature.UNAUTHENTICATED: 401,
    Nature.FORBIDDEN: 403,
    Nature.MISSING: 404,
    Nature.WRONG_METHOD: 405,
    Nature.CONFLICT: 409,
    Nature.STALE: 412,
    Nature.TOO_LARGE: 413,
    Nature.UNSUPPORTED: 415,
    Nature.INVALID: 422,
    Nature.PRECONDITION_REQUIRED: 428,
    Nature.TOO_MANY: 429,
    Nature.UNAVAILABLE: 503,
    Nature.FULL: 507,
}
TITLES: dict[int, Text] = {
    400: Text("请求无法读取", "Malformed request"),
    401: Text("未登录", "Not signed in"),
    403: Text("没有权限", "Not allowed"),
    404: Text("没有找到", "Not found"),
    405: Text("不支持的方法", "Method not allowed"),
    409: Text("与当前状态冲突", "Conflict with the present state"),
    412: Text("版本已过期", "Stale version"),
    413: Text("内容过大", "Too large"),
    415: Text("不支持的内容类型", "Unsupported content"),
    422: Text("内容不符合要求", "Not valid"),
    428: Text("缺少前提条件", "Precondition required"),
    429: Text("请求过多", "Too many requests"),
    500: Text("服务器内部错误", "Internal error"),
    503: Text("暂时不可用", "Unavailable"),
    507: Text("存储空间不足", "Out of storage"),
}
INTERNAL_ERROR = "internal_error"
_INTERNAL_DETAIL = Text(
    "服务器出错，已记录，编号 {request_id}", "Something went wrong and was recorded as {request_id}"
)
_CHALLENGE = {"www-authenticate": 'Bearer realm="throughline"'}
# What will pass by itself, and after how many seconds it is worth asking again.
_RETRY_AFTER_BY_STATUS = {429: "2", 503: "2"}
_RETRY_AFTER_BY_CODE = {REQUEST_IN_PROGRESS.code: "1", LOST_RACE.code: "1"}


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal."""
    return STATUS_OF[refusal.kind.nature]


def refusal_response(request: Request, refusal: Refusal, headers: Mapping[str, str] | None = None) -> Response:
    """A refusal in the reader's language, with its words in both; a preview that it carries, as far as they may see."""
    status = status_of(refusal)
    language = language_of(request)
    detail = refusal.detail
    body = {
        **_head(request, status, refusal.code, detail),
        "errors": [field.as_json(language) for field in refusal.fields],
    }
    if not refusal.fields:
        del body["errors"]
    if "preview" in refusal.data:
        body["preview"] = stripped(request, refusal.data["preview"])
    return _response(status, body, {**_headers_of(status, refusal), **(headers or {})})


def internal_error_response(request: Request, request_id: str) -> Response:
    """A bug: no word of what it was, but the number under which the log has it."""
    detail = _INTERNAL_DETAIL.fill({"request_id": request_id})
    return _response(500, {**_head(request, 500, INTERNAL_ERROR, detail), "request_id": request_id}, {})


def problem_type(public_url: str, code: str) -> str:
    """The address that names, and explains, one kind of problem."""
    return f"{public_url}/problems/{code}"


def _head(request: Request, status: int, code: str, detail: Text) -> dict[str, Any]:
    language = language_of(request)
    return {
        "type": problem_type(request.app.state.public_url, code),
        "title": TITLES[status].of(language),
        "status": status,
        "detail": detail.of(language),
        "code": code,
        "texts": detail.as_json(),
    }


def _headers_of(status: int, refusal: Refusal) -> dict[str, str]:
    headers = dict(_CHALLENGE) if status == HTTPStatus.UNAUTHORIZED else {}
    known = refusal.data.get("retry_after")
    wait = str(known) if known else _RETRY_AFTER_BY_CODE.get(refusal.code) or _RETRY_AFTER_BY_STATUS.get(status)
    return {**headers, "retry-after": wait} if wait else headers


def _response(status: int, body: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    return Response(
        orjson.dumps(body), status, {**headers, "cache-control": "no-store", "vary": "accept-language"}, MEDIA_TYPE
    )
