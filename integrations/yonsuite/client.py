"""Calls a tenant's gateway of YonSuite: found by asking which data centre it is at, a token in every address.

Source: integrations.md, section 8 'YonSuite / YonBIP'.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

from integrations.calling import Answered, ErpLine
from integrations.kept_token import REFUSED, KeptToken
from integrations.ports import ErpFailed
from integrations.yonsuite.answers import Rows, data_of, rows_of
from integrations.yonsuite.signature import sign

_DIRECTORY = "/open-auth/dataCenter/getGatewayAddress"
_TOKEN = "/open-auth/selfAppAuth/getAccessToken"  # noqa: S105 - a path
_MILLISECONDS = 1000


@dataclass
class YonSuiteClient:
    """`directory` says where the tenant is, which has to be within `domains`; key and secret are an application's."""

    http: httpx.AsyncClient
    directory: str
    tenant: str
    app_key: str
    app_secret: str = field(repr=False)
    clock: Callable[[], datetime]
    domains: Sequence[str]
    _line: ErpLine = field(init=False)
    _token: KeptToken = field(init=False)
    _gateway: str = ""

    def __post_init__(self) -> None:
        self._line = ErpLine(self.http, self.clock)
        self._token = KeptToken(self._sign_in, self.clock)

    async def rows(self, path: str, asked: Mapping[str, Any], page: int, page_rows: int) -> Rows:
        """Page `page`, from 1 on, of a list. Raises ErpFailed."""
        content = orjson.dumps({"pageIndex": page, "pageSize": page_rows, **asked})
        headers = {"content-type": "application/json"}

        async def call(token: str) -> Rows:
            answer = await self._line.call(
                "POST", self._gateway + path, params={"access_token": token}, content=content, headers=headers
            )
            return rows_of(answer, page)

        return await self._token.through(call)

    async def _sign_in(self) -> tuple[str, timedelta]:
        """A token with its time; where the tenant is is asked for with it, since tenants are moved."""
        gateway, auth = await self._addresses()
        asked = {"appKey": self.app_key, "timestamp": str(int(self.clock().timestamp() * _MILLISECONDS))}
        signed = {**asked, "signature": sign(self.app_secret, asked)}
        data = _signed_in(await self._line.call("GET", auth + _TOKEN, params=signed))
        try:
            token, lasts = str(data["access_token"]), timedelta(seconds=int(data["expire"]))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ErpFailed("not_an_api_answer", "no token with its time", retryable=True) from error
        self._gateway = gateway
        return token, lasts

    async def _addresses(self) -> tuple[str, str]:
        """The tenant's gateway, and where one signs in. The parameter is called either way in the documentation."""
        asked = {"yhtTenantId": self.tenant, "tenantId": self.tenant}
        data = data_of(await self._line.call("GET", self.directory + _DIRECTORY, params=asked))
        try:
            return self._checked(data["gatewayUrl"]), self._checked(data["tokenUrl"])
        except (KeyError, TypeError) as error:
            raise ErpFailed("not_an_api_answer", "no address of a gateway", retryable=True) from error

    def _checked(self, url: Any) -> str:
        """An address that may be given what signs in: as secure as the directory's, and within the domains."""
        parts = urlsplit(str(url))
        host = parts.hostname or ""
        known = any(host == domain or host.endswith(f".{domain}") for domain in self.domains)
        if not known or parts.scheme != urlsplit(self.directory).scheme:
            raise ErpFailed("foreign_address", str(url)[:200], alert=True)
        return str(url).rstrip("/")


def _signed_in(answer: Answered) -> Any:
    """Whatever else is refused here but for a busy server is the login."""
    try:
        return data_of(answer)
    except ErpFailed as failed:
        if failed.reason not in {"refused", "token", "permission"}:
            raise
        raise ErpFailed(REFUSED, failed.problem, alert=True) from failed
