from __future__ import annotations

from decimal import Decimal

import pytest

from domain.products.bill import BillLine, bill_problems, needed

TUBE = BillLine("RAD", 1, "CU.T", Decimal("6.2"))
CAPS = BillLine("RAD", 2, "AL.E", Decimal(4))


def test_multiplies_what_goes_into_each_product() -> None:
    towel = BillLine("TWR", 1, "CU.T", Decimal("0.5"))
    wanted = {"RAD": Decimal(10), "TWR": Decimal(2), "MUG": Decimal(5)}
    assert needed([TUBE, CAPS, towel], wanted) == {"CU.T": Decimal("63.0"), "AL.E": Decimal(40)}


def test_goes_down_through_what_is_made_here_too() -> None:
    kit = BillLine("SET", 1, "RAD", Decimal(2))
    assert needed([kit, TUBE], {"SET": Decimal(3)}) == {"CU.T": Decimal("37.2")}


def test_sound_bills_have_no_problems() -> None:
    assert not list(bill_problems([TUBE, CAPS], {"RAD", "CU.T", "AL.E"}))


@pytest.mark.parametrize(
    ("bill", "pointer", "code"),
    [
        (BillLine("RAD", 3, "GOLD", Decimal(1)), "/bills/1/material", "unknown_reference"),
        (BillLine("LAMP", 3, "CU.T", Decimal(1)), "/bills/1/product", "unknown_reference"),
        (BillLine("RAD", 3, "AL.E", Decimal(0)), "/bills/1/quantity", "invalid"),
        (BillLine("RAD", 1, "AL.E", Decimal(1)), "/bills/1/line", "duplicate"),
        (BillLine("RAD", 3, "RAD", Decimal(1)), "/bills", "circular"),
        (BillLine("CU.T", 1, "RAD", Decimal(1)), "/bills", "circular"),
    ],
)
def test_names_what_is_wrong(bill: BillLine, pointer: str, code: str) -> None:
    found = {(problem.pointer, problem.code) for problem in bill_problems([TUBE, bill], {"RAD", "CU.T", "AL.E"})}
    assert found == {(pointer, code)}
