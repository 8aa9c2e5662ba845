"""Whatever a proven sender sends: it is kept byte for byte and comes to an order, or waits with the reason; no 5xx."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.support import Api, problem
from tests.domain.intake.support import body, sample_names
from tests.domain.intake.test_hostile import BODIES, damaged_bytes, damaged_trees
from tests.support.deliveries import HOOKED, adds_up, deliver, item, read_all, stock

ROUNDS = 100 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 8
_ids = count(1)
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null')
_KEYED = re.compile(rb'("[a-z_]+")\s*:\s*')

# What stands where a value stood, as it would be written by somebody who means harm or has never seen a JSON parser.
WRITTEN = (
    b"NaN", b"-Infinity", b"1e999999", b"-0", b"9" * 5_000, b"0x1F", b"1.0000000000000000000000000000001", b"undefined",
    b'"\\u0000"', b'"\\ud800"', b'"\\udfff\\ud800"', b'"\\u202e\\u0000\\uffff"', b'"\xed\xa0\x80"', b'"\xff"',
    b'"\x00"', b"[]",
    b"[" * 5_000, b"[" * 300 + b"]" * 300, b'{"a":' * 300 + b"1" + b"}" * 300, b'"' + b"\xe9\x80\x81" * 100_000 + b'"',
    b'"<script>alert(1)</script>"', b'"=cmd|\' /C calc\'!A0"', b'"\'; DROP TABLE orders; --"', b'"{{7*7}}${7*7}"',
    b'"../../../../etc/passwd"', b'"%00%0d%0aSet-Cookie: a=b"', b'"9999-99-99"', b'"1e5"', b'"-1"', b'""', b"null",
)  # fmt: skip
KINDS = ("application/json", "application/json; charset=gbk", "application/json; charset=utf-16", "text/html", "",
         "\xff", "application/x-www-form-urlencoded", "text/csv", "multipart/form-data; boundary=x",
         "x" * 3_000)  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """Bytes in the name of a sample of a channel."""

    channel: str
    name: str
    content: bytes
    kind: str = "application/json"

    def __repr__(self) -> str:
        """Short enough to be read where a test has failed."""
        return (
            f"Sent({self.channel}, {self.name}, {self.content[:300]!r}, {len(self.content)} bytes, {self.kind[:40]!r})"
        )


@st.composite
def rewritten(draw: st.DrawFn) -> Sent:
    """A sample with values written as no serializer writes them, keys twice, in another encoding, or cut."""
    channel = draw(st.sampled_from(HOOKED))
    name = draw(st.sampled_from(sample_names(channel)))
    content = body(channel, name)
    for _ in range(draw(st.integers(0, 3))):
        places = list((_KEYED if draw(st.integers(0, 3)) == 0 else _TOKEN).finditer(content))
        if not places:
            break
        place, value = draw(st.sampled_from(places)), draw(st.sampled_from(WRITTEN))
        # A key a second time in front of the first, or another value in the place of one.
        put = place[1] + b":" + value + b"," + place[0] if place.re is _KEYED else value
        content = content[: place.start()] + put + content[place.end() :]
    encoding = draw(st.sampled_from([None, None, None, "gb18030", "utf-16", "utf-32", "utf-7", "big5"]))
    if encoding:
        content = content.decode("utf-8", "replace").encode(encoding, "replace")
    if draw(st.integers(0, 3)) == 0:
        content = content[: draw(st.integers(0, len(content)))]
    return Sent(channel, name, content, draw(st.sampled_from(KINDS)))


def damaged(case: tuple[str, bytes, dict[str, str]]) -> Sent:
    """The damage that the reading alone is tried with."""
    channel, content, _ = case
    return Sent(channel, next(name for sender, name in BODIES if sender == channel), content)


SENT = st.one_of(rewritten(), damaged_trees().map(damaged), damaged_bytes().map(damaged))


@pytest.fixture(scope="module")
async def stocked(shared: Api) -> Api:
    """One installation with the samples' articles, in which everything piles up."""
    await stock(shared)
    await shared.as_("admin")
    return shared


