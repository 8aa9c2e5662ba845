from __future__ import annotations

import asyncio
import json
from base64 import b64decode, b64encode
from datetime import timedelta
from hashlib import sha256
from hmac import digest

import httpx
import pytest

from integrations.shopify.signature import ShopifySender
from tests.api.support import Api, problem
from tests.domain.intake.support import body, headers
from tests.support import senders
from usecases.intake.keep_payload import REFUSED_BYTES
from wiring.settings import DEMO_WEBHOOK_SECRET

ORDER, FORGED = "orders_create_china_address", "orders_create_bad_signature"


def signed(api: Api, content: bytes, message_id: str = "msg_1", *, late: timedelta = timedelta(0)) -> dict[str, str]:
    """Headers as Standard Webhooks has them."""
    seconds = int((api.clock.now - late).timestamp())
    key = b64decode(DEMO_WEBHOOK_SECRET.removeprefix("whsec_"))
    signature = b64encode(digest(key, f"{message_id}.{seconds}.".encode() + content, "sha256")).decode()
    return {"webhook-id": message_id, "webhook-timestamp": str(seconds), "webhook-signature": f"v1,{signature}"}


async def deliver(api: Api, channel: str, content: bytes, given: dict[str, str]) -> httpx.Response:
    told = {"content-type": "application/json", **given}
    return await api.http.post(f"/api/v1/hooks/{channel}", content=content, headers=told)


async def kept(api: Api, sql: str = "SELECT * FROM payloads") -> list[dict[str, object]]:
    async with api.parts.database.connect() as connection:
        return [dict(row) for row in await connection.rows(sql)]


async def test_new_is_202_and_known_is_200_with_the_same_id_and_the_bytes_are_kept(api: Api) -> None:
    content = body("shopify", ORDER)
    first = await deliver(api, "shopify", content, headers("shopify", ORDER))
    again = await deliver(api, "shopify", content, headers("shopify", ORDER))
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json() == again.json() == {"id": first.json()["id"], "status": "kept"}
    (row,) = await kept(api)
    assert (row["body"], row["shop"], row["repeats"]) == (content, "huanuan-home.myshopify.com", 1)
    assert row["sha256"] == sha256(content).hexdigest()


async def test_a_forged_delivery_is_401_and_kept_for_a_person_and_never_becomes_an_order(api: Api) -> None:
    answer = await deliver(api, "shopify", body("shopify", FORGED), headers("shopify", FORGED))
    told = problem(answer, 401, "signature_refused")
    assert "mismatch" in told["detail"]
    (row,) = await kept(api)
    assert (row["status"], row["authentic"], row["body"]) == ("refused", False, body("shopify", FORGED))
    assert await kept(api, "SELECT 1 FROM outbox") == []


async def test_a_forged_delivery_under_the_id_of_a_true_one_does_not_keep_it_out(api: Api) -> None:
    forged = {**headers("shopify", ORDER), "X-Shopify-Hmac-Sha256": "AAAA"}
    assert (await deliver(api, "shopify", b"{}", forged)).status_code == 401
    assert (await deliver(api, "shopify", body("shopify", ORDER), headers("shopify", ORDER))).status_code == 202


@pytest.mark.parametrize("channel", ["taobao", "crm", "export", "project"])
async def test_standard_webhooks_channels_are_kept_also_before_they_have_a_template(api: Api, channel: str) -> None:
    content = b'{"any": "thing"}'
    assert (await deliver(api, channel, content, signed(api, content))).status_code == 202
    altered = await deliver(api, channel, content + b" ", signed(api, content, "msg_2"))
    assert altered.status_code == 401


@pytest.mark.parametrize(
    ("late", "reason"), [(timedelta(minutes=6), "too_old"), (-timedelta(minutes=6), "in_the_future")]
)
async def test_a_delivery_of_another_time_is_refused(api: Api, late: timedelta, reason: str) -> None:
    answer = await deliver(api, "taobao", b"{}", signed(api, b"{}", late=late))
    assert reason in problem(answer, 401, "signature_refused")["detail"]


async def test_an_unsigned_delivery_is_401_and_so_is_a_channel_without_a_secret(api: Api) -> None:
    problem(await deliver(api, "shopify", b"{}", {}), 401, "signature_refused")
    api.parts.senders = {**api.parts.senders, "shopify": ShopifySender(())}
    answer = await deliver(api, "shopify", body("shopify", ORDER), headers("shopify", ORDER))
    assert "no_secret" in problem(answer, 401, "signature_refused")["detail"]


