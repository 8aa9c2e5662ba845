from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.body import DEEPEST, parse_json
from domain.refusals.kinds import Refusal


def refused(body: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        parse_json(body)
    return caught.value


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{}", {}),
        (b"\xef\xbb\xbf[1]", [1]),
        ('{"名":"值"}'.encode(), {"名": "值"}),
        (rb'"\ud83d\ude00"', "😀"),
        (rb'"\\u0000"', r"\u0000"),
        (b'"12345678901234567890123"', "12345678901234567890123"),
        (b"9223372036854775807", 2**63 - 1),
        (b"-9223372036854775807", -(2**63) + 1),
    ],
)
def test_what_can_be_kept_is_read(body: bytes, value: Any) -> None:
    assert parse_json(body) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"a":1}x',
        b"\xff\xfe",
        b'"\xed\xa0\x80"',
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b'{"price":1,"price":2}',
        b'[{"a":{"b":1,"b":1}}]',
        b'"\x00"',
        b'"\n"',
        b"9" * 5000,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1),
        b"[" + b"[]," * 50 + b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1) + b"]",
        b"\xef\xbb\xbf\xef\xbb\xbf1",
        "[1]".encode("utf-16"),
    ],
)
def test_what_cannot_be_read_is_malformed(body: bytes) -> None:
    assert refused(body).code == "malformed_request"


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (rb'{"a":["x\u0000"]}', "/a/0", "not_clean_text"),
        (rb'{"a\u0000":1}', "/", "not_clean_text"),
        (rb'{"a":{"b\u0000":1}}', "/a", "not_clean_text"),
        (rb'{"a/b":"\ud800"}', "/a~1b", "not_clean_text"),
        (rb'"\udc00\ud800"', "/", "not_clean_text"),
        (b'{"a":1.5}', "/a", "not_exact"),
        (b'{"a":[1e2]}', "/a/0", "not_exact"),
        (b'{"a":1e999}', "/a", "not_exact"),
        (b'{"a":-0.0}', "/a", "not_exact"),
        (b'{"a":9223372036854775808}', "/a", "not_exact"),
        (b'{"a":123456789012345678901234567890}', "/a", "not_exact"),
    ],
)
def test_what_cannot_be_kept_is_named(body: bytes, pointer: str, code: str) -> None:
    refusal = refused(body)
    assert refusal.code == "field_invalid"
    assert [(field.pointer, field.code) for field in refusal.fields] == [(pointer, code)]


def test_a_body_as_deep_as_allowed_is_read() -> None:
    assert parse_json(b"[" * DEEPEST + b"]" * DEEPEST)


def test_a_thousand_faults_are_told_by_the_first_twenty() -> None:
    assert len(refused(b"[" + b"1.5," * 1000 + b"1]").fields) == 20


@given(st.binary(max_size=60))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    with contextlib.suppress(Refusal):
        parse_json(body)
