"""Money adds up in every meaning that may become an order without a person; where it does not, the reason says so."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.intake.parse import read
from domain.intake.templates import built_in
from domain.refusals.kinds import Refusal
from tests.domain.intake.support import CATALOGUE, CHANNELS, body, body_path, expected, headers, sample_names

ORDERS = [
    (channel, name)
    for channel in CHANNELS
    for name in sample_names(channel)
    if expected(channel, name)["kind"] == "order" and "change" not in expected(channel, name)
]
TYPES = {".xml": "application/xml", ".csv": "text/csv"}
_AMOUNT = re.compile(rb"(?<![\d.\w-])\d{1,6}\.\d{1,2}(?![\d.\w])")
_UNKNOWN = {"missing_price", "missing_quantity", "missing_total"}


def meaning(channel: str, name: str, content: bytes) -> Mapping[str, Any] | None:
    """What is read from it; None where nothing is."""
    kind = TYPES.get(body_path(channel, name).suffix, "application/json")
    told = {"Content-Type": kind, **headers(channel, name)}
    try:
        return read(built_in(channel), content, kind, told, CATALOGUE).content
    except Refusal:
        return None


def off_by(content: Mapping[str, Any]) -> Decimal | None:
    """Lines - discounts + fees + shipping (+ tax unless included) - total; None where a part is not known."""
    amounts = [line["amount"] for line in content["lines"]]
    if content["total"] is None or None in amounts:
        return None
    assert all(
        Decimal(line["quantity"]) * Decimal(line["unit_price"]) == Decimal(line["amount"]) for line in content["lines"]
    )
    computed = (
        sum(map(Decimal, amounts))
        - sum(Decimal(one["amount"]) for one in content["discounts"])
        + sum(Decimal(one["amount"]) for one in content["fees"])
        + Decimal(content["shipping"])
        + (0 if content["tax_included"] else Decimal(content["tax"]))
    )
    return computed - Decimal(content["total"])


def check(content: Mapping[str, Any]) -> None:
    """The promise about one meaning."""
    reasons = set(content["review_reasons"])
    if content["action"] == "ignore":
        return
    difference = off_by(content)
    if difference:
        assert "amounts_do_not_add_up" in reasons
        assert content["needs_review"]
    elif difference is None and content["total"] is not None:
        assert reasons & _UNKNOWN


@pytest.mark.parametrize(("channel", "name"), ORDERS)
def test_the_samples_add_up_or_say_so(channel: str, name: str) -> None:
    content = meaning(channel, name, body(channel, name))
    assert content is not None
    check(content)


def plain(channel: str, content: bytes) -> bytes:
    """Youzan packs the trade into text."""
    return unquote(json.loads(content)["msg"]).encode() if channel == "youzan" else content


def packed(channel: str, content: bytes) -> bytes:
    """And back, with nothing around it that reading needs not."""
    told = {"type": "trade_TradeBuyerPay", "id": "E1", "kdt_id": 1, "msg": quote(content.decode()), "version": 1}
    return json.dumps(told).encode() if channel == "youzan" else content


@st.composite
def with_other_sums(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """A sample in which one to three amounts are others, by a cent or by a lot."""
    channel, name = draw(st.sampled_from(ORDERS))
    content = plain(channel, body(channel, name))
    places = list(_AMOUNT.finditer(content))
    chosen = draw(st.lists(st.sampled_from(places), min_size=1, max_size=3, unique=True)) if places else []
    for place in sorted(chosen, key=re.Match.start, reverse=True):
        other = draw(
            st.one_of(
                st.just(Decimal(place[0].decode()) + Decimal("0.01")),
                st.decimals(0, 99_999, places=2),
                st.sampled_from([Decimal(0), Decimal("-1.00"), Decimal("0.005"), Decimal("1234567890.12")]),
            )
        )
        content = content[: place.start()] + format(other, "f").encode() + content[place.end() :]
    return channel, name, packed(channel, content)


@given(with_other_sums())
def test_other_sums_add_up_or_say_so(case: tuple[str, str, bytes]) -> None:
    content = meaning(*case)
    if content is not None and content["kind"] == "order":
        check(content)
