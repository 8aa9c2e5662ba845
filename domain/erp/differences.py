"""Where an ERP and this house disagree on an order, and what the kinds of disagreement are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.orders.money import money_text, round_amount
from domain.text import Text

KINDS: Mapping[str, Text] = {
    "order_missing": Text("ERP 中没有该订单", "the ERP does not have the order"),
    "order_cancelled": Text("ERP 中订单已作废", "the order is cancelled in the ERP"),
    "currency_differs": Text("币种不同", "the currency differs"),
    "sum_differs": Text("金额不同", "the sum differs"),
    "not_told": Text("无法写入 ERP", "the ERP did not take the order"),
    "material_unknown": Text("有库存而本系统没有的物料", "in stock there, and no article here"),
    "entry_unknown": Text("凭证所属订单本系统没有", "a document of an order that is not here"),
}


@dataclass(frozen=True, slots=True)
class OrderHere:
    """An order as this house has it; `goods` is what its lines come to."""

    order_no: str
    total: Decimal
    goods: Decimal
    currency: str
    tax_included: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One disagreement: about what, and what each side says. None: that side has nothing."""

    kind: str
    subject: str
    here: str | None
    there: str | None


@dataclass(frozen=True, slots=True)
class OrderThere:
    """An order as the ERP has it; `amounts` are those that may be meant by what its goods come to."""

    number: str
    amounts: Sequence[Decimal]
    currency: str
    cancelled: bool = False


def order_differences(here: Iterable[OrderHere], there: Mapping[str, OrderThere]) -> Iterator[Difference]:
    """At most one for an order: the first that somebody has to look at."""
    for order in here:
        found = there.get(order.order_no)
        if found is None:
            yield Difference("order_missing", order.order_no, _sum(order.goods, order.currency), None)
        elif found.cancelled:
            yield Difference("order_cancelled", order.order_no, _sum(order.goods, order.currency), None)
        elif found.currency != order.currency:
            yield Difference("currency_differs", order.order_no, order.currency, found.currency)
        elif not _agrees(order, found):
            said = _sum(found.amounts[0], found.currency) if found.amounts else None
            yield Difference("sum_differs", order.order_no, _sum(order.goods, order.currency), said)


def _agrees(order: OrderHere, found: OrderThere) -> bool:
    """What was told is what the lines come to; an ERP that charges freight and tax itself may hold the total."""
    said = {round_amount(amount, order.currency) for amount in found.amounts}
    return order.goods in said or order.total in said


def _sum(amount: Decimal, currency: str) -> str:
    return f"{money_text(amount, currency)} {currency}"
