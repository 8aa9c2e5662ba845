"""What the standard workflow is, said a second time and in another way: the reference that histories are held against.

Written from product.md and contract-shapes.md; it shares no code with the domain.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

CENT = Decimal("0.01")
STEPS: Mapping[str, Mapping[str, tuple[str, frozenset[str]]]] = {
    "signed": {"submit_review": ("in_review", frozenset({"sales"}))},
    "in_review": {"approve_review": ("scheduled", frozenset({"sales", "management"}))},
    "scheduled": {"start_production": ("in_production", frozenset({"production"}))},
    "in_production": {"completion_reported": ("awaiting_qc", frozenset({"production"}))},
    "awaiting_qc": {
        "pass_inspection": ("qc_passed", frozenset({"quality"})),
        "fail_inspection": ("in_production", frozenset({"quality"})),
    },
    "qc_passed": {"dispatch": ("shipped", frozenset({"warehouse"}))},
    "shipped": {"depart": ("in_transit", frozenset({"driver", "warehouse"}))},
    "in_transit": {"sign_delivery": ("delivered", frozenset({"driver", "warehouse"}))},
    "delivered": {},
    "cancelled": {},
}
NOT_STARTED = {"signed", "in_review", "scheduled"}
OPEN = set(STEPS) - {"delivered", "cancelled"}
CHECKED_OR_LATER = OPEN - NOT_STARTED - {"in_production"}
DESKS = frozenset({"sales", "production", "quality", "management"})
# Where each action of the engine exists, and who may do it.
ANYWHERE: Mapping[str, tuple[set[str], frozenset[str]]] = {
    "hold": (OPEN, DESKS),
    "release_hold": (OPEN, DESKS),
    "cancel": (OPEN, frozenset({"sales", "management"})),
    "split": (NOT_STARTED | {"in_production"}, frozenset({"sales", "management"})),
    "ship_part": (OPEN - NOT_STARTED, frozenset({"warehouse"})),
    "receive_return": (set(STEPS), frozenset({"warehouse", "quality"})),
    "open_rework": (CHECKED_OR_LATER | {"delivered"}, frozenset({"quality", "production"})),
}
ACTIONS = sorted({action for steps in STEPS.values() for action in steps} | set(ANYWHERE))


def cents(amount: Decimal) -> Decimal:
    """Half-even to the minor unit."""
    return amount.quantize(CENT, ROUND_HALF_EVEN)


@dataclass
class ModelLine:
    """One line: what was ordered, at what price, what it comes to, and where the goods are."""

    quantity: Decimal
    price: Decimal
    amount: Decimal
    shipped: Decimal = Decimal(0)
    returned: Decimal = Decimal(0)


class No(Exception):
    """A refusal, by its code."""

    @property
    def code(self) -> str:
        """The code."""
        return str(self.args[0])


@dataclass
class ModelOrder:
    """One order. `discounts` are amounts by the line they belong to; 0 is the whole order."""

    lines: dict[int, ModelLine]
    discounts: dict[int, Decimal] = field(default_factory=dict)
    stage: str = "signed"
    held: bool = False
    version: int = 1

    @property
    def total(self) -> Decimal:
        """What it is worth."""
        amounts = sum((line.amount for line in self.lines.values()), Decimal(0))
        return amounts - sum(self.discounts.values(), Decimal(0))

    def after(
        self, action: str, roles: frozenset[str], payload: Mapping[str, Any]
    ) -> tuple[ModelOrder, list[ModelOrder]]:
        """The order afterwards, and the one that was split off, if any. Raises No."""
        after = copy.deepcopy(self)
        children = after._act(action, roles, payload)
        after.version += 1
        return after, children

    def fitting(self) -> list[str]:
        """The actions of this stage, those that the hold leaves."""
        if self.held:
            return ["release_hold", "cancel"]
        return [*STEPS[self.stage], *(action for action, (stages, _) in ANYWHERE.items() if self.stage in stages)]

    def edited(self, quantity: Decimal, price: Decimal) -> ModelOrder:
        """The order with another quantity and price on its first line. Raises No."""
        if self.stage not in NOT_STARTED:
            raise No("change_required")
        after = copy.deepcopy(self)
        line = after.lines[1]
        line.quantity, line.price, line.amount = quantity, price, cents(quantity * price)
        after.version += 1
        return after

    def _act(self, action: str, roles: frozenset[str], payload: Mapping[str, Any]) -> list[ModelOrder]:
        if self.held and action not in {"release_hold", "cancel"}:
            raise No("order_held")
        own = STEPS[self.stage].get(action)
        stages, allowed = ANYWHERE.get(action, (set(), frozenset()))
        if own is None and self.stage not in stages:
            raise No("action_not_allowed_in_stage")
        if not roles & (own[1] if own else allowed):
            raise No("role_not_allowed")
        if own is not None:
            if action == "dispatch":
                for line in self.lines.values():
                    line.shipped = line.quantity
            self.stage = own[0]
            return []
        return self._engine_act(action, payload.get("lines", ()))

    def _engine_act(self, action: str, wanted: Sequence[Mapping[str, Any]]) -> list[ModelOrder]:
        asked = {item["line"]: Decimal(item["quantity"]) for item in wanted}
        match action:
            case "hold":
                self.held = True
            case "release_hold":
                self._insist(self.held, "order_not_held")
                self.held = False
            case "cancel":
                self.stage, self.held = "cancelled", False
            case "open_rework":
                returned = any(line.returned for line in self.lines.values())
                self._insist(self.stage != "delivered" or returned, "nothing_returned")
                self.stage = "in_production"
            case "ship_part":
                left = {number: line.quantity - line.shipped for number, line in self.lines.items()}
                self._insist(any(left.values()), "nothing_to_ship")
                for number, quantity in asked.items():
                    self._insist(quantity <= left[number], "quantity_exceeded")
                    self.lines[number].shipped += quantity
            case "receive_return":
                self._insist(any(line.shipped for line in self.lines.values()), "nothing_shipped")
                for number, quantity in asked.items():
                    line = self.lines[number]
                    self._insist(quantity <= line.shipped - line.returned, "quantity_exceeded")
                    line.returned += quantity
            case "split":
                return [self._split(asked)]
        return []

    @staticmethod
    def _insist(holds: bool, code: str) -> None:
        if not holds:
            raise No(code)

    def _split(self, asked: Mapping[int, Decimal]) -> ModelOrder:
        child = ModelOrder({}, stage=self.stage)
        for number, quantity in asked.items():
            line = self.lines[number]
            self._insist(quantity <= line.quantity - line.shipped, "split_invalid")
            part = ModelLine(quantity, line.price, cents(quantity * line.price))
            if number in self.discounts:
                child.discounts[number] = cents(self.discounts[number] * quantity / line.quantity)
                self.discounts[number] -= child.discounts[number]
            line.quantity, line.amount = line.quantity - quantity, line.amount - part.amount
            child.lines[number] = part
        self._insist(any(line.quantity for line in self.lines.values()), "split_invalid")
        self._insist(self.total >= 0 and child.total >= 0, "split_invalid")
        return child