@pytest.mark.parametrize("channel", ["nobody", "UPPER", "a-b", "x" * 41])
async def test_a_channel_that_is_not_there_keeps_nothing(api: Api, channel: str) -> None:
    answer = await deliver(api, channel, b"{}", signed(api, b"{}"))
    assert answer.status_code in (404, 422)
    assert await kept(api) == []


async def test_a_body_over_the_limit_is_413_and_one_of_a_forger_is_cut(api: Api) -> None:
    content = b"x" * (api.parts.settings.max_body_bytes + 1)
    problem(await deliver(api, "taobao", content, signed(api, content)), 413, "body_too_large")
    problem(await deliver(api, "taobao", content[: 2 * REFUSED_BYTES], {}), 401, "signature_refused")
    (row,) = await kept(api, "SELECT length(body) AS size FROM payloads")
    assert row["size"] == REFUSED_BYTES


async def test_who_one_is_is_not_kept(api: Api) -> None:
    given = {**headers("shopify", ORDER), "Authorization": "Bearer secret", "Cookie": "tl_access=secret"}
    await deliver(api, "shopify", body("shopify", ORDER), given)
    (row,) = await kept(api, "SELECT headers FROM payloads")
    assert "secret" not in json.dumps(row["headers"])
    assert row["headers"]["x-shopify-topic"] == "orders/create"  # type: ignore[index]


async def test_three_hundred_at_once_of_three_are_three(api: Api) -> None:
    names = [ORDER, "orders_create_discounts_properties", "orders_create_test_order"]
    answers = await asyncio.gather(
        *(deliver(api, "shopify", body("shopify", n), headers("shopify", n)) for n in names * 100)
    )
    assert sorted({answer.status_code for answer in answers}) == [200, 202]
    assert sum(answer.status_code == 202 for answer in answers) == 3
    assert len({answer.json()["id"] for answer in answers}) == 3


async def test_a_delivery_while_the_database_is_away_is_503_so_that_the_sender_tries_again(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise ConnectionRefusedError("gone")

    monkeypatch.setattr(api.parts.database, "connect", away)
    answer = await deliver(api, "shopify", body("shopify", ORDER), headers("shopify", ORDER))
    problem(answer, 503, "database_unavailable")
    assert answer.headers["retry-after"]


async def test_youzan_is_told_success_with_200_however_often_it_pushes(api: Api) -> None:
    content, told = body("youzan", "trade_buyer_pay_memo_gift"), headers("youzan", "trade_buyer_pay_memo_gift")
    first, again = [await deliver(api, "youzan", content, told) for _ in range(2)]
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json() == {"id": first.json()["id"], "status": "kept", "code": 0, "msg": "success"}
    (row,) = await kept(api)
    assert (row["body"], row["repeats"]) == (content, 1)
    problem(await deliver(api, "youzan", content + b" ", told), 401, "signature_refused")


@pytest.mark.parametrize("name", ["msg_id", "kdt_id", "id"])
async def test_an_id_in_letters_that_no_database_keeps_loses_nothing(api: Api, name: str) -> None:
    content = b'{"type": "trade_TradePaid", "id": "E1", "version": 1, "' + name.encode() + b'": "\\ud800\\u0000x"}'
    answer = await deliver(api, "youzan", content, senders.signed("youzan", content, "", api.clock.now))
    assert answer.status_code == 200, answer.text
    (row,) = await kept(api)
    assert row["body"] == content


@pytest.mark.parametrize(("channel", "name"), [("woocommerce", "ping"), ("youzan", "test_push")])
async def test_a_ping_is_kept_as_ignored_and_read_by_nobody(api: Api, channel: str, name: str) -> None:
    told = headers(channel, name)
    answer = await api.http.post(f"/api/v1/hooks/{channel}", content=body(channel, name), headers=told)
    assert answer.status_code in (200, 202)
    assert answer.json()["status"] == "ignored"
    assert [row["status"] for row in await kept(api)] == ["ignored"]


@pytest.mark.parametrize("channel", ["woocommerce", "youzan"])
async def test_a_shop_that_is_not_proven_is_401(api: Api, channel: str) -> None:
    problem(await deliver(api, channel, b"{}", {}), 401, "signature_refused")
