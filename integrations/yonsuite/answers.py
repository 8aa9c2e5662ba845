"""What the open platform of YonSuite answered, judged: HTTP 200 says nothing, its `code` does, as text or as number.

Source: integrations.md, section 8. Few numbers are documented; one that is not known is a refusal, in its own words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from integrations.calling import Answered
from integrations.ports import ErpFailed

_GOOD = {"00000", "200"}
_TOKEN = {"310001", "310036"}
# By code: reason, whether trying again may help, whether somebody has to see to it.
_BY_CODE: Mapping[str, tuple[str, bool, bool]] = {
    "310037": ("permission", False, True),
    "310404": ("unknown_object", False, True),
    "310032": ("rate_limited", True, False),
    "310039": ("rate_limited", True, False),
    "310042": ("rate_limited", True, False),
    "310046": ("rate_limited", True, False),
    "999": ("server_exception", True, True),
}
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a list. `more`: pages follow; None where the answer is a bare list, which does not say."""

    rows: Sequence[Mapping[str, Any]]
    more: bool | None


def data_of(answer: Answered) -> Any:
    """What stands under `data`. Raises ErpFailed."""
    try:
        body = json.loads(answer.body, parse_float=Decimal)
    except ValueError as error:
        if answer.status >= _SERVER_ERROR:
            raise ErpFailed("server_error", f"HTTP {answer.status}", retryable=True) from error
        raise ErpFailed("not_an_api_answer", f"not JSON: {answer.body[:100]!r}", retryable=True) from error
    if not isinstance(body, Mapping) or "code" not in body:
        raise ErpFailed("not_an_api_answer", "no object with a code", retryable=True)
    if str(body["code"]) not in _GOOD:
        raise _failure(str(body["code"]), str(body.get("message"))[:300])
    if "data" not in body:
        raise ErpFailed("not_an_api_answer", "no data", retryable=True)
    return body["data"]


def rows_of(answer: Answered, page: int) -> Rows:
    """The rows of a list, be it paged or not. Raises ErpFailed."""
    data = data_of(answer)
    if isinstance(data, list):
        return Rows(_objects(data), None)
    if not isinstance(data, Mapping) or not isinstance(data.get("recordList"), list):
        raise ErpFailed("not_an_api_answer", "neither a list nor a page of one", retryable=True)
    pages = data.get("pageCount")
    if isinstance(pages, bool) or not isinstance(pages, int):
        raise ErpFailed("not_an_api_answer", "a page that does not say of how many", retryable=True)
    return Rows(_objects(data["recordList"]), page < pages)


def _objects(rows: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
    if not all(isinstance(row, Mapping) for row in rows):
        raise ErpFailed("not_an_api_answer", "rows are no objects", retryable=True)
    return rows


def _failure(code: str, words: str) -> ErpFailed:
    if code in _TOKEN or "token" in words.lower():
        return ErpFailed("token", words, retryable=True, needs_login=True)
    reason, retryable, alert = _BY_CODE.get(code, ("refused", False, True))
    return ErpFailed(reason, f"{code} {words}", retryable=retryable, alert=alert)
