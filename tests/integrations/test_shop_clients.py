"""Each client that asks a shop what changed: every record, its bytes as they came, failures as failures."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.fxiaoke.client import Application, FxiaokeClient
from integrations.ports import Changed, FetchFailed
from integrations.reading import FAILURES_BEFORE_PAUSE, MAX_ANSWER_BYTES, PAUSE, Reader, countdown, cut
from integrations.shopify.client import ShopifyClient
from integrations.taobao.client import TaobaoClient
from integrations.woocommerce.client import WooCommerceClient
from integrations.youzan.client import YouzanClient
from tests.domain.intake.support import body, read_body
from tests.simulators.shops import FxiaokeSimulator, Shop, ShopifySimulator, WooCommerceSimulator, YouzanSimulator
from tests.simulators.top import TopSimulator

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
START = NOW - timedelta(hours=20)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


def at(number: int) -> datetime:
    return START + timedelta(minutes=number)


def shopify_order(number: int) -> bytes:
    return json.dumps({"id": number, "updated_at": at(number).isoformat(), "note": "周末送", "price": 1.10}).encode()


def woo_order(number: int) -> bytes:
    told = {"id": number, "date_modified_gmt": at(number).strftime("%Y-%m-%dT%H:%M:%S"), "line_items": []}
    return json.dumps(told).replace("/", "\\/").encode()


def youzan_trade(number: int) -> bytes:
    told = {"tid": str(number), "update_time": (at(number) + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S")}
    return json.dumps({"full_order_info": {"order_info": told}}).encode()


def fxiaoke_order(number: int) -> bytes:
    told = {"_id": str(number), "last_modified_time": int(at(number).timestamp() * 1000)}
    return json.dumps({"order": told, "lines": [{"_id": f"{number}-1"}]}).encode()


@asynccontextmanager
async def reading(simulator: Any, clock: Callable[[], datetime]) -> AsyncIterator[Reader]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(simulator)) as http:
        yield Reader(http, "The shop", clock)


def a_shopify(reader: Reader, clock: Clock) -> Any:
    return ShopifyClient(reader, {"a.myshopify.com": "shpat_1"}, "2025-10")


def a_woocommerce(reader: Reader, clock: Clock) -> Any:
    return WooCommerceClient(reader, {"https://shop.example/": "ck_1:cs_1"})


def a_youzan(reader: Reader, clock: Clock) -> Any:
    return YouzanClient(reader, "yzclient01", "yzsecret01", clock)


def a_fxiaoke(reader: Reader, clock: Clock) -> Any:
    return FxiaokeClient(reader, Application("app", "fs-secret", "code", "FSUID_1"), clock)


SHOPS = [
    pytest.param(ShopifySimulator, a_shopify, shopify_order, "a.myshopify.com", id="shopify"),
    pytest.param(WooCommerceSimulator, a_woocommerce, woo_order, "https://shop.example/", id="woocommerce"),
    pytest.param(YouzanSimulator, a_youzan, youzan_trade, "1", id="youzan"),
    pytest.param(FxiaokeSimulator, a_fxiaoke, fxiaoke_order, "", id="fxiaoke"),
]


async def all_changed(client: Any, shop: str) -> list[Changed]:
    """Page after page to the end."""
    found: list[Changed] = []
    page: str | None = None
    for _ in range(50):
        told = await client.changed(shop, START, NOW, page)
        found += told.records
        page = told.next_page
        if page is None:
            return found
    raise AssertionError("it never ends")


@pytest.mark.parametrize(("simulator", "made", "record", "shop"), SHOPS)
@pytest.mark.parametrize("number", [0, 1, 2, 5])
async def test_every_record_that_changed_is_found(
    simulator: type[Shop], made: Any, record: Any, shop: str, number: int
) -> None:
    stand_in, clock = simulator(), Clock()
    stand_in.records = {str(n): (at(n), record(n)) for n in range(1, number + 1)}
    stand_in.records["99999"] = (NOW + timedelta(hours=1), record(99999))
    async with reading(stand_in, clock) as reader:
        found = await all_changed(made(reader, clock), shop)
    assert {one.external_id: one.changed_at for one in found} == {str(n): at(n) for n in range(1, number + 1)}
    assert all(one.body in (None, record(int(one.external_id))) for one in found)


@pytest.mark.parametrize(("simulator", "made", "record", "shop"), SHOPS)
async def test_a_record_that_changes_while_one_reads_hides_no_other(
    simulator: type[Shop], made: Any, record: Any, shop: str
) -> None:
    stand_in, clock = simulator(), Clock()
    stand_in.records = {str(n): (at(n), record(n)) for n in range(1, 8)}

    def one_leaves() -> None:
        """The oldest is changed again, and so is not in the window any more."""
        number = next(iter(stand_in.records))
        stand_in.records[number] = (NOW + timedelta(hours=1), stand_in.records.pop(number)[1])

    stand_in.meanwhile = one_leaves
    async with reading(stand_in, clock) as reader:
        found = await all_changed(made(reader, clock), shop)
    left = {number for number, (moment, _) in stand_in.records.items() if moment <= NOW}
    assert left <= {one.external_id for one in found}


@pytest.mark.parametrize(("simulator", "made", "record", "shop"), SHOPS)
@pytest.mark.parametrize(
    "answer",
    [b"", b"<html>login</html>", b"{", b"{}", b"[1]", b"null", b'{"orders":{}}', b'{"data":{}}', b"\xff", b"[" * 9000],
)
async def test_an_answer_of_another_shape_is_a_failure_and_never_nothing(
    simulator: type[Shop], made: Any, record: Any, shop: str, answer: bytes
) -> None:
    stand_in, clock = simulator(), Clock()
    async with reading(stand_in, clock) as reader:
        client = made(reader, clock)
        await client.changed(shop, START, NOW, None)  # whoever needs a token has one
        stand_in.answers.append(httpx.Response(200, content=answer))
        with pytest.raises(FetchFailed) as caught:
            await client.changed(shop, START, NOW, None)
    assert not caught.value.final


@pytest.mark.parametrize(("simulator", "made", "record", "shop"), SHOPS)
async def test_whoever_fails_is_left_alone_for_a_while(
    simulator: type[Shop], made: Any, record: Any, shop: str
) -> None:
    stand_in, clock = simulator(), Clock()
    async with reading(stand_in, clock) as reader:
        client = made(reader, clock)
        stand_in.answers += [httpx.ConnectError("gone"), httpx.Response(502), httpx.ReadTimeout("slow")]
        for _ in range(FAILURES_BEFORE_PAUSE):
            with pytest.raises(FetchFailed):
                await client.changed(shop, START, NOW, None)
        called = len(stand_in.calls)
        with pytest.raises(FetchFailed) as caught:
            await client.changed(shop, START, NOW, None)
        assert (len(stand_in.calls), caught.value.retry_after, caught.value.final) == (called, PAUSE, False)
        clock.now = NOW + PAUSE
        assert (await client.changed(shop, START, NOW, None)).records == []


@pytest.mark.parametrize(
    ("answer", "final", "login", "seconds"),
    [
        (httpx.Response(429, headers={"retry-after": "2.0"}), False, False, 2),
        (httpx.Response(429, headers={"retry-after": "soon"}), False, False, 10),
        (httpx.Response(401), True, True, 0),
        (httpx.Response(403), True, True, 0),
        (httpx.Response(404), True, False, 0),
        (httpx.Response(302, headers={"location": "https://elsewhere.example/"}), True, False, 0),
        (httpx.Response(200, content=b" " * (MAX_ANSWER_BYTES + 1)), True, False, 0),
    ],
)
async def test_an_answer_is_judged_by_its_status(
    answer: httpx.Response, final: bool, login: bool, seconds: float
) -> None:
    stand_in = ShopifySimulator(answers=[answer])
    async with reading(stand_in, Clock()) as reader:
        with pytest.raises(FetchFailed) as caught:
            await a_shopify(reader, Clock()).changed("a.myshopify.com", START, NOW, None)
    failed = caught.value
    assert (failed.final, failed.needs_login, failed.retry_after.total_seconds()) == (final, login, seconds)


async def test_a_shopify_order_is_fetched_whole_and_read_by_its_template() -> None:
    content = body("shopify", "orders_create_china_address")
    stand_in = ShopifySimulator(records={"6123450000002": (NOW, content), "7": (NOW, content)})
    async with reading(stand_in, Clock()) as reader:
        client = a_shopify(reader, Clock())
        fetched = await client.fetch("6123450000002", "a.myshopify.com")
        assert read_body("shopify", fetched.body).external_id == "6123450000002"
        for number, shop, final in (
            ("7", "a.myshopify.com", False),
            ("8", "a.myshopify.com", True),
            ("7", "another", True),
        ):
            with pytest.raises(FetchFailed) as caught:
                await client.fetch(number, shop)
            assert caught.value.final == final


async def test_a_youzan_trade_is_fetched_whole_and_read_by_its_template() -> None:
    pushed = json.loads(body("youzan", "trade_buyer_pay_memo_gift"))
    trade = unquote(pushed["msg"]).encode()
    stand_in = YouzanSimulator(records={pushed["id"]: (NOW, trade)})
    async with reading(stand_in, Clock()) as reader:
        client = a_youzan(reader, Clock())
        fetched = await client.fetch(pushed["id"], "18402911")
        assert trade in fetched.body
        meaning = read_body("youzan", fetched.body)
        assert meaning.external_id == pushed["id"]
        told = read_body("youzan", body("youzan", "trade_buyer_pay_memo_gift")).content
        for name in ("lines", "discounts", "fees", "shipping", "total", "notes", "review_reasons"):
            assert meaning.content[name] == told[name]
        stand_in.records["E2"] = (NOW, trade)
        with pytest.raises(FetchFailed):
            await client.fetch("E2", "18402911")


async def test_a_youzan_token_that_ended_is_asked_for_anew() -> None:
    stand_in, clock = YouzanSimulator(), Clock()
    async with reading(stand_in, clock) as reader:
        client = a_youzan(reader, clock)
        await client.changed("1", START, NOW, None)
        stand_in.tokens += 1  # the platform knows the old one no more
        with pytest.raises(FetchFailed) as caught:
            await client.changed("1", START, NOW, None)
        assert not caught.value.final
        assert (await client.changed("1", START, NOW, None)).records == []
        refused = YouzanClient(reader, "yzclient01", "wrong", clock)
        with pytest.raises(FetchFailed) as caught:
            await refused.changed("1", START, NOW, None)
        assert (caught.value.final, caught.value.needs_login) == (True, True)


async def test_a_fxiaoke_order_is_fetched_with_its_lines_and_read_by_its_template() -> None:
    sample = json.loads(body("crm", "fxiaoke_sales_order"))
    order, lines = (sample[part]["data"]["dataList"] for part in ("order", "lines"))
    packed = json.dumps({"order": order[0], "lines": lines}, ensure_ascii=False).encode()
    stand_in = FxiaokeSimulator(records={order[0]["_id"]: (NOW, packed)})
    async with reading(stand_in, Clock()) as reader:
        fetched = await a_fxiaoke(reader, Clock()).fetch(order[0]["_id"], "")
        with pytest.raises(FetchFailed) as caught:
            await a_fxiaoke(reader, Clock()).fetch("nobody", "")
        assert caught.value.final
    meaning, told = read_body("crm", fetched.body), read_body("crm", body("crm", "fxiaoke_sales_order"))
    assert (meaning.content, meaning.version) == (told.content, told.version)


async def test_taobao_trades_that_changed_are_listed_with_numbers_above_two_to_the_53() -> None:
    numbers = [4012345678901234567 + n for n in range(5)]
    changed = {str(number): NOW - timedelta(hours=n + 1) for n, number in enumerate(numbers)}
    platform = TopSimulator("12345678", "s", {"shop": "k"}, {}, lambda: NOW, changed=changed, page=2)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(platform)) as http:
        client = TaobaoClient(http, "12345678", "s", {"shop": "k"}, lambda: NOW)
        found = await all_changed(client, "shop")
        assert {one.external_id: one.changed_at for one in found} == changed
        platform.answers.append(b'{"trades_sold_increment_get_response":{"trades":{"trade":7}}}')
        with pytest.raises(FetchFailed):
            await client.changed("shop", START, NOW, None)
        with pytest.raises(FetchFailed) as caught:
            await client.changed("another", START, NOW, None)
        assert caught.value.needs_login


def test_a_list_that_changes_is_read_from_its_end_and_its_first_page_twice() -> None:
    pages: list[str | None] = []
    page = None
    for _ in range(6):
        pages.append(page)
        page = countdown(page, 4)
        if page is None:
            break
    assert pages == [None, "4", "3", "2", "1"]
    assert countdown(None, 1) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.lists(json_values), st.sampled_from([None, 0, 2]), st.booleans())
def test_cutting_gives_each_item_its_own_bytes(items: list[Any], indent: int | None, ascii_only: bool) -> None:
    whole = json.dumps({"a": [1], "data": {"b": "}", "list": items, "c": 2}}, indent=indent, ensure_ascii=ascii_only)
    try:
        content = whole.encode()
    except UnicodeEncodeError:
        return
    found = cut(content, "data", "list")
    assert [value for _, value in found] == [json.loads(one) for one, _ in found] == items
    assert all(one in content for one, _ in found)


@given(st.binary(max_size=60))
def test_cutting_anything_is_a_list_or_a_value_error(content: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(cut(content, "data"), list)
