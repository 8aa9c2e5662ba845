"""Calls an Odoo server: JSON-2 with a key, or JSON-RPC with the same key for the password of older servers.

Source: integrations.md, section 8. JSON-RPC is to go with Odoo 22; a refused login is never repeated by machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
import orjson

from integrations.calling import ErpLine
from integrations.odoo.answers import records, result_of_json2, result_of_rpc
from integrations.ports import ErpFailed


@dataclass
class OdooClient:
    """`server` is the address without a path. With `login`, calls go over JSON-RPC, else over JSON-2."""

    http: httpx.AsyncClient
    server: str
    database: str
    key: str
    clock: Callable[[], datetime]
    login: str | None = None
    _line: ErpLine = field(init=False)
    _user: int | None = None
    _refused: str | None = None
    _entering: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self._line = ErpLine(self.http, self.clock)

    async def search(
        self,
        model: str,
        domain: Sequence[Any],
        fields: Sequence[str],
        *,
        order: str = "id",
        offset: int = 0,
        limit: int = 0,
    ) -> list[dict[str, Any]]:
        """Records with these fields, all of them without a limit. Raises ErpFailed."""
        paged: dict[str, Any] = {"limit": limit, "offset": offset} if limit else {}
        found = await self.call(model, "search_read", domain=list(domain), fields=list(fields), **paged, order=order)
        return records(found, fields)

    async def create(self, model: str, values: Mapping[str, Any]) -> int:
        """Id of a new record. Raises ErpFailed."""
        made = await self.call(model, "create", vals_list=[dict(values)])
        identity = made[0] if isinstance(made, list) and made else made
        if not isinstance(identity, int) or isinstance(identity, bool):
            raise ErpFailed("not_an_api_answer", "created, but it does not say as what", retryable=True)
        return identity

    async def call(self, model: str, method: str, ids: Sequence[int] = (), **named: Any) -> Any:
        """What a method came to. Raises ErpFailed."""
        if self.login is not None:
            return await self._rpc_call(model, method, ids, named)
        body = {**({"ids": list(ids)} if ids else {}), **named}
        headers = {
            "content-type": "application/json; charset=utf-8",
            "authorization": f"bearer {self.key}",
            **({"x-odoo-database": self.database} if self.database else {}),
        }
        url = f"{self.server}/json/2/{model}/{method}"
        answer = await self._line.call("POST", url, content=orjson.dumps(body), headers=headers)
        return result_of_json2(answer.status, answer.body)

    async def _rpc_call(self, model: str, method: str, ids: Sequence[int], named: Mapping[str, Any]) -> Any:
        user = await self._enter()
        args: list[Any] = [list(ids)] if ids else []
        rest = dict(named)
        if "domain" in rest:
            args.append(rest.pop("domain"))
        return await self._rpc("object", "execute_kw", [self.database, user, self.key, model, method, args, rest])

    async def _enter(self) -> int:
        """The number of the user that all calls act as."""
        async with self._entering:
            if self._refused is not None:
                raise ErpFailed("login_refused", self._refused, alert=True)
            if self._user is None:
                found = await self._rpc("common", "authenticate", [self.database, self.login, self.key, {}])
                if not isinstance(found, int) or isinstance(found, bool) or not found:
                    self._refused = "name, key or database are wrong"
                    raise ErpFailed("login_refused", self._refused, alert=True)
                self._user = found
            return self._user

    async def _rpc(self, service: str, method: str, args: Sequence[Any]) -> Any:
        params = {"service": service, "method": method, "args": args}
        body = {"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}
        answer = await self._line.call(
            "POST",
            f"{self.server}/jsonrpc",
            content=orjson.dumps(body),
            headers={"content-type": "application/json; charset=utf-8"},
        )
        return result_of_rpc(answer.status, answer.body)
