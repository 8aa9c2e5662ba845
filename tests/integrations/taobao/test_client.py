"""Fetching a trade from a platform that checks the call, and treating its errors as the samples say."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from integrations.ports import FetchFailed
from integrations.taobao import client as client_module
from integrations.taobao.client import MAX_ANSWER_BYTES, TaobaoClient
from tests.domain.intake.support import body, expected, read_body
from tests.simulators.top import TopSimulator, error

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
TID = "4012345678901234567"
SHOP = "华暖散热器旗舰店"


@pytest.fixture
def platform() -> TopSimulator:
    trades = {TID: body("taobao", "fullinfo_gift_in_buyer_message")}
    return TopSimulator("12345678", "helloworld_secret", {SHOP: "s-1"}, trades, lambda: NOW)


@pytest.fixture
async def http(platform: TopSimulator) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=platform)) as opened:
        yield opened


def client(http: httpx.AsyncClient, **changes: Any) -> TaobaoClient:
    settings: dict[str, Any] = {
        "app_key": "12345678",
        "app_secret": "helloworld_secret",
        "sessions": {SHOP: "s-1"},
        "clock": lambda: NOW,
        "base_url": "http://top.test/router/rest",
    }
    return TaobaoClient(http, **(settings | changes))


async def refused(http: httpx.AsyncClient, tid: str = TID, shop: str = SHOP, **changes: Any) -> FetchFailed:
    with pytest.raises(FetchFailed) as failed:
        await client(http, **changes).fetch(tid, shop)
    return failed.value


@pytest.mark.parametrize("method", ["md5", "hmac", "hmac-sha256"])
async def test_a_trade_comes_byte_for_byte(http: httpx.AsyncClient, platform: TopSimulator, method: str) -> None:
    fetched = await client(http, sign_method=method).fetch(TID, SHOP)
    assert fetched.body == platform.trades[TID]
    assert read_body("taobao", fetched.body).external_id == TID
    assert platform.calls[0]["timestamp"] == "2026-11-22 15:30:00"
    assert "promotion_details" in platform.calls[0]["fields"].split(",")


@pytest.mark.parametrize("name", ["error_app_call_limited", "error_invalid_session", "error_isp_remote"])
async def test_errors_are_treated_as_the_samples_say(
    http: httpx.AsyncClient, platform: TopSimulator, name: str
) -> None:
    platform.answers.append(body("taobao", name))
    failed, wanted = await refused(http), expected("taobao", name)
    assert (not failed.final, failed.needs_login, failed.alert) == (
        wanted["retryable"],
        wanted["needs_login"],
        wanted["alert"],
    )
    assert failed.retry_after == timedelta(seconds=wanted["retry_after_s"] or 0)


async def test_a_shop_without_an_authorisation_is_not_asked_about(
    http: httpx.AsyncClient, platform: TopSimulator
) -> None:
    failed = await refused(http, shop="somebody else")
    assert (failed.final, failed.needs_login, platform.calls) == (True, True, [])


async def test_a_wrong_secret_or_clock_is_final_and_told(http: httpx.AsyncClient) -> None:
    assert (await refused(http, app_secret="wrong")).final
    late = await refused(http, clock=lambda: NOW + timedelta(hours=1))
    assert (late.final, late.alert) == (True, True)


async def test_a_trade_that_does_not_exist(http: httpx.AsyncClient) -> None:
    failed = await refused(http, tid="1")
    assert failed.final
    assert "isv.trade-not-exist" in failed.problem


@pytest.mark.parametrize(
    "answer",
    [
        502,
        429,
        b"",
        b"<html>login</html>",
        b"{",
        b"{}",
        b"[]",
        b'{"trade_fullinfo_get_response":{"trade":{}}}',
        b"\xff",
    ],
)
async def test_an_answer_that_is_no_trade_is_a_failure_to_be_repeated(
    http: httpx.AsyncClient, platform: TopSimulator, answer: bytes | int
) -> None:
    platform.answers.append(answer)
    assert not (await refused(http)).final


async def test_another_trade_than_was_asked_for(http: httpx.AsyncClient, platform: TopSimulator) -> None:
    platform.answers.append(body("taobao", "fullinfo_presale_deposit_paid"))
    assert "another trade" in (await refused(http)).problem


@pytest.mark.parametrize("told", ["text", ["a"], {"code": {"a": 1}}, {"sub_msg": "x" * 100_000}])
async def test_an_odd_error_is_an_error(http: httpx.AsyncClient, platform: TopSimulator, told: Any) -> None:
    platform.answers.append(json.dumps({"error_response": told}).encode())
    failed = await refused(http)
    assert failed.final
    assert len(failed.problem) < 1000


async def test_an_answer_larger_than_a_trade_is_cut_off(http: httpx.AsyncClient, platform: TopSimulator) -> None:
    platform.answers.append(b" " * (MAX_ANSWER_BYTES + 1))
    failed = await refused(http)
    assert (failed.final, failed.alert) == (True, True)


async def test_a_platform_that_is_away() -> None:
    async def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(fail)) as http:
        assert not (await refused(http)).final


async def test_a_platform_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(client_module, "TIMEOUT_SECONDS", 0.01)
    async with httpx.AsyncClient(transport=httpx.MockTransport(hang)) as http:
        assert not (await refused(http)).final


def test_the_simulator_s_errors_are_the_platform_s_shape() -> None:
    assert json.loads(error(27, "Invalid session"))["error_response"]["code"] == 27
