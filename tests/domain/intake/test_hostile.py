"""Whatever is sent: a meaning or a declared refusal, never an error, and the same one every time."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.intake.payload import MAX_BODY_BYTES
from domain.refusals.general import BODY_TOO_LARGE
from domain.refusals.intake import PAYLOAD_INCOMPLETE, PAYLOAD_NOT_UNDERSTOOD, PAYLOAD_TOO_COMPLEX, PAYLOAD_UNREADABLE
from domain.refusals.kinds import Kind, Refusal
from tests.domain.intake.support import CHANNELS, body, headers, read_body, sample_names

DECLARED = {BODY_TOO_LARGE, PAYLOAD_INCOMPLETE, PAYLOAD_NOT_UNDERSTOOD, PAYLOAD_TOO_COMPLEX, PAYLOAD_UNREADABLE}
CASES = [(channel, name) for channel in CHANNELS for name in sample_names(channel)]
BODIES = {case: body(*case) for case in CASES}

HOSTILE: st.SearchStrategy[Any] = st.sampled_from(
    [
        None, True, False, 0, -1, 10**50, 1e300, 0.1, "", "  ", "\x00", "\ud800", "NaN", "-5", "9" * 100,
        [], {}, [[]], {"a": {"b": [1]}}, ["x"], "送" * 300, "送手套1个、" * 200, "赠品" * 500,
        "12月31日前送", "12.3前发" * 200, "(" * 500, "x" * 50_000,
        "2026-13-45 99:99:99", "0000-00-00", "9999-12-31T23:59:59Z", "<script>", "'; drop table orders; --",
        "=cmd|' /C calc'!A0", "free mug " * 200, "https://x/?a=" + "%" * 300,
    ]
)  # fmt: skip


def outcome(channel: str, content: bytes, given_headers: dict[str, str]) -> Any:
    """The meaning, or the kind of the refusal. Any other exception is what these tests look for."""
    try:
        meaning = read_body(channel, content, given_headers)
    except Refusal as refusal:
        return refusal.kind if refusal.kind in DECLARED and refusal.detail.zh else pytest.fail(str(refusal.kind))
    json.dumps(meaning.content, ensure_ascii=False).encode()
    return meaning


def places(tree: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [at, *(place for key, child in children for place in places(child, (*at, key)))]


@st.composite
def damaged_trees(draw: st.DrawFn) -> tuple[str, bytes, dict[str, str]]:
    channel, name = draw(st.sampled_from([case for case in CASES if BODIES[case].startswith(b"{")]))
    tree = json.loads(BODIES[channel, name])
    for _ in range(draw(st.integers(1, 4))):
        inner = [at for at in places(tree) if at]
        if not inner:
            break
        place = draw(st.sampled_from(inner))
        parent = tree
        for key in place[:-1]:
            parent = parent[key]
        how = draw(st.integers(0, 3))
        if how == 0 and isinstance(parent, dict):
            del parent[place[-1]]
        elif how == 1:
            parent[place[-1]] = [copy.deepcopy(parent[place[-1]])] * draw(st.integers(0, 4))
        else:
            parent[place[-1]] = copy.deepcopy(draw(HOSTILE))
    content = json.dumps(tree, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    return channel, content, headers(channel, name)


@st.composite
def damaged_bytes(draw: st.DrawFn) -> tuple[str, bytes, dict[str, str]]:
    case = draw(st.sampled_from(CASES))
    content = bytearray(BODIES[case])
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(content)))
        how = draw(st.integers(0, 3))
        if how == 0:
            del content[place:]
        elif how == 1:
            del content[place : place + draw(st.integers(1, 60))]
        elif how == 2:
            content[place : place + 1] = draw(st.binary(min_size=0, max_size=4))
        else:
            content[place:place] = draw(
                st.sampled_from([b"{", b"[" * 100, b'"', b"\xff\xfe", b"<!DOCTYPE a>", b"&lol;", b"\x00"])
            )
    kind = draw(
        st.sampled_from(["application/json", "text/xml", "", "application/json; charset=gbk", "x; charset=utf-7"])
    )
    return case[0], bytes(content), {**headers(*case), "Content-Type": kind}


@given(damaged_trees())
def test_damaged_trees(sent: tuple[str, bytes, dict[str, str]]) -> None:
    assert outcome(*sent) == outcome(*sent)


@given(damaged_bytes())
def test_damaged_bytes(sent: tuple[str, bytes, dict[str, str]]) -> None:
    assert outcome(*sent) == outcome(*sent)


@given(st.sampled_from(CHANNELS), st.binary(max_size=300), st.dictionaries(st.text(max_size=30), st.text(max_size=30)))
def test_any_bytes_at_all(channel: str, content: bytes, told: dict[str, str]) -> None:
    outcome(channel, content, told)


@given(st.sampled_from(CASES), st.text(max_size=400), st.text(max_size=400))
def test_any_remark_at_all(case: tuple[str, str], buyer: str, seller: str) -> None:
    channel, name = case
    if not BODIES[case].startswith(b"{"):
        return
    tree = json.loads(BODIES[case])
    trade = tree.get("trade_fullinfo_get_response", {}).get("trade", tree)
    trade |= {"buyer_message": buyer, "seller_memo": seller, "note": buyer}
    outcome(channel, json.dumps(tree).encode(), headers(channel, name))


NASTY: list[tuple[str, bytes, Kind]] = [
    ("taobao", b"", PAYLOAD_UNREADABLE),
    ("taobao", b"null", PAYLOAD_NOT_UNDERSTOOD),
    ("taobao", b"[]", PAYLOAD_NOT_UNDERSTOOD),
    ("taobao", b'"text"', PAYLOAD_NOT_UNDERSTOOD),
    ("taobao", b"\xff\xff", PAYLOAD_UNREADABLE),
    ("taobao", b"{" * 100_000, PAYLOAD_UNREADABLE),
    ("taobao", b"[" * 1_000 + b"]" * 1_000, PAYLOAD_UNREADABLE),
    ("taobao", b'{"a":' + b"9" * 10_000 + b"}", PAYLOAD_UNREADABLE),
    ("taobao", b'{"a":1e999999999}', PAYLOAD_UNREADABLE),
    ("taobao", b'{"a":NaN}', PAYLOAD_UNREADABLE),
    ("taobao", b" " * (MAX_BODY_BYTES + 1), BODY_TOO_LARGE),
    ("taobao", b"<a>" * 200 + b"</a>" * 200, PAYLOAD_UNREADABLE),
    ("taobao", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', PAYLOAD_UNREADABLE),
    ("taobao", b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', PAYLOAD_UNREADABLE),
    ("taobao", b"<trade_fullinfo_get_response><trade><tid>1</tid></trade>", PAYLOAD_UNREADABLE),
    ("taobao", b'<?xml version="1.0" encoding="klingon"?><a/>', PAYLOAD_UNREADABLE),
    ("shopify", b"<order/>", PAYLOAD_UNREADABLE),
]


@pytest.mark.parametrize(("channel", "content", "kind"), NASTY, ids=range(len(NASTY)))
def test_nasty_bodies_are_refused_with_a_reason(channel: str, content: bytes, kind: Kind) -> None:
    assert outcome(channel, content, {}) == kind


def test_more_lines_than_anybody_orders() -> None:
    line = {"id": 1, "title": "x", "quantity": 1, "price": "1.00"}
    content = json.dumps({"id": 1, "line_items": [line] * 1_001}).encode()
    assert outcome("shopify", content, {"X-Shopify-Topic": "orders/create"}) == PAYLOAD_TOO_COMPLEX


def test_xml_in_a_chinese_encoding() -> None:
    utf8 = body("taobao", "fullinfo_single_item")
    gbk = utf8.decode().replace('encoding="utf-8"', 'encoding="GBK"').encode("gb18030")
    assert read_body("taobao", gbk) == read_body("taobao", utf8)


def test_json_in_a_chinese_encoding_and_with_a_byte_order_mark() -> None:
    utf8 = body("taobao", "fullinfo_seller_memo_gift_and_date")
    gbk = {"Content-Type": "application/json; charset=GBK"}
    assert read_body("taobao", utf8.decode().encode("gb18030"), gbk) == read_body("taobao", utf8)
    assert read_body("taobao", b"\xef\xbb\xbf" + utf8) == read_body("taobao", utf8)
    assert read_body("taobao", utf8.decode().encode("utf-16")) == read_body("taobao", utf8)
