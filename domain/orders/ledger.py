"""What history alone says of an order's quantities and amount, counted event by event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from domain.orders.money import quantity_text
from domain.orders.order import Order


def _nothing() -> defaultdict[int, Decimal]:
    return defaultdict(Decimal)


@dataclass(slots=True)
class Ledger:
    """By line: how much was ordered, shipped and returned. `total` None: a split has shared it since it was told last.

    An order that was split off begins with the lines that its parent gave it (`ordered`).
    """

    ordered: defaultdict[int, Decimal] = field(default_factory=_nothing)
    shipped: defaultdict[int, Decimal] = field(default_factory=_nothing)
    returned: defaultdict[int, Decimal] = field(default_factory=_nothing)
    total: Decimal | None = None
    splits: int = 0

    def take(self, event: Mapping[str, Any], *, ships_rest: bool) -> None:
        """Count one event. `ships_rest`: its workflow ships with it whatever is left."""
        payload = event["payload"]
        match event["type"], event["action"]:
            case "OrderOpened", _:
                self.total = Decimal(payload["total"])
                self.ordered.update({line["line"]: Decimal(line["quantity"]) for line in payload["lines"]})
            case "OrderSplitOff", _:
                self.splits += 1
            case "OrderEdited" | "OrderChanged", _:
                self._edit(payload["changed"])
            case _, "split":
                self.splits, self.total = self.splits + 1, None
                self._count(self.ordered, payload, -1)
            case _, "ship_part":
                self._count(self.shipped, payload, 1)
            case _, "receive_return":
                self._count(self.returned, payload, 1)
        if ships_rest:
            self.shipped.update(self.ordered)

    def standing(self) -> tuple[bool, bool, bool]:
        """Whether anything is still to be shipped, has left the house, has come back."""
        shippable = any(quantity > self.shipped[line] for line, quantity in self.ordered.items())
        return shippable, any(self.shipped.values()), any(self.returned.values())

    def problems(self, order: Order) -> Iterator[str]:
        """Where the order as it is kept differs."""
        if self.total is not None and self.total != order.total:
            yield f"the order's total is {order.total:f}, its history says {self.total:f}"
        kept = {line.line: line for line in order.lines}
        for number in sorted(self.ordered.keys() | kept.keys()):
            line = kept.get(number)
            told = (self.ordered[number], self.shipped[number], self.returned[number])
            found = (line.quantity, line.shipped_quantity, line.returned_quantity) if line else None
            if found != told:
                yield f"line {number} is {_row(found)}, its history says {_row(told)} (ordered, shipped, returned)"

    def _edit(self, changed: Mapping[str, Any]) -> None:
        if "total" in changed:
            self.total = Decimal(changed["total"][1])
        for line in changed.get("lines", ()):
            if "quantity" in line:
                self.ordered[line["line"]] = Decimal(line["quantity"][1])

    @staticmethod
    def _count(column: defaultdict[int, Decimal], payload: Mapping[str, Any], sign: int) -> None:
        for line in payload["lines"]:
            column[line["line"]] += sign * Decimal(str(line["quantity"]))


def _row(values: tuple[Decimal, ...] | None) -> str:
    return "missing" if values is None else " / ".join(quantity_text(value) for value in values)
