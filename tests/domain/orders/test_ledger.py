from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from domain.orders.ledger import Ledger
from tests.makers import a_line, an_order


def told(kind: str, action: str | None = None, **payload: Any) -> dict[str, Any]:
    return {"type": kind, "action": action, "payload": payload}


OPENED = told("OrderOpened", total="300", lines=[{"line": 1, "quantity": "2"}, {"line": 2, "quantity": "1"}])
LINES = (a_line(1, "2"), a_line(2, "1"))


def a_ledger(*events: dict[str, Any]) -> Ledger:
    ledger = Ledger()
    for event in (OPENED, *events):
        ledger.take(event, ships_rest=False)
    return ledger


def one_line(action: str, quantity: str) -> dict[str, Any]:
    return told("ActionPerformed", action, lines=[{"line": 1, "quantity": quantity}])


def test_an_order_as_it_was_opened_has_no_problem() -> None:
    assert not list(a_ledger().problems(an_order(lines=LINES)))


def test_counts_what_was_shipped_and_returned() -> None:
    ledger = a_ledger(one_line("ship_part", "1.5"), one_line("receive_return", "0.5"))
    line = a_line(1, "2", shipped_quantity=Decimal("1.5"), returned_quantity=Decimal("0.5"))
    assert not list(ledger.problems(an_order(lines=(line, LINES[1]))))
    assert list(ledger.problems(an_order(lines=LINES))) == [
        "line 1 is 2 / 0 / 0, its history says 2 / 1.5 / 0.5 (ordered, shipped, returned)"
    ]


def test_shipping_the_rest_ships_every_line() -> None:
    ledger = a_ledger(one_line("ship_part", "1"))
    ledger.take(told("ActionPerformed", "dispatch"), ships_rest=True)
    lines = (a_line(1, "2", shipped_quantity=Decimal(2)), a_line(2, "1", shipped_quantity=Decimal(1)))
    assert not list(ledger.problems(an_order(lines=lines)))


def test_an_edit_says_quantities_and_total_anew() -> None:
    edited = told("OrderEdited", changed={"total": ["300", "500"], "lines": [{"line": 1, "quantity": ["2", "4"]}]})
    ledger = a_ledger(edited)
    assert not list(ledger.problems(an_order(lines=(a_line(1, "4"), LINES[1]))))
    assert "the order's total is 300.00, its history says 500" in list(ledger.problems(an_order(lines=LINES)))


def test_a_split_takes_its_part_and_leaves_the_total_open() -> None:
    ledger = a_ledger(one_line("split", "1"))
    assert (ledger.splits, ledger.total) == (1, None)
    assert not list(ledger.problems(an_order(lines=(a_line(1, "1"), LINES[1]), total=Decimal(7))))


def test_a_part_begins_with_what_its_parent_gave() -> None:
    ledger = Ledger(ordered=defaultdict(Decimal, {1: Decimal(1)}))
    ledger.take(told("OrderSplitOff", parent_no="SO1"), ships_rest=False)
    assert not list(ledger.problems(an_order(lines=(a_line(1, "1"),))))


def test_a_line_that_is_gone_and_one_too_many_are_told() -> None:
    ledger = a_ledger()
    assert list(ledger.problems(an_order(lines=(LINES[0], a_line(3, "1")), total=Decimal(300)))) == [
        "line 2 is missing, its history says 1 / 0 / 0 (ordered, shipped, returned)",
        "line 3 is 1 / 0 / 0, its history says 0 / 0 / 0 (ordered, shipped, returned)",
    ]
