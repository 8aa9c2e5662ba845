"""Before work begins an order may be edited; what changed stands in its history."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.orders.editing import edit, merged, touched, unknown_fields
from domain.refusals.kinds import Refusal
from tests.makers import a_line, an_order


def refusal(patch: dict[str, Any], **order: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        edit(an_order(**order), patch)
    return refused.value


def test_a_new_quantity_changes_amount_and_total() -> None:
    edited = edit(an_order(), {"lines": [{"line": 1, "quantity": Decimal(3)}]})
    assert (edited.order.lines[0].amount, edited.order.total) == (Decimal("300.00"), Decimal("300.00"))
    assert edited.changed["lines"] == [{"line": 1, "quantity": ["2", "3"], "amount": ["200", "300"]}]


def test_a_line_that_is_not_named_stays() -> None:
    order = an_order(lines=(a_line(1), a_line(2)))
    assert edit(order, {"lines": [{"line": 2, "technical": {"ral": "9016"}}]}).order.lines[0] == order.lines[0]


def test_the_next_number_adds_a_line() -> None:
    new = {"line": 2, "name": "挂架", "quantity": Decimal(4), "unit_price": Decimal("12.50")}
    assert edit(an_order(), {"lines": [new]}).order.total == Decimal("250.00")


def test_a_total_that_does_not_fit_is_refused() -> None:
    assert refusal({"total": Decimal("1.00")}).code == "amounts_do_not_add_up"


def test_nothing_is_edited_once_work_has_begun() -> None:
    assert refusal({"priority": 3}, category="in_production").code == "change_required"


def test_an_unknown_field_is_named() -> None:
    refused = refusal({"lines": [{"line": 1, "colour": "red"}]})
    assert (refused.code, refused.fields[0].pointer) == ("field_unknown", "/lines/0/colour")


def test_history_does_not_repeat_free_text() -> None:
    assert edit(an_order(), {"notes": {"internal": "call Mr Wang"}}).changed == {"notes": []}


def test_touched_fields_have_pointers() -> None:
    patch = {"priority": 1, "lines": [{"line": 1, "unit_price": "2"}]}
    assert list(touched(patch)) == [("/priority", "priority"), ("/lines/0/unit_price", "unit_price")]
    assert unknown_fields(patch) == []


documents = st.recursive(
    st.integers() | st.text(max_size=3),
    lambda inner: st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=2), documents), st.dictionaries(st.text(max_size=2), st.none() | documents))
def test_a_merge_patch_applied_twice_is_applied_once(before: dict[str, Any], patch: dict[str, Any]) -> None:
    once = merged(before, patch)
    assert merged(once, patch) == once
    assert all(name not in once for name, value in patch.items() if value is None)
