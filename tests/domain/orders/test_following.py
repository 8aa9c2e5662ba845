"""Work orders follow what is ordered: whatever the change, they make what the line asks for, and nothing is unmade."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.orders.following import WorkOrder, follow, substitutes
from tests.makers import a_line

MADE_HERE = frozenset({"RAD-1"})
QUANTITIES = st.integers(min_value=0, max_value=40).map(Decimal)


@st.composite
def some_work(draw: st.DrawFn) -> list[WorkOrder]:
    """Work orders of one line in any state, each with no more made than it makes."""
    found = []
    for number in range(draw(st.integers(min_value=0, max_value=4))):
        quantity = Decimal(draw(st.integers(min_value=1, max_value=20)))
        state = draw(st.sampled_from(["released", "in_progress", "done", "cancelled"]))
        begun = state == "in_progress"
        made = Decimal(draw(st.integers(min_value=0, max_value=int(quantity)))) if begun else Decimal(0)
        found.append(
            WorkOrder(f"WO{number}", 1, "RAD-1", quantity, state, 1, made=quantity if state == "done" else made)
        )
    return found


@given(some_work(), QUANTITIES, QUANTITIES)
def test_what_is_covered_and_what_is_left_to_make_come_to_what_is_ordered(
    work: list[WorkOrder], before: Decimal, after: Decimal
) -> None:
    was, will = a_line(quantity=str(before)), a_line(quantity=str(after))
    following = follow([was], [will], work, MADE_HERE)
    stepped = {step.number: step for step in following.steps}
    covered = sum((stepped[one.number].after if one.number in stepped else one.quantity for one in work
                   if one.state != "cancelled"), Decimal(0))  # fmt: skip
    to_make, surplus = following.to_make.get(1, Decimal(0)), following.surplus.get(1, Decimal(0))
    assert covered + to_make - surplus == after
    assert not (to_make and surplus)
    for step in following.steps:
        # What is made stays as it is made, and is only told of.
        assert step.of.open or (step.kind in {"untouched", "kept"} and step.after == step.of.quantity)
        assert step.after >= step.of.made
        assert (step.kind == "remade") <= (not step.of.begun)
    # Nobody starts on more than is wanted: what nobody has begun never goes beyond what is ordered.
    fresh = sum((step.after for step in following.steps if step.kind != "cancelled" and not step.of.begun), Decimal(0))
    assert fresh <= after


def test_pieces_that_went_back_are_still_made_when_a_change_asks_for_nothing_else() -> None:
    work = [WorkOrder("WO1", 1, "RAD-1", Decimal(10), "in_progress", 1, made=Decimal(8))]
    line = a_line(quantity="1")
    (step,) = follow([line], [line], work, MADE_HERE).steps
    assert (step.kind, step.after) == ("untouched", Decimal(10))


def test_another_article_ends_the_old_work_and_asks_for_new() -> None:
    work = [WorkOrder("WO1", 1, "RAD-1", Decimal(5), "in_progress", 1, made=Decimal(2))]
    other = replace(a_line(quantity="5"), sku="RAD-2")
    following = follow([a_line(quantity="5")], [other], work, MADE_HERE | {"RAD-2"})
    assert [(step.kind, step.after) for step in following.steps] == [("cancelled", Decimal(2))]
    assert following.to_make == {1: Decimal(5)}


def test_what_is_not_of_the_shape_of_a_substitute_names_none() -> None:
    for odd in ("x", 1, {"TUBE": "x"}, {"TUBE": {"material": 1}}, {"TUBE": {"material": "A", "ratio": "NaN"}}):
        assert substitutes(replace(a_line(), technical={"substitutes": odd})) == {}
    named = substitutes(replace(a_line(), technical={"substitutes": {"TUBE": {"material": "A", "ratio": "1.5"}}}))
    assert (named["TUBE"].material, named["TUBE"].ratio) == ("A", Decimal("1.5"))
