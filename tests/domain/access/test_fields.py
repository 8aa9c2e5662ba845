from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access.actor import NOBODY, Actor, system
from domain.access.fields import (
    FIELDS,
    ClosedField,
    hidden_fields,
    secrets_written,
    strip,
    unreadable_question,
    unwritable,
    written_between,
)
from domain.access.roles import ROLES, rights_of

PRICES = {"unit_price", "amount", "discounts", "fees", "shipping", "tax", "total"}
COSTS = {"cost", "margin", "unit_cost", "unit_cost_difference", "order_cost_difference", "margin_after"}
READS_PRICES = {"sales", "design", "finance", "management", "admin"}
READS_COSTS = {"finance", "management", "admin"}
CHAIN = {"canonical", "hash", "prev_hash", "head_hash"}
VERBATIM = {"original", "explanations"}
# How likely we are late is told to the staff alone, and reckoned by nobody but the system.
FORETOLD = {"late_probability"}
FEE = ClosedField("extension", "export", "agent_fee", frozenset({"finance"}))


def _in(*roles: str) -> Actor:
    return Actor("user", "1", "x", frozenset(roles), rights_of(roles))


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_not_read(role: str) -> None:
    hidden = set() if role in READS_PRICES else set(PRICES)
    hidden |= set() if role in READS_COSTS else COSTS
    assert hidden_fields(_in(role)) == hidden | (CHAIN if hidden else set()) | (VERBATIM if hidden & PRICES else set())


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_not_write(role: str) -> None:
    refused = unwritable(_in(role), FIELDS)
    assert PRICES & refused == (set() if role == "sales" else PRICES)
    assert COSTS & refused == (set() if role == "finance" else COSTS)


def test_a_designer_edits_technical_parameters_and_nothing_that_was_agreed() -> None:
    asked = {"technical", "options", "quantity", "promised_date", "unit_price", "cost", "glass_colour"}
    assert unwritable(_in("design"), asked) == {"quantity", "promised_date", "unit_price", "cost"}


def test_roles_add_up() -> None:
    assert hidden_fields(_in("driver", "finance")) == frozenset()
    assert unwritable(_in("sales", "finance"), FIELDS) == FORETOLD


def test_the_own_customer_sees_prices_and_never_costs() -> None:
    assert hidden_fields(Actor("customer", "1", "x")) == COSTS | CHAIN | FORETOLD


@pytest.mark.parametrize("actor", [None, NOBODY, Actor("key", "1", "x"), Actor("device", "1", "x"), _in("emperor")])
def test_whoever_has_no_role_sees_no_money_at_all(actor: Actor | None) -> None:
    assert hidden_fields(actor) == PRICES | COSTS | CHAIN | VERBATIM | FORETOLD


def test_a_customer_role_on_a_staff_member_would_be_no_way_around() -> None:
    assert (
        hidden_fields(Actor("user", "1", "x", rights=frozenset({"admin.all"})))
        == PRICES | COSTS | CHAIN | VERBATIM | FORETOLD
    )


def test_the_system_reads_and_writes_everything() -> None:
    assert hidden_fields(system("worker")) == frozenset()
    assert unwritable(system("worker"), FIELDS) == frozenset()


def test_nothing_is_filtered_by_what_is_hidden() -> None:
    quality, sales = hidden_fields(_in("quality")), hidden_fields(_in("sales"), frozenset({FEE}))
    assert unreadable_question(quality, ["total", "-total", "total_min", "cost.gt", "stage"]) == [
        *("total", "-total", "total_min", "cost.gt")
    ]
    assert unreadable_question(sales, ["total", "margin", "x.agent_fee", "x.port"]) == ["margin", "x.agent_fee"]
    assert unreadable_question(hidden_fields(_in("finance"), frozenset({FEE})), ["margin", "x.agent_fee"]) == []


