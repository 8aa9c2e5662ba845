"""The amounts that people and systems state for a whole order: whole minor units, so that what is shown adds up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from domain.orders.money import is_too_fine
from domain.orders.order import Order
from domain.refusals.general import FIELD_INVALID
from domain.refusals.kinds import FieldProblem
from domain.text import Text

_TOO_FINE = Text("比币种的最小单位还细", "finer than the currency's minor unit")


def insist_on_whole_minor_units(order: Order) -> None:
    """Raises FIELD_INVALID that names each amount with a part below the minor unit; prices per unit may have one."""
    bad = [pointer for pointer, amount in _stated(order) if is_too_fine(amount, order.currency)]
    if bad:
        raise FIELD_INVALID(*(FieldProblem(at, "too_fine", _TOO_FINE) for at in bad), summary=", ".join(bad[:10]))


def _stated(order: Order) -> Iterator[tuple[str, Decimal]]:
    for name in ("discounts", "fees"):
        for index, item in enumerate(getattr(order, name)):
            yield f"/{name}/{index}/amount", Decimal(item["amount"])
    for name in ("shipping", "tax", "cost", "margin"):
        amount = getattr(order, name)
        if amount is not None:
            yield f"/{name}", amount
