"""What an Odoo server answered over either interface: a result, or why not.

Source: integrations.md, section 8. JSON-2 tells by HTTP codes, JSON-RPC by an error inside a 200; both name the
exception.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from integrations.ports import ErpFailed

# By the last part of the exception's name: reason, whether trying again may help, whether somebody has to see to it.
_BY_NAME: Mapping[str, tuple[str, bool, bool]] = {
    "AccessError": ("permission", False, True),
    "AccessDenied": ("login_refused", False, True),
    "Unauthorized": ("login_refused", False, True),
    "Forbidden": ("permission", False, True),
    "SessionExpiredException": ("session_lost", True, False),
    "NotFound": ("unknown_object", False, True),
    "MissingError": ("unknown_object", False, False),
    "ValidationError": ("validation", False, False),
    "UserError": ("validation", False, False),
    "RedirectWarning": ("validation", False, True),
    "SerializationFailure": ("conflict", True, False),
    "LockNotAvailable": ("conflict", True, False),
    "OperationalError": ("database", True, False),
}
# Where an older server names an exception that says little.
_BY_STATUS: Mapping[int, tuple[str, bool, bool]] = {
    400: ("our_request", False, True),
    401: ("login_refused", False, True),
    403: ("permission", False, True),
    404: ("unknown_object", False, True),
    409: ("conflict", True, False),
    422: ("validation", False, False),
    429: ("rate_limited", True, False),
}
_FIELD = "Invalid field"
_SERVER_ERROR = 500


def result_of_json2(status: int, body: bytes) -> Any:
    """What a method came to. Raises ErpFailed."""
    answer = _json(status, body)
    if status == 200:
        return answer
    if not isinstance(answer, Mapping) or "message" not in answer:
        raise _by_status(status, "no words came with it")
    raise _failure(str(answer.get("name", "")), str(answer["message"]), status)


def result_of_rpc(status: int, body: bytes) -> Any:
    """The same of a JSON-RPC answer. Raises ErpFailed."""
    answer = _json(status, body)
    if not isinstance(answer, Mapping) or status != 200:
        raise _by_status(status, "no JSON-RPC answer")
    if isinstance(error := answer.get("error"), Mapping):
        data = error.get("data")
        told = data if isinstance(data, Mapping) else {}
        raise _failure(str(told.get("name", "")), str(told.get("message") or error.get("message")), None)
    if "result" not in answer:
        raise ErpFailed("not_an_api_answer", "neither a result nor an error", retryable=True)
    return answer["result"]


def records(result: Any, fields: Sequence[str]) -> list[dict[str, Any]]:
    """The records of search_read, each with every field that was asked for. Raises ErpFailed."""
    if not isinstance(result, list):
        raise ErpFailed("not_an_api_answer", "no list of records", retryable=True)
    if not all(isinstance(one, dict) and all(field in one for field in fields) for one in result):
        raise ErpFailed("not_an_api_answer", "records lack fields that were asked for", retryable=True)
    return result


def _json(status: int, body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal)
    except ValueError as error:
        if status != 200:
            raise _by_status(status, "no JSON") from error
        raise ErpFailed("not_an_api_answer", f"not JSON: {body[:100]!r}", retryable=True) from error


def _by_status(status: int, problem: str) -> ErpFailed:
    reason, retryable, alert = _BY_STATUS.get(
        status, ("server_error", True, False) if status >= _SERVER_ERROR else ("not_an_api_answer", True, False)
    )
    return ErpFailed(reason, f"HTTP {status}: {problem}", retryable=retryable, alert=alert)


def _failure(name: str, message: str, status: int | None) -> ErpFailed:
    known = _BY_NAME.get(name.rpartition(".")[2])
    if _FIELD in message:
        known = ("unknown_field", False, True)
    if known is None and status is not None and status in _BY_STATUS:
        known = _BY_STATUS[status]
    reason, retryable, alert = known or ("server_exception", True, True)
    return ErpFailed(reason, message[:500], retryable=retryable, alert=alert, needs_login=reason == "session_lost")
