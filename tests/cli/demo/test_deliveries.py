from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cli.demo.deliveries import arrival_of, fresh_number, renumbered, shopify_delivery, taobao_delivery
from cli.demo.samples import sample_bytes, story
from integrations.ports import SignatureRefused
from integrations.shopify.signature import ShopifySender
from integrations.standard_webhooks.signature import StandardWebhooksSender
from wiring.settings import DEMO_SECRETS

NOW = datetime(2026, 11, 24, 7, 3, 0, 123456, tzinfo=UTC)
TAOBAO, SHOPIFY = DEMO_SECRETS["taobao_secret"], DEMO_SECRETS["shopify_secret"]


@pytest.mark.parametrize("number", [None, "4011795477233076464"])
def test_the_relay_s_signature_is_good_for_both_numbers(number: str | None) -> None:
    delivery = taobao_delivery(TAOBAO, NOW, number)
    verdict = StandardWebhooksSender([TAOBAO]).verify(delivery.headers, delivery.body, NOW)
    assert not isinstance(verdict, SignatureRefused)
    assert verdict.dedupe_key == f"demo-{delivery.number}"


@pytest.mark.parametrize("number", [None, "6795477233076"])
def test_shopify_s_signature_is_good_for_both_numbers(number: str | None) -> None:
    delivery = shopify_delivery(SHOPIFY, NOW, number)
    verdict = ShopifySender([SHOPIFY]).verify(delivery.headers, delivery.body, NOW)
    assert not isinstance(verdict, SignatureRefused)
    assert verdict.shop == "huanuan-home.myshopify.com"


def test_the_samples_themselves_go_out_byte_for_byte() -> None:
    taobao = sample_bytes("samples/taobao/fullinfo_promotions_multi_item.json")
    shopify = sample_bytes("samples/shopify/orders_create_discounts_properties.json")
    assert taobao_delivery(TAOBAO, NOW).body == taobao
    assert shopify_delivery(SHOPIFY, NOW).body == shopify


def test_delivered_twice_it_is_the_same_delivery_and_a_copy_is_another() -> None:
    first, again = taobao_delivery(TAOBAO, NOW), taobao_delivery(TAOBAO, NOW + timedelta(hours=1))
    copy = taobao_delivery(TAOBAO, NOW, "4011795477233076464")
    assert first.headers["webhook-id"] == again.headers["webhook-id"] != copy.headers["webhook-id"]


@pytest.mark.parametrize("number", ["4012345678905550001", "6123450000001", "12"])
def test_a_fresh_number_has_as_many_digits_and_is_new_each_time(number: str) -> None:
    fresh = fresh_number(number, NOW)
    assert fresh.isdecimal()
    assert len(fresh) == len(number)
    assert fresh[0] == number[0]
    assert fresh != fresh_number(number, NOW + timedelta(microseconds=1))


def test_a_number_that_is_not_there_cannot_be_replaced() -> None:
    with pytest.raises(ValueError, match="cannot become"):
        renumbered(b"{}", "1", "2")


def test_arrivals_leave_the_samples_new_to_the_factory() -> None:
    for told in story("arrivals"):
        assert told["number"].encode() in sample_bytes(f"samples/{told['sample']}")
        assert told["number"].encode() not in arrival_of(told).body
