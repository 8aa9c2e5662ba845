"""Calls U8's OpenAPI: who calls, whose books and the token in every address; what is added is asked for afterwards.

Source: integrations.md, section 8 'U8'. Adding is asynchronous: the answer names an address that tells what came of it,
asked with the same trade number. Under one trade number at most one document is made, however often it is sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

from integrations.calling import ErpLine
from integrations.kept_token import REFUSED, KeptToken
from integrations.ports import ErpFailed
from integrations.u8.answers import Rows, body_of, rows_of

# How long is waited for what was added, in seconds before each question; a worker must not wait for ever.
WAITS = (0.5, 1.0, 2.0, 4.0)
_USUAL_SECONDS = 7200


@dataclass(frozen=True, slots=True)
class Access:
    """Who calls (`from_account`), whose books (`to_account`), by which application; `data_source` where it has many."""

    from_account: str
    to_account: str
    app_key: str
    app_secret: str = field(repr=False)
    data_source: int | None = None


@dataclass
class U8Client:
    """`server` is the address without a path. What is added is asked for nowhere else."""

    http: httpx.AsyncClient
    server: str
    access: Access
    clock: Callable[[], datetime]
    waits: Sequence[float] = WAITS
    _line: ErpLine = field(init=False)
    _token: KeptToken = field(init=False)

    def __post_init__(self) -> None:
        self._line = ErpLine(self.http, self.clock)
        self._token = KeptToken(self._sign_in, self.clock)

    async def rows(self, verb: str, name: str, page: int, page_rows: int, asked: Mapping[str, Any]) -> Rows:
        """Page `page`, from 1 on, of what `verb` lists under `name`. Raises ErpFailed."""
        pages = {"page_index": page, "rows_per_page": page_rows}

        async def call(token: str) -> Rows:
            where = f"{self.server}/api/{verb}"
            answer = await self._line.call("GET", where, params={**self._whose(token), **pages, **asked})
            return rows_of(answer, name, page)

        return await self._token.through(call)

    async def add(self, name: str, document: Mapping[str, Any], trade: str) -> None:
        """Have a document made under a trade number, and wait a little for it. Raises ErpFailed."""
        accepted = await self._token.through(self._adding(name, document, trade))
        if not accepted.get("url"):
            return
        where = httpx.URL(self._own(str(accepted["url"]))).copy_merge_params({"tradeid": trade})
        for seconds in self.waits:
            await asyncio.sleep(seconds)
            if await self._is_done(str(where)):
                return
        raise ErpFailed("under_way", f"{name} {trade} is not made yet", retryable=True)

    def _adding(
        self, name: str, document: Mapping[str, Any], trade: str
    ) -> Callable[[str], Awaitable[Mapping[str, Any]]]:
        content = orjson.dumps({name: document})

        async def call(token: str) -> Mapping[str, Any]:
            asked = {**self._whose(token), "tradeid": trade}
            headers = {"content-type": "application/json"}
            where = f"{self.server}/api/{name}/add"
            return body_of(await self._line.call("POST", where, params=asked, content=content, headers=headers))

        return call

    async def _is_done(self, where: str) -> bool:
        try:
            body_of(await self._line.call("GET", where))
        except ErpFailed as failed:
            if failed.reason != "under_way":
                raise
            return False
        return True

    def _own(self, url: str) -> str:
        """An address that this server may send us to: its own. Raises ErpFailed."""
        asked, own = urlsplit(url), urlsplit(self.server)
        if (asked.scheme, asked.netloc) != (own.scheme, own.netloc):
            raise ErpFailed("foreign_address", url[:200], alert=True)
        return url

    def _whose(self, token: str) -> dict[str, Any]:
        access = self.access
        source = {} if access.data_source is None else {"ds_sequence": access.data_source}
        return {
            "from_account": access.from_account,
            "to_account": access.to_account,
            "app_key": access.app_key,
            "token": token,
            **source,
        }

    async def _sign_in(self) -> tuple[str, timedelta]:
        access = self.access
        asked = {"from_account": access.from_account, "app_key": access.app_key, "app_secret": access.app_secret}
        try:
            body = body_of(await self._line.call("GET", f"{self.server}/system/token", params=asked))
        except ErpFailed as failed:
            if failed.reason not in {"refused", "token"}:
                raise
            raise ErpFailed(REFUSED, failed.problem, alert=True) from failed
        token = body.get("token")
        if not isinstance(token, Mapping) or not token.get("id"):
            raise ErpFailed("not_an_api_answer", "no token", retryable=True)
        seconds = str(token.get("expiresIn", ""))
        return str(token["id"]), timedelta(seconds=int(seconds) if seconds.isdecimal() else _USUAL_SECONDS)
