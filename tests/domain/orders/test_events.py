"""History is written in one way only, and any change of it shows."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.orders.events import FIRST_PREVIOUS_HASH, Event, StoredLink, canonical_text, chain_faults, chain_hash, seal
from tests.makers import NOON, uid

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def an_event(seq: int, prev_hash: str, **changes: Any) -> Event:
    plain = Event(
        id=uid(seq),
        order_no="SO100001",
        seq=seq,
        type="ActionPerformed",
        action="hold",
        from_stage="signed",
        to_stage="signed",
        held=False,
        actor={"kind": "user", "id": "1", "role": None},
        occurred_at=NOON,
        recorded_at=NOON,
        revision=1,
        workflow="standard@1",
        prev_hash=prev_hash,
    )
    return replace(plain, **changes)


def a_chain(length: int) -> list[StoredLink]:
    links, prev = [], FIRST_PREVIOUS_HASH
    for seq in range(1, length + 1):
        sealed = seal(an_event(seq, prev))
        links.append(StoredLink(seq, sealed.canonical, prev, sealed.hash, {"seq": seq, "to": "signed", "held": False}))
        prev = sealed.hash
    return links


def test_the_text_is_canonical() -> None:
    value = {"b": [Decimal("1.50"), NOON], "a": "报工", "c": {"z": 1, "y": None}}
    assert canonical_text(value) == '{"a":"报工","b":["1.5","2026-11-23T04:00:00.000000Z"],"c":{"y":null,"z":1}}'


def test_an_instant_is_written_in_utc_wherever_it_was_read() -> None:
    east = NOON.astimezone(timezone(timedelta(hours=8)))
    assert canonical_text({"at": east}) == canonical_text({"at": NOON})


@pytest.mark.parametrize("value", [1.5, float("nan"), object(), {1, 2}])
def test_what_has_no_exact_text_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="cannot stand in history"):
        canonical_text({"value": value})


@given(st.dictionaries(st.text(max_size=4), json_values, max_size=4))
def test_the_text_reads_back_as_what_was_written(value: dict[str, Any]) -> None:
    assert json.loads(canonical_text(value)) == value


def test_an_untouched_chain_holds() -> None:
    assert chain_faults(a_chain(6)) == []


def test_the_first_link_begins_with_zeros() -> None:
    link = a_chain(1)[0]
    assert link.hash == chain_hash("0" * 64, link.canonical)


@given(st.integers(0, 5), st.sampled_from(["text", "hash", "prev", "column", "drop"]))
def test_any_single_change_is_found_where_it_is(place: int, kind: str) -> None:
    links = a_chain(6)
    if kind == "drop":
        del links[place]
        if place == len(links):  # the tail: only the order's own head can tell
            return
    else:
        link = links[place]
        links[place] = {
            "text": replace(link, canonical=link.canonical.replace("hold", "cancel")),
            "hash": replace(link, hash="f" * 64),
            "prev": replace(link, prev_hash="e" * 64),
            "column": replace(link, columns={"to": "delivered"}),
        }[kind]
    faults = chain_faults(links)
    assert faults
    assert faults[0].seq in {place + 1, place + 2}


def test_swapping_two_events_is_found() -> None:
    links = a_chain(4)
    links[1], links[2] = links[2], links[1]
    assert {fault.seq for fault in chain_faults(links)} >= {2, 3}


def test_when_it_happened_and_when_it_was_recorded_are_both_kept() -> None:
    sealed = seal(an_event(1, FIRST_PREVIOUS_HASH, occurred_at=datetime(2026, 11, 20, tzinfo=UTC)))
    body = json.loads(sealed.canonical)
    assert (body["occurred_at"], body["recorded_at"]) == ("2026-11-20T00:00:00.000000Z", "2026-11-23T04:00:00.000000Z")
