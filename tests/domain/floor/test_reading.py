"""Whatever a device sends is read or told why not; nothing that is sent makes the reader raise."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.floor.reading import KINDS, Report, Unreadable, read_report, report_schema

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def sent(kind: str = "complete", **changes: Any) -> dict[str, Any]:
    body = {"work_order": "WO1", "operation": "OP10", "good": "28"}
    plain = {"id": str(uuid4()), "v": 1, "seq": 7, "by": None, "kind": kind, "occurred_at": "2026-11-23T01:00:00Z"}
    return {**plain, "body": body, **changes}


def test_a_report_is_read_and_what_a_newer_app_adds_is_passed_over() -> None:
    raw = sent()
    raw["body"]["mood"] = "good"
    read = read_report(raw)
    assert isinstance(read, Report)
    assert (read.seq, read.kind, str(read.body["good"]), "mood" in read.body) == (7, "complete", "28", False)
    assert read.raw["body"]["mood"] == "good"


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"body": {}}, ["/body/work_order", "/body/operation", "/body/good"]),
        ({"body": {"work_order": "WO1", "operation": "OP10", "good": 28}}, ["/body/good"]),
        ({"body": {"work_order": "WO1", "operation": "OP10", "good": "-1"}}, ["/body/good"]),
        ({"body": {"work_order": "WO1", "operation": "OP10", "good": "1e5"}}, ["/body/good"]),
        ({"body": []}, ["/body"]),
        ({"occurred_at": "yesterday"}, ["/occurred_at"]),
        ({"occurred_at": "9999-12-31T23:59:59Z"}, ["/occurred_at"]),
        ({"seq": 0}, ["/seq"]),
        ({"id": "x"}, ["/id"]),
    ],
)
def test_what_cannot_be_read_is_named_by_pointer(changes: dict[str, Any], pointers: list[str]) -> None:
    read = read_report(sent(**changes))
    assert isinstance(read, Unreadable)
    assert [field.pointer for field in read.refusal.fields] == pointers


@given(json_values)
def test_nothing_that_is_sent_makes_the_reader_raise(raw: Any) -> None:
    assert isinstance(read_report(raw), Report | Unreadable)


@given(st.sampled_from(sorted(KINDS)), json_values)
def test_nor_does_any_body_of_any_kind(kind: str, body: Any) -> None:
    read = read_report(sent(kind, body=body))
    assert read.id is not None


def test_the_fingerprint_is_the_same_in_whatever_order_the_names_stand() -> None:
    raw = sent()
    assert read_report(raw).fingerprint == read_report(dict(reversed(raw.items()))).fingerprint
    assert read_report(raw).fingerprint != read_report({**raw, "seq": 8}).fingerprint


@pytest.mark.parametrize("schema", report_schema()["oneOf"], ids=lambda schema: schema["title"])
def test_every_kind_is_told_as_a_schema_that_compiles(schema: dict[str, Any]) -> None:
    assert schema["properties"]["body"]["type"] == "object"
