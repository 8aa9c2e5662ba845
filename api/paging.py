"""Lists in pages: a signed cursor names the last row seen, and fits only the list that it came from."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from fastapi import Depends, Query
from starlette.requests import Request

from api.actor import parts_of
from domain.refusals.general import CURSOR_INVALID

_MAC_BYTES = 16
_LONGEST = 1000
_NOT_OF_THE_LIST = frozenset({"cursor", "limit"})


@dataclass(frozen=True, slots=True)
class Paging:
    """One page: `after` is the sort key of the last row seen, as JSON values; `fetch` is one row more than is shown."""

    after: list[Any] | None
    limit: int
    _key: bytes
    _list: bytes

    @property
    def fetch(self) -> int:
        """How many rows to ask for, so that it is known whether more follow."""
        return self.limit + 1

    def page(self, rows: Sequence[Any], sort_key: Callable[[Any], Sequence[Any]]) -> dict[str, Any]:
        """`{"items", "next_cursor"}` from at most `fetch` rows; `sort_key` gives what `after` will be."""
        items = rows[: self.limit]
        more = len(rows) > self.limit
        return {"items": items, "next_cursor": self.cursor(sort_key(items[-1])) if more else None}

    def cursor(self, values: Sequence[Any]) -> str:
        """A signed cursor of this list, which gives these values back as `after`."""
        text = orjson.dumps(list(values))
        return base64.urlsafe_b64encode(_mac(self._key, self._list, text) + text).rstrip(b"=").decode()


async def paging(
    request: Request,
    cursor: Annotated[
        str | None,
        Query(
            max_length=_LONGEST,
            json_schema_extra={"pattern": "^[A-Za-z0-9_.=-]*$"},
            description="`next_cursor` of the page before 上一页的 next_cursor",
        ),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="rows on a page 每页条数")] = 50,
) -> Paging:
    """The page asked for. Raises CURSOR_INVALID for a cursor of another list, an altered or an invented one."""
    key, the_list = parts_of(request).cursor_key, _list_of(request)
    return Paging(None if cursor is None else _values(cursor, key, the_list), limit, key, the_list)


def _list_of(request: Request) -> bytes:
    """Which list: its address and every filter."""
    asked = sorted(pair for pair in request.query_params.multi_items() if pair[0] not in _NOT_OF_THE_LIST)
    return hashlib.sha256(orjson.dumps([request.scope["path"], asked])).digest()


def _values(cursor: str, key: bytes, the_list: bytes) -> list[Any]:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise CURSOR_INVALID() from None
    mac, text = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(key, the_list, text)):
        raise CURSOR_INVALID()
    values: list[Any] = orjson.loads(text)
    return values


def _mac(key: bytes, the_list: bytes, text: bytes) -> bytes:
    return hmac.digest(key, the_list + text, "sha256")[:_MAC_BYTES]


ThePage = Annotated[Paging, Depends(paging)]
