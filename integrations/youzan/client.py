"""Trades of a Youzan shop: one whole, which its pushes only hint at, and those that changed.

Source: integrations.md, section 3; the names and versions of the calls from the platform's documentation, untried [?].
A token is asked for by the application itself (`authorize_type` silent) and used until shortly before its end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from integrations.ports import Changed, ChangedPage, Fetched, FetchFailed
from integrations.reading import Reader, countdown

BASE_URL = "https://open.youzanyun.com"
TRADE, TRADES = "youzan.trade.get/4.0.2", "youzan.trades.sold.get/4.0.4"
PAGE = 100
CHINA = timezone(timedelta(hours=8))
_TIME = "%Y-%m-%d %H:%M:%S"
_TOO_MANY = {4101}
_TOKEN_ENDED = {4201, 4202, 4203}
_AGAIN_BEFORE = timedelta(minutes=10)


@dataclass
class YouzanClient:
    """Calls for one application and the shops (kdt_id) that have authorised it."""

    reader: Reader
    client_id: str
    secret: str
    clock: Callable[[], datetime]
    base_url: str = BASE_URL
    _tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict, repr=False)

    async def fetch(self, external_id: str, shop: str) -> Fetched:
        """The trade's full record, byte for byte. Raises FetchFailed."""
        body, told = await self._call(shop, TRADE, {"tid": external_id})
        try:
            number = told["data"]["full_order_info"]["order_info"]["tid"]
        except (KeyError, TypeError) as error:
            raise self.reader.odd("a trade") from error
        if number != external_id:
            raise FetchFailed("Youzan answers another trade than was asked for")
        return Fetched(body, "application/json")

    async def changed(self, shop: str, since: datetime, until: datetime, page: str | None) -> ChangedPage:
        """A page of the trades that changed in between; each has to be fetched. Raises FetchFailed."""
        times = {"start_update": _local(since), "end_update": _local(until)}
        _, told = await self._call(shop, TRADES, {**times, "page_no": int(page or 1), "page_size": PAGE})
        try:
            data = told["data"]
            pages = -(-int(data["total_results"]) // PAGE)
            records = [_record(one["full_order_info"]["order_info"]) for one in data["full_order_info_list"] or ()]
        except (KeyError, TypeError, ValueError) as error:
            raise self.reader.odd("a list of trades") from error
        return ChangedPage(records, countdown(page, pages))

    async def _call(self, shop: str, name: str, asked: Mapping[str, Any]) -> tuple[bytes, Any]:
        token = await self._token(shop)
        address = f"{self.base_url}/api/{name}"
        answer = await self.reader.ask("POST", address, params={"access_token": token}, json=dict(asked))
        told = self._object(answer.body)
        if "gw_err_resp" in told or told.get("success") is False:
            raise self._refused(shop, told)
        return answer.body, told

    async def _token(self, shop: str) -> str:
        known = self._tokens.get(shop)
        if known and known[1] > self.clock():
            return known[0]
        asked = {"client_id": self.client_id, "client_secret": self.secret, "authorize_type": "silent"}
        answer = await self.reader.ask("POST", f"{self.base_url}/auth/token", json={**asked, "grant_id": shop})
        told = self._object(answer.body)
        try:
            token, ends = told["data"]["access_token"], datetime.fromtimestamp(told["data"]["expires"] / 1000, CHINA)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise FetchFailed(
                f"Youzan gives no token: {_words(told)}", final=True, needs_login=True, alert=True
            ) from error
        self._tokens[shop] = (str(token), ends - _AGAIN_BEFORE)
        return str(token)

    def _refused(self, shop: str, told: Mapping[str, Any]) -> FetchFailed:
        error = told.get("gw_err_resp") or {}
        code = error.get("err_code") if isinstance(error, Mapping) else None
        if code in _TOKEN_ENDED:
            self._tokens.pop(shop, None)
        known = code in _TOO_MANY or code in _TOKEN_ENDED
        wait = timedelta(seconds=30) if code in _TOO_MANY else timedelta(0)
        return FetchFailed(f"Youzan: {_words(told)}", final=not known, alert=not known, retry_after=wait)

    def _object(self, body: bytes) -> Mapping[str, Any]:
        try:
            found = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise self.reader.odd("an object") from error
        if not isinstance(found, Mapping):
            raise self.reader.odd("an object")
        return found


def _record(info: Mapping[str, Any]) -> Changed:
    changed = datetime.strptime(info["update_time"], _TIME).replace(tzinfo=CHINA)
    return Changed(str(info["tid"]), changed)


def _local(moment: datetime) -> str:
    return moment.astimezone(CHINA).strftime(_TIME)


def _words(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False)[:300]
