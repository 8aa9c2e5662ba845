"""What a Kingdee server answered: rows, a saved document, or why not. HTTP 200 says nothing.

Source: integrations.md, section 1 'ResponseStatus'. Anything that is not JSON of the expected shape is a failure and
never 'no rows'.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from integrations.ports import ErpFailed

_LOST = "会话信息已丢失"
_NOT_ON_LIST = "未指定允许调用WebAPI接口"
_BUSY = "请稍候再使用"
_TAKEN = re.compile(r"\[([^\]]+)\]在当前系统中已经被使用")
# By MsgCode: reason, whether trying again may help, whether somebody has to see to it.
_BY_CODE: Mapping[int, tuple[str, bool, bool]] = {
    1: ("session_lost", True, False),
    2: ("permission", False, True),
    3: ("our_request", False, True),
    4: ("server_exception", True, True),
    5: ("our_request", False, True),
    6: ("database", True, False),
    7: ("license", True, True),
    8: ("parameter", False, True),
    9: ("unknown_field", False, True),
    11: ("validation", False, False),
    12: ("not_operable", False, False),
    13: ("conflict", True, False),
    14: ("rate_limited", True, False),
    15: ("administrator_forbidden", False, True),
}
_NO_DATA = 10
_NO_SUCH_FORM = "业务对象不存在"
_FIELD = re.compile(r"标识为([A-Za-z0-9_.]+)的字段")


def read_json(body: bytes, status: int) -> Any:
    """The answer as JSON with decimals. Raises ErpFailed for anything that is none."""
    if status != 200:
        raise ErpFailed("server_error", f"HTTP {status}", retryable=True)
    text = body.decode("utf-8", "replace").lstrip("\ufeff").strip()
    if text.startswith("response_error:"):
        raise ErpFailed("server_exception", text[:300], retryable=True, alert=True)
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise ErpFailed("not_an_api_answer", f"not JSON: {text[:100]!r}", retryable=True) from error


def rows_of(answer: Any, width: int) -> list[list[Any]]:
    """The rows of ExecuteBillQuery, each `width` values. Raises ErpFailed."""
    if isinstance(answer, Mapping):
        _raise_status(answer)
        raise ErpFailed("not_an_api_answer", "an object where rows were expected", retryable=True)
    if not isinstance(answer, list):
        raise ErpFailed("not_an_api_answer", "no list of rows", retryable=True)
    first = answer[0] if answer else None
    if isinstance(first, Mapping) and "actionname" in first:
        raise ErpFailed("blocked_by_filter", str(first.get("params"))[:300], alert=True)
    if isinstance(first, list) and first and isinstance(first[0], Mapping):
        if _is_no_data(first[0]):
            return []
        _raise_status(first[0])
    if not all(isinstance(row, list) and len(row) == width for row in answer):
        raise ErpFailed("not_an_api_answer", f"rows are not lists of {width} values", retryable=True)
    return answer


def saved_document(answer: Any) -> tuple[int, str]:
    """Id and number of the document that Save made. Raises ErpFailed."""
    result = answer.get("Result") if isinstance(answer, Mapping) else None
    if not isinstance(result, Mapping):
        raise ErpFailed("not_an_api_answer", "no Result", retryable=True)
    _raise_status(answer)
    entity = (result.get("ResponseStatus") or {}).get("SuccessEntitys") or [{}]
    identity, number = result.get("Id") or entity[0].get("Id"), result.get("Number") or entity[0].get("Number")
    if not identity or not number:
        raise ErpFailed("not_an_api_answer", "saved, but it does not say as what", retryable=True)
    return int(identity), str(number)


def check_status(answer: Any) -> None:
    """Raises ErpFailed where the answer's status is a failure."""
    if not isinstance(answer, Mapping):
        raise ErpFailed("not_an_api_answer", "no object", retryable=True)
    _raise_status(answer)


def _status(answer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    result = answer.get("Result")
    status = result.get("ResponseStatus") if isinstance(result, Mapping) else None
    return status if isinstance(status, Mapping) else None


def _is_no_data(answer: Mapping[str, Any]) -> bool:
    status = _status(answer)
    return status is not None and status.get("MsgCode") == _NO_DATA


def _raise_status(answer: Mapping[str, Any]) -> None:
    status = _status(answer)
    if status is None or str(status.get("IsSuccess")).lower() == "true":
        return
    raise failure_of(status)


def failure_of(status: Mapping[str, Any]) -> ErpFailed:
    """Why a call failed, by its code, and by its words where the code says too little."""
    errors: Sequence[Mapping[str, Any]] = status.get("Errors") or []
    words = "; ".join(str(error.get("Message")) for error in errors)
    fields = tuple(str(error["FieldName"]) for error in errors if error.get("FieldName"))
    code = status.get("MsgCode")
    if code is None and _LOST in words:
        code = 1
    reason, retryable, alert = _BY_CODE.get(code or 0, ("refused", False, True))
    if _NOT_ON_LIST in words:
        reason, alert = "permission", True
    elif _BUSY in words:
        reason, retryable, alert = "conflict", True, False
    elif reason == "validation" and (taken := _TAKEN.search(words)):
        return ErpFailed("already_exists", words[:500], number=taken[1], fields=fields)
    elif _NO_SUCH_FORM in words:
        reason, retryable, alert = "unknown_form", False, True
    if reason == "unknown_field" and not fields and (named := _FIELD.search(words)):
        fields = (named[1],)
    return ErpFailed(reason, words[:500], retryable=retryable, needs_login=code == 1, alert=alert, fields=fields)
