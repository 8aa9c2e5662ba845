"""Calls an ERPNext server: lists of documents and new ones, with an API key. Source: integrations.md, section 8."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from integrations.calling import Answered, ErpLine
from integrations.ports import ErpFailed

# By exception: reason, whether trying again may help, whether somebody has to see to it.
_BY_TYPE: Mapping[str, tuple[str, bool, bool]] = {
    "AuthenticationError": ("login_refused", False, True),
    "PermissionError": ("permission", False, True),
    "DoesNotExistError": ("unknown_object", False, True),
    "DuplicateEntryError": ("already_exists", False, False),
    "TimestampMismatchError": ("conflict", True, False),
    "QueryTimeoutError": ("database", True, False),
    "QueryDeadlockError": ("database", True, False),
    "RateLimitExceededError": ("rate_limited", True, False),
    "DataError": ("unknown_field", False, True),
}
_BY_STATUS: Mapping[int, tuple[str, bool, bool]] = {
    401: ("login_refused", False, True),
    403: ("permission", False, True),
    404: ("unknown_object", False, True),
    409: ("conflict", True, False),
    417: ("validation", False, False),
    429: ("rate_limited", True, False),
}
_MARKUP = re.compile(r"<[^>]+>")
_SERVER_ERROR = 500


@dataclass
class ErpNextClient:
    """`server` is the address without a path; `key` and `secret` are those of a user made for this."""

    http: httpx.AsyncClient
    server: str
    key: str
    secret: str
    clock: Callable[[], datetime]
    _line: ErpLine = field(init=False)

    def __post_init__(self) -> None:
        self._line = ErpLine(self.http, self.clock)

    async def find(
        self,
        doctype: str,
        fields: Sequence[str],
        filters: Sequence[Any] = (),
        *,
        order: str = "name asc",
        start: int = 0,
        limit: int,
    ) -> list[dict[str, Any]]:
        """Documents with these fields. Raises ErpFailed."""
        asked = {
            "fields": json.dumps(list(fields), separators=(",", ":")),
            "filters": json.dumps([list(one) for one in filters], separators=(",", ":")),
            "limit_start": start,
            "limit_page_length": limit,
            "order_by": order,
        }
        answer = await self._line.call("GET", self._address(doctype), params=asked, headers=self._headers())
        return rows_of(answer, [name.rpartition(" as ")[2].rpartition(".")[2] for name in fields])

    async def create(self, doctype: str, document: Mapping[str, Any]) -> str:
        """The new document's name. Raises ErpFailed."""
        answer = await self._line.call(
            "POST", self._address(doctype), content=orjson.dumps(document), headers=self._headers()
        )
        made = data_of(answer)
        if not isinstance(made, Mapping) or not isinstance(made.get("name"), str):
            raise ErpFailed("not_an_api_answer", "created, but it does not say as what", retryable=True)
        return str(made["name"])

    def _address(self, doctype: str) -> str:
        return f"{self.server}/api/resource/{quote(doctype)}"

    def _headers(self) -> dict[str, str]:
        return {
            "authorization": f"token {self.key}:{self.secret}",
            "content-type": "application/json",
            "accept": "application/json",
        }


def data_of(answer: Answered) -> Any:
    """What stands under `data`. Raises ErpFailed."""
    try:
        body = json.loads(answer.body, parse_float=Decimal)
    except ValueError as error:
        if answer.status == 200:
            problem = f"not JSON: {answer.body[:100]!r}"
            raise ErpFailed("not_an_api_answer", problem, retryable=True) from error
        body = {}
    if answer.status != 200 or (isinstance(body, Mapping) and "exc_type" in body):
        raise _failure(answer.status, body if isinstance(body, Mapping) else {})
    if not isinstance(body, Mapping) or "data" not in body:
        raise ErpFailed("not_an_api_answer", "no data", retryable=True)
    return body["data"]


def rows_of(answer: Answered, fields: Sequence[str]) -> list[dict[str, Any]]:
    """The documents of a list, each with every field that was asked for. Raises ErpFailed."""
    rows = data_of(answer)
    if not isinstance(rows, list):
        raise ErpFailed("not_an_api_answer", "no list of documents", retryable=True)
    if not all(isinstance(row, dict) and all(name in row for name in fields) for row in rows):
        raise ErpFailed("not_an_api_answer", "documents lack fields that were asked for", retryable=True)
    return rows


def _failure(status: int, body: Mapping[str, Any]) -> ErpFailed:
    kind = str(body.get("exc_type") or "")
    otherwise = ("server_error", True, False) if status >= _SERVER_ERROR else ("not_an_api_answer", True, False)
    reason, retryable, alert = _BY_TYPE.get(kind) or _BY_STATUS.get(status, otherwise)
    return ErpFailed(reason, _words(body) or f"HTTP {status}", retryable=retryable, alert=alert)


def _words(body: Mapping[str, Any]) -> str:
    """What a person reads there: JSON in JSON in a text, with marks of a page; else the exception's own words."""
    try:
        told = [json.loads(one)["message"] for one in json.loads(body.get("_server_messages") or "[]")]
    except (ValueError, KeyError, TypeError):
        told = []
    words = "; ".join(str(one) for one in told) or str(body.get("exception") or "").partition(": ")[2]
    return _MARKUP.sub("", words)[:500]