def test_stripping_drops_names_at_every_depth_and_keeps_the_rest() -> None:
    value = {
        "order_no": "SO1",
        "total": "360.00",
        "lines": [{"line": 1, "unit_price": "180.00", "quantity": "2", "options": {"cost": "1"}}],
        "event": {"payload": {"changed": {"total": ["1", "2"], "lines": [{"line": 1, "amount": ["1", "2"]}]}}},
    }
    assert strip(value, frozenset(PRICES | COSTS)) == {
        "order_no": "SO1",
        "lines": [{"line": 1, "quantity": "2", "options": {}}],
        "event": {"payload": {"changed": {"lines": [{"line": 1}]}}},
    }


def test_stripping_leaves_the_value_itself_alone() -> None:
    value = {"total": "1", "lines": ({"amount": "1"},)}
    assert strip(value, frozenset()) is value
    strip(value, frozenset({"total"}))
    assert value == {"total": "1", "lines": ({"amount": "1"},)}


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*FIELDS, "stage", "x"]), inner),
    max_leaves=20,
)


def _names(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(_names, value.values()))
    return set().union(*map(_names, value)) if isinstance(value, list) else set()


@given(_json, st.sampled_from(sorted(ROLES)))
def test_no_hidden_name_survives_anywhere(value: Any, role: str) -> None:
    hidden = hidden_fields(_in(role))
    assert not _names(strip(value, hidden)) & hidden


def test_what_a_document_closes_is_dropped_where_it_stands() -> None:
    hidden = hidden_fields(_in("admin"), frozenset({FEE, ClosedField("payload", "inspect", "score", frozenset())}))
    assert {"extension[export].agent_fee", "payload[inspect].score", "canonical", "original"} <= hidden
    told = {
        "export": {"order_type": "export", "extension": {"agent_fee": "7", "port": "Ningbo"}, "total": "1"},
        "other": {"order_type": "other", "extension": {"agent_fee": "7"}},
        "edited": {"action": None, "payload": {"changed": {"extension": [{"agent_fee": "7"}, {"agent_fee": "8"}]}}},
        "changed": {"fields": {"extension": {"before": {"agent_fee": "7"}, "after": {"agent_fee": "8"}, "en": "x"}}},
        "inspected": {"action": "inspect", "payload": {"score": 1, "note": "x"}},
        "moved": {"action": "move", "payload": {"score": 1}},
        "meaning": {"order_type": "export", "agent_fee": "7", "port": "Ningbo"},
    }
    assert strip(told, hidden) == {
        "export": {"order_type": "export", "extension": {"port": "Ningbo"}, "total": "1"},
        "other": {"order_type": "other", "extension": {"agent_fee": "7"}},
        "edited": {"action": None, "payload": {"changed": {"extension": [{}, {}]}}},
        "changed": {"fields": {"extension": {"before": {}, "after": {}, "en": "x"}}},
        "inspected": {"action": "inspect", "payload": {"note": "x"}},
        "moved": {"action": "move", "payload": {"score": 1}},
        "meaning": {"order_type": "export", "port": "Ningbo"},
    }


def test_a_field_that_a_document_opens_to_nobody_is_seen_by_nobody_but_the_system() -> None:
    closed = frozenset({ClosedField("extension", "export", "agent_fee", frozenset())})
    assert "extension[export].agent_fee" in hidden_fields(_in(*ROLES), closed)
    assert hidden_fields(system("worker"), closed) == frozenset()


def test_money_in_a_free_payload_is_found_however_deep() -> None:
    payload = {"note": "x", "lines": [{"line": 1, "unit_price": "1"}], "a": {"b/c": {"cost": "1"}}}
    assert secrets_written(frozenset({"driver"}), payload, "") == ["/lines/0/unit_price", "/a/b~1c/cost"]
    assert secrets_written(frozenset({"sales"}), payload, "") == ["/a/b~1c/cost"]


def test_a_correction_is_told_by_the_fields_that_differ() -> None:
    before = {"total": "1", "lines": [{"name": "a", "unit_price": "1"}], "notes": {"buyer": "x"}, "shop": "s"}
    after = {"total": "1", "lines": [{"name": "a", "unit_price": "2"}, {"name": "b"}], "notes": {}, "shop": "t"}
    assert set(written_between(before, after, "/meaning")) == {
        ("/meaning/lines/0/unit_price", "unit_price"),
        ("/meaning/lines/1/name", "name"),
        ("/meaning/notes", "notes"),
    }