async def sent(api: Api, one: Sent) -> str:
    """Deliver it, signed; its item's id."""
    # A header is latin-1 on the wire; what no HTTP client can write is no case.
    more = {"content-type": one.kind.encode("latin-1")}
    answer = await deliver(api, one.channel, one.name, one.content, f"hostile-{next(_ids)}", more)  # type: ignore[arg-type]
    assert answer.status_code in (200, 202), answer.text
    found: str = answer.json()["id"]
    return found


async def bytes_kept(api: Api, ids: list[str]) -> dict[str, bytes]:
    async with api.parts.database.connect() as connection:
        rows = await connection.rows("SELECT id::text AS id, body FROM payloads WHERE id = ANY($1::uuid[])", ids)
    return {row["id"]: row["body"] for row in rows}


def explained(found: dict[str, Any]) -> bool:
    """Whether a person can see what came of it and, where it waits, why."""
    if found["status"] == "failed":
        return bool(found["problem"]["code"])
    if found["status"] == "review":
        told = [reason["text"] for reason in found["reasons"]] or [found["problem"]["detail"]]
        return all(text["zh"] and text["en"] for text in told)
    return found["status"] in ("ordered", "parsed", "ignored")


@settings(max_examples=ROUNDS, suppress_health_check=list(HealthCheck))
@given(st.lists(SENT, min_size=4, max_size=12))
async def test_nothing_that_is_sent_breaks_anything_or_is_lost(stocked: Api, parcel: list[Sent]) -> None:
    ids = [await sent(stocked, one) for one in parcel]
    await read_all(stocked)
    kept = await bytes_kept(stocked, ids)
    for intake_id, one in zip(ids, parcel, strict=True):
        assert kept[intake_id] == one.content
        found = await item(stocked, intake_id)
        assert explained(found), found
        if found["status"] == "ordered":
            order = (await stocked.get(f"/orders/{found['order_no']}", role="admin")).json()
            assert adds_up(order), order
    listed = await stocked.get("/intake?limit=100", role="admin")
    assert listed.status_code == 200, listed.text


async def test_what_is_larger_than_can_be_read_waits_whole_and_says_so(stocked: Api) -> None:
    content = body("shopify", "orders_create_china_address") + b" " * (3 * 1024 * 1024)
    intake_id = await sent(stocked, Sent("shopify", "orders_create_china_address", content))
    await read_all(stocked)
    found = await item(stocked, intake_id)
    assert (found["status"], found["problem"]["code"]) == ("failed", "body_too_large")
    assert (await bytes_kept(stocked, [intake_id]))[intake_id] == content


@pytest.mark.parametrize("channel", ["taobao", "shopify", "woocommerce", "youzan"])
async def test_what_is_larger_than_can_be_kept_is_413_and_names_the_limit(stocked: Api, channel: str) -> None:
    limit = stocked.parts.settings.max_body_bytes
    answer = await deliver(stocked, channel, sample_names(channel)[0], b"x" * (limit + 1), f"large-{channel}")
    assert str(limit) in problem(answer, 413, "body_too_large")["texts"]["en"]


async def test_other_bytes_under_a_known_id_are_kept_beside_and_not_lost(stocked: Api) -> None:
    name = "orders_create_discounts_properties"
    one, other = body("shopify", name), body("shopify", name).replace(b"WALL", b"FLOOR") + b"\n"
    first, second, again = [await deliver(stocked, "shopify", name, sent, "twice") for sent in (one, other, one)]
    assert (first.status_code, second.status_code, again.status_code) == (202, 202, 200)
    assert first.json()["id"] == again.json()["id"] != second.json()["id"]
    kept = await bytes_kept(stocked, [first.json()["id"], second.json()["id"]])
    assert sorted(kept.values()) == sorted([one, other])
