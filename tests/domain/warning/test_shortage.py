"""Red orders: the rule in small, and as properties."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.warning.shortage import Need, Shortage, Standing, judge
from tests.makers import NOON, uid

LATER = NOON + timedelta(hours=1)


def standing(on_hand: str | None, reserved: str = "0", safety: str = "50", material: str = "CU") -> Standing:
    return Standing(material, None if on_hand is None else Decimal(on_hand), Decimal(reserved), Decimal(safety))


def need(order: int = 1, quantity: str = "7", material: str = "CU") -> Need:
    return Need(uid(order), material, Decimal(quantity))


def test_below_its_safety_level_a_material_makes_every_order_red_that_needs_it() -> None:
    verdict = judge([standing("49"), standing("50", material="AL")], [need(1), need(2), need(3, "1", "AL")], [], NOON)
    assert [(one.order_id, one.short_by, one.since) for one in verdict.red] == [
        (uid(1), Decimal(1), NOON),
        (uid(2), Decimal(1), NOON),
    ]


def test_what_is_set_aside_is_not_available() -> None:
    assert judge([standing("60", reserved="20")], [need()], [], NOON).red[0].short_by == Decimal(10)
    assert judge([standing("70", reserved="20")], [need()], [], NOON).red == []


def test_what_nobody_counted_is_not_short() -> None:
    assert standing(None).available is None
    assert judge([standing(None)], [need()], [], NOON).red == []


def test_a_shortage_that_goes_on_keeps_its_beginning_and_one_that_is_over_clears() -> None:
    first = judge([standing("40")], [need()], [], NOON).red
    worse = judge([standing("30")], [need()], first, LATER).red
    assert [(one.short_by, one.since) for one in worse] == [(Decimal(20), NOON)]
    assert judge([standing("30")], [need()], worse, LATER).red == []
    restored = judge([standing("50")], [need()], worse, LATER)
    assert (restored.red, restored.cleared) == ([], worse)


def test_an_order_that_no_longer_needs_it_clears() -> None:
    red = judge([standing("40")], [need()], [], NOON).red
    assert judge([standing("40")], [], red, LATER).cleared == red


amounts = st.integers(0, 100).map(Decimal)
materials = st.sampled_from(["CU", "AL", "ST"])


@given(
    st.dictionaries(materials, st.tuples(st.none() | amounts, amounts, amounts)),
    st.lists(st.tuples(st.integers(1, 4), materials, amounts)),
    st.lists(st.tuples(st.integers(1, 4), materials, amounts), unique_by=lambda row: row[:2]),
)
def test_after_the_verdict_exactly_the_orders_in_need_of_a_short_material_are_red(
    stock: dict[str, Any], wanted: list[Any], before: list[Any]
) -> None:
    standings = [Standing(name, *figures) for name, figures in stock.items()]
    needs = [Need(uid(order), name, quantity) for order, name, quantity in wanted]
    present = [Shortage(uid(order), name, quantity, Decimal(1), NOON) for order, name, quantity in before]
    verdict = judge(standings, needs, present, LATER)
    after = {(one.order_id, one.material): one for one in present}
    for gone in verdict.cleared:
        del after[gone.order_id, gone.material]
    after |= {(one.order_id, one.material): one for one in verdict.red}
    short = {one.material for one in standings if one.short_by > 0}
    assert set(after) == {(one.order_id, one.material) for one in needs if one.material in short}
    assert judge(standings, needs, list(after.values()), LATER).red == []
