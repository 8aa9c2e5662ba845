"""Which orders are red for want of material: by how much, since when, and which clear.

Available is what is on hand less what released orders have set aside. A material that falls below its safety level
makes every order red that needs it and has not started; back at the level, the orders clear by themselves. What was
never counted is not short: a silent stock system must not turn anything red.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Standing:
    """How one material stands, in its own unit. `on_hand` None: nobody has counted it yet."""

    material: str
    on_hand: Decimal | None
    reserved: Decimal
    safety_level: Decimal

    @property
    def available(self) -> Decimal | None:
        """What may still be promised; below zero where more is set aside than there is."""
        return None if self.on_hand is None else self.on_hand - self.reserved

    @property
    def short_by(self) -> Decimal:
        """How much is missing up to the safety level; zero where nothing is, or nothing is known."""
        available = self.available
        return Decimal(0) if available is None else max(self.safety_level - available, Decimal(0))


@dataclass(frozen=True, slots=True)
class Need:
    """How much of a material an order that has not started needs."""

    order_id: UUID
    material: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Shortage:
    """An order is red: for this material, which is short by so much, since then."""

    order_id: UUID
    material: str
    needed: Decimal
    short_by: Decimal
    since: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What has to be written: shortages that are new or differ, and those that are over."""

    red: Sequence[Shortage]
    cleared: Sequence[Shortage]


def judge(standings: Iterable[Standing], needs: Iterable[Need], present: Iterable[Shortage], now: datetime) -> Verdict:
    """Compare what should be red with what is. A shortage that goes on keeps the moment in which it began."""
    short = {standing.material: standing.short_by for standing in standings if standing.short_by > 0}
    known = {(one.order_id, one.material): one for one in present}
    wanted: dict[tuple[UUID, str], Shortage] = {}
    for (order_id, material), quantity in _summed(needs).items():
        if material in short:
            since = known[order_id, material].since if (order_id, material) in known else now
            wanted[order_id, material] = Shortage(order_id, material, quantity, short[material], since)
    return Verdict(
        red=[one for place, one in wanted.items() if known.get(place) != one],
        cleared=[one for place, one in known.items() if place not in wanted],
    )


def is_believable(materials: int, before: int) -> bool:
    """Whether a whole count may be one: a list of under half of what there was is a fault, and never an empty house."""
    return materials > 0 and materials * 2 >= before


def _summed(needs: Iterable[Need]) -> Mapping[tuple[UUID, str], Decimal]:
    total: dict[tuple[UUID, str], Decimal] = defaultdict(Decimal)
    for need in needs:
        total[need.order_id, need.material] += need.quantity
    return total
