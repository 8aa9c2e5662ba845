"""Calls a Kingdee server: one login for all who wait, a lost session renewed once, answers capped and judged.

Source: integrations.md, section 1. HTTP/1.1 alone. A refused login is never repeated: five wrong ones lock the user.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import orjson

from integrations.calling import ErpLine
from integrations.kingdee.answers import check_status, read_json, rows_of, saved_document
from integrations.kingdee.signature import Application, signature_headers
from integrations.ports import ErpFailed

_AUTH = "Kingdee.BOS.WebApi.ServicesStub.AuthService.ValidateUser"
_FORMS = "Kingdee.BOS.WebApi.ServicesStub.DynamicFormService"
_USABLE, _PENDING = 1, -5

Judged = TypeVar("Judged")


@dataclass(frozen=True, slots=True)
class Login:
    """A user's own name and password for one data centre."""

    data_centre: str
    user: str
    password: str
    language: int = 2052


@dataclass
class KingdeeClient:
    """`server` is the address up to and without `/k3cloud`. A login keeps a session, an application signs each call."""

    http: httpx.AsyncClient
    server: str
    access: Login | Application
    clock: Callable[[], datetime]
    _line: ErpLine = field(init=False)
    _session: str | None = None
    _entering: asyncio.Lock = field(default_factory=asyncio.Lock)
    # Why the last login was refused: it is not tried again with the same password.
    _refused: str | None = None

    def __post_init__(self) -> None:
        self._line = ErpLine(self.http, self.clock)

    async def query(
        self, form: str, fields: Sequence[str], *, where: str = "", order: str, start: int, limit: int
    ) -> list[list[Any]]:
        """Rows of a form, their values in the order of the fields. Raises ErpFailed."""
        data = {
            "FormId": form,
            "FieldKeys": ",".join(fields),
            "FilterString": where,
            "OrderString": order,
            "TopRowCount": 0,
            "StartRow": start,
            "Limit": limit,
            "SubSystemId": "",
        }
        return await self._renewed(
            f"{_FORMS}.ExecuteBillQuery", {"data": data}, lambda found: rows_of(found, len(fields))
        )

    async def save(self, form: str, model: Mapping[str, Any], only: Sequence[str] = ()) -> tuple[int, str]:
        """Id and number of the document saved; lines that are not sent stay, and with `only` all other fields do.

        Raises ErpFailed.
        """
        data = {
            "NeedUpDateFields": list(only),
            "NeedReturnFields": ["FBillNo"],
            "IsDeleteEntry": "false",
            "IsVerifyBaseDataField": "true",
            "Model": model,
        }
        return await self._renewed(f"{_FORMS}.Save", {"formid": form, "data": data}, saved_document)

    async def act(self, verb: str, form: str, numbers: Sequence[str]) -> None:
        """Submit, Audit, UnAudit or Delete documents. Raises ErpFailed."""
        await self._renewed(f"{_FORMS}.{verb}", {"formid": form, "data": {"Numbers": list(numbers)}}, check_status)

    async def _renewed(self, service: str, body: Mapping[str, Any], judge: Callable[[Any], Judged]) -> Judged:
        """The judged answer; where the session was lost meanwhile, that of a second call after one login."""
        session = await self._enter(None)
        try:
            return judge(await self._call(service, body, session))
        except ErpFailed as failed:
            if not failed.needs_login or isinstance(self.access, Application):
                raise
        return judge(await self._call(service, body, await self._enter(session)))

    async def _enter(self, lost: str | None) -> str | None:
        """The session that all calls share; a new one where it is the one that was lost. None for an application."""
        access = self.access
        if isinstance(access, Application):
            return None
        async with self._entering:
            if self._session is None or self._session == lost:
                self._session = await self._log_in(access)
            return self._session

    async def _log_in(self, access: Login) -> str:
        if self._refused is not None:
            raise ErpFailed("login_refused", self._refused, alert=True)
        body = {
            "acctID": access.data_centre,
            "username": access.user,
            "password": access.password,
            "lcid": access.language,
        }
        answer = await self._call(_AUTH, body, None)
        if not isinstance(answer, Mapping) or "LoginResultType" not in answer:
            raise ErpFailed("not_an_api_answer", "the login answers something else", retryable=True)
        session, kind = answer.get("KDSVCSessionId"), answer["LoginResultType"]
        if session and kind in {_USABLE, _PENDING}:
            return str(session)
        self._refused = f"LoginResultType {kind}: {answer.get('Message')}"
        raise ErpFailed("login_refused", self._refused, alert=True)

    async def _call(self, service: str, body: Mapping[str, Any], session: str | None) -> Any:
        address = f"{self.server}/k3cloud/{service}.common.kdsvc"
        content = orjson.dumps(body)
        answer = await self._line.call("POST", address, content=content, headers=self._headers(address, session))
        return read_json(answer.body, answer.status)

    def _headers(self, address: str, session: str | None) -> dict[str, str]:
        headers = {"content-type": "application/json; charset=utf-8"}
        if session is not None:
            return {**headers, "kdservice-sessionid": session}
        if isinstance(self.access, Application):
            timestamp = str(int(self.clock().timestamp()))
            return headers | dict(
                signature_headers(self.access, urlsplit(address).path, timestamp, secrets.token_hex(16))
            )
        return headers
