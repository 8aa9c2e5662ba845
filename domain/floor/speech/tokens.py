"""What the sentence is made of once it is cut: stretches of the folded text with what they may mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity as it was said. `value` None: vague or broken; `unit` None: none was said."""

    value: Decimal | None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch with its readings by kind: '排钻' is an operation and a kind of machine.

    Kinds: verb, sku (frozenset of codes), quantity, order, plate, due, location, operation, machine, machine_kind,
    symptom, defect, customer, ordinal, measure, mark, unknown, and the kinds of little words.
    """

    start: int
    end: int
    cost: float
    readings: Mapping[str, Any] = field(default_factory=dict)

    def get(self, kind: str) -> Any:
        """What it means as this kind; None where it is none."""
        return self.readings.get(kind)

    def has(self, *kinds: str) -> bool:
        """Whether it may be any of the kinds."""
        return any(kind in self.readings for kind in kinds)

    @property
    def quantity(self) -> Quantity | None:
        """The quantity, where it is one."""
        found: Quantity | None = self.readings.get("quantity")
        return found

    def meaning(self, kind: str, value: Any) -> Token:
        """The same stretch with this meaning alone."""
        return replace(self, readings={kind: value})
