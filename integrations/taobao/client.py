"""Reads a whole trade from the Taobao Open Platform, which its messages only hint at.

Source: integrations.md, section 2. TOP answers errors with HTTP 200; how each is treated stands in the channel's
template (document `error`), so that the same table judges a fetched error and a kept one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx

from domain.intake.catalogue import EMPTY
from domain.intake.meaning import Meaning
from domain.intake.parse import read
from domain.intake.templates import built_in
from domain.refusals.kinds import Refusal
from integrations import calling
from integrations.calling import CallFailed
from integrations.ports import Changed, ChangedPage, Fetched, FetchFailed
from integrations.reading import countdown
from integrations.taobao.signature import SignMethod, sign

BASE_URL = "https://eco.taobao.com/router/rest"
METHOD = "taobao.trade.fullinfo.get"
LIST = "taobao.trades.sold.increment.get"
PAGE = 100
MAX_ANSWER_BYTES = 2 * 1024 * 1024
TIMEOUT_SECONDS = 15
_TIME = "%Y-%m-%d %H:%M:%S"
CHINA = timezone(timedelta(hours=8))
FIELDS = (
    "tid,tid_str,type,status,payment,total_fee,post_fee,adjust_fee,discount_fee,created,pay_time,modified,buyer_message,"
    "seller_memo,seller_flag,seller_nick,buyer_nick,buyer_open_uid,receiver_name,receiver_state,receiver_city,"
    "receiver_district,receiver_town,receiver_address,receiver_zip,receiver_mobile,receiver_phone,oaid,step_trade_status,"
    "step_paid_fee,service_tags,promotion_details,orders"
)


@dataclass(frozen=True)
class TaobaoClient:
    """Calls TOP for one application. `sessions`: the authorisation of each shop by its seller's name."""

    http: httpx.AsyncClient
    app_key: str
    app_secret: str
    sessions: Mapping[str, str]
    clock: Callable[[], datetime]
    base_url: str = BASE_URL
    sign_method: SignMethod = "hmac-sha256"

    async def fetch(self, external_id: str, shop: str) -> Fetched:
        """The trade's full record, as the platform's JSON, byte for byte. Raises FetchFailed."""
        session = self._session(shop)
        body = await self._post({"method": METHOD, "session": session, "fields": FIELDS, "tid": external_id})
        _check(body, external_id)
        return Fetched(body, "application/json")

    async def changed(self, shop: str, since: datetime, until: datetime, page: str | None) -> ChangedPage:
        """A page of the trades that changed in between, a day at most; each has to be fetched. Raises FetchFailed."""
        between = {"start_modified": _local(since), "end_modified": _local(until)}
        pages = {"page_no": page or "1", "page_size": str(PAGE)}
        call = {"method": LIST, "session": self._session(shop), "fields": "tid,modified", **between, **pages}
        told = _listed(await self._post(call))
        try:
            total = int(told["total_results"])
            trades = told["trades"]["trade"] if "trades" in told else []
            records = [Changed(str(trade["tid"]), _instant(trade["modified"])) for trade in trades]
        except (KeyError, TypeError, ValueError) as error:
            raise FetchFailed("TOP answers something else than a list of trades") from error
        return ChangedPage(records, countdown(page, -(-total // PAGE)))

    def _session(self, shop: str) -> str:
        session = self.sessions.get(shop)
        if not session:
            raise FetchFailed(
                f"shop {shop!r} has not authorised this installation", final=True, needs_login=True, alert=True
            )
        return session

    async def _post(self, call: Mapping[str, str]) -> bytes:
        try:
            answer = await calling.call(
                self.http,
                "POST",
                self.base_url,
                seconds=TIMEOUT_SECONDS,
                most_bytes=MAX_ANSWER_BYTES,
                data=self._signed(call),
            )
        except CallFailed as failed:
            if failed.reason == "answer_too_large":
                raise FetchFailed("TOP answers more than a trade can be", final=True, alert=True) from failed
            raise FetchFailed(f"TOP does not answer: {failed.problem}") from failed
        if answer.status != httpx.codes.OK:
            raise FetchFailed(f"TOP answers HTTP {answer.status}")
        return answer.body

    def _signed(self, call: Mapping[str, str]) -> dict[str, str]:
        parameters = {
            **call,
            "app_key": self.app_key,
            "timestamp": _local(self.clock()),
            "format": "json",
            "v": "2.0",
            "sign_method": self.sign_method,
        }
        return {**parameters, "sign": sign(parameters, self.app_secret, self.sign_method)}


def _check(body: bytes, external_id: str) -> None:
    """Raises FetchFailed unless the body is the trade that was asked for."""
    try:
        meaning = read(built_in("taobao"), body, "application/json", {}, EMPTY)
    except Refusal as refusal:
        raise FetchFailed(f"TOP answers something else than a trade: {refusal.detail.en}") from refusal
    if meaning.kind == "failure":
        raise _failure(meaning, body)
    if meaning.external_id != external_id:
        raise FetchFailed("TOP answers another trade than was asked for")


def _listed(body: bytes) -> Mapping[str, Any]:
    """What a list answered. Raises FetchFailed for an error, and for what is no answer of TOP."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FetchFailed("TOP answers no JSON") from error
    if isinstance(told, dict) and "error_response" in told:
        raise _failure(read(built_in("taobao"), body, "application/json", {}, EMPTY), body)
    answer = told.get("trades_sold_increment_get_response") if isinstance(told, dict) else None
    if not isinstance(answer, dict):
        raise FetchFailed("TOP answers something else than a list of trades")
    return answer


def _local(moment: datetime) -> str:
    return moment.astimezone(CHINA).strftime(_TIME)


def _instant(written: str) -> datetime:
    return datetime.strptime(written, _TIME).replace(tzinfo=CHINA)


def _failure(meaning: Meaning, body: bytes) -> FetchFailed:
    content = meaning.content
    return FetchFailed(
        _problem(body),
        final=not content["retryable"],
        retry_after=timedelta(seconds=content["retry_after_s"] or 0),
        needs_login=content["needs_login"],
        alert=content["alert"],
    )


def _problem(body: bytes) -> str:
    """The platform's own words, for the log and the alert."""
    error = json.loads(body)["error_response"]
    told = error if isinstance(error, dict) else {"msg": error}
    words = (told.get(name) for name in ("code", "sub_code", "msg", "sub_msg"))
    return "TOP: " + " / ".join(str(word)[:200] for word in words if word)
