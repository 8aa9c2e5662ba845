"""What U8's OpenAPI answered, judged: HTTP 200 says nothing, `errcode` does, and it is a text.

Source: integrations.md, section 8. Its numbers are not documented: what a refusal is about is read from its words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from integrations.calling import Answered
from integrations.ports import ErpFailed

_GOOD = "0"
_UNDER_WAY = ("处理中", "执行中", "排队", "稍后", "processing", "pending")
_TOO_FAST = ("频繁", "频率", "次数", "frequen", "limit")
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of a list, and whether pages follow."""

    rows: Sequence[Mapping[str, Any]]
    more: bool


def body_of(answer: Answered) -> Mapping[str, Any]:
    """The answer that is good. Raises ErpFailed."""
    try:
        body = json.loads(answer.body, parse_float=Decimal)
    except ValueError as error:
        if answer.status >= _SERVER_ERROR:
            raise ErpFailed("server_error", f"HTTP {answer.status}", retryable=True) from error
        raise ErpFailed("not_an_api_answer", f"not JSON: {answer.body[:100]!r}", retryable=True) from error
    if not isinstance(body, Mapping) or "errcode" not in body:
        raise ErpFailed("not_an_api_answer", "no object with an errcode", retryable=True)
    if str(body["errcode"]) != _GOOD:
        raise _failure(str(body["errcode"]), str(body.get("errmsg"))[:300])
    return body


def rows_of(answer: Answered, name: str, page: int) -> Rows:
    """The rows under `name` of page `page`, from 1 on. Raises ErpFailed."""
    body = body_of(answer)
    pages = str(body.get("page_count", ""))
    if not pages.isdecimal():
        raise ErpFailed("not_an_api_answer", "a page that does not say of how many", retryable=True)
    rows = body.get(name, [] if pages == "0" else None)
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ErpFailed("not_an_api_answer", f"no list of {name}", retryable=True)
    return Rows(rows, page < int(pages))


def _failure(code: str, words: str) -> ErpFailed:
    told, said = f"{code} {words}", words.lower()
    if "token" in said:
        return ErpFailed("token", told, retryable=True, needs_login=True)
    if any(word in said for word in _UNDER_WAY):
        return ErpFailed("under_way", told, retryable=True)
    if any(word in said for word in _TOO_FAST):
        return ErpFailed("rate_limited", told, retryable=True)
    return ErpFailed("refused", told, alert=True)
