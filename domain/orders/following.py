"""How work orders follow when what an order asks for changes: which are adjusted, which stop, what is left to make.

A work order that nobody has begun is made anew where it stands: same number and ticket, the next revision, today's
quantity and routing. One that has begun is kept and told what changed. What no work order covers afterwards is made by
releasing the order again, which makes what is missing and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from domain.orders.change_request import respecified
from domain.orders.money import quantity_text
from domain.orders.order import Line

StepKind = Literal["remade", "kept", "cancelled", "untouched"]

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """A work order as far as a change needs to know it. `made` are good pieces, `operations_done` of all of its."""

    number: str
    line: int
    sku: str
    quantity: Decimal
    state: str
    revision: int
    version: int = 0
    made: Decimal = _NOTHING
    operations_done: int = 0
    operations: int = 0

    @property
    def begun(self) -> bool:
        """Whether somebody has worked on it."""
        return self.state != "released"

    @property
    def open(self) -> bool:
        """Whether there is still something to do."""
        return self.state in ("released", "in_progress")


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one work order. `untouched` ones only move on to the new revision."""

    kind: StepKind
    of: WorkOrder
    after: Decimal

    @property
    def number(self) -> str:
        """The work order's number."""
        return self.of.number

    @property
    def version(self) -> int:
        """The version of the work order that was decided upon."""
        return self.of.version

    @property
    def state(self) -> str:
        """Its state afterwards: where as much has been made as is still wanted, it is done."""
        if self.kind == "cancelled":
            return "cancelled"
        return "done" if self.of.begun and self.of.made >= self.after else self.of.state

    def as_json(self) -> dict[str, Any]:
        """As the impact and the change itself show it."""
        return {
            "number": self.of.number,
            "line": self.of.line,
            "step": self.kind,
            "quantity_before": quantity_text(self.of.quantity),
            "quantity_after": quantity_text(self.after),
            "begun": self.of.begun,
            "operations_done": self.of.operations_done,
            "operations": self.of.operations,
        }

    def told_before(self) -> dict[str, Any]:
        """How it stood, for its own history."""
        return {"quantity": quantity_text(self.of.quantity), "revision": self.of.revision, "state": self.of.state}

    def told_after(self, revision: int) -> dict[str, Any]:
        """How it stands now."""
        return {"quantity": quantity_text(self.after), "revision": revision, "state": self.state}


@dataclass(frozen=True, slots=True)
class Following:
    """The steps of the work orders, and by line what is left to be made by new ones, and what is made too much."""

    steps: tuple[Step, ...]
    to_make: Mapping[int, Decimal]
    surplus: Mapping[int, Decimal]

    @property
    def altered(self) -> tuple[Step, ...]:
        """The steps that the workshop must hear of."""
        return tuple(step for step in self.steps if step.kind != "untouched")


def follow(
    before: Sequence[Line], after: Sequence[Line], work_orders: Sequence[WorkOrder], made_here: frozenset[str]
) -> Following:
    """What follows for the workshop. `made_here` are the articles that get work orders at all."""
    was = {line.line: line for line in before}
    of_line: dict[int, list[WorkOrder]] = defaultdict(list)
    for work_order in work_orders:
        if work_order.state != "cancelled":
            of_line[work_order.line].append(work_order)
    steps: list[Step] = []
    to_make: dict[int, Decimal] = {}
    surplus: dict[int, Decimal] = {}
    for line in after:
        found = list(_of_line(was.get(line.line), line, of_line[line.line]))
        steps += found
        missing = line.quantity - _covered(line, of_line[line.line], found)
        if missing > 0 and line.sku in made_here:
            to_make[line.line] = missing
        elif missing < 0:
            surplus[line.line] = -missing
    return Following(tuple(steps), to_make, surplus)


def _of_line(before: Line | None, after: Line, work_orders: Sequence[WorkOrder]) -> Iterator[Step]:
    yield from (Step("cancelled", one, one.made) for one in work_orders if one.open and one.sku != after.sku)
    fitting = [one for one in work_orders if one.sku == after.sku]
    other = respecified(before, after)
    # What is made stays made; whoever inspects it, or sends it back, has to know if another thing is wanted now.
    yield from (Step("kept" if other else "untouched", one, one.quantity) for one in fitting if not one.open)
    left = after.quantity - sum((one.quantity for one in fitting if not one.open), _NOTHING)
    # Who has begun goes on first; of those who have not, the oldest.
    waiting = sorted((one for one in fitting if one.open), key=lambda one: (not one.begun, len(one.number), one.number))
    same = before is not None and not other and before.quantity == after.quantity
    quantities = _shared(
        waiting, left, {one.number: one.quantity if same and one.begun else one.made for one in waiting}
    )
    for one in waiting:
        quantity = quantities[one.number]
        if quantity <= 0:
            yield Step("cancelled", one, one.made)
        elif other or quantity != one.quantity:
            yield Step("kept" if one.begun else "remade", one, quantity)
        else:
            yield Step("untouched", one, quantity)


def _shared(waiting: Sequence[WorkOrder], left: Decimal, least: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What is left to make, given to the work orders in turn, the last taking what is more than before.

    None gets less than its `least`: what it has made already and, where the line asks for nothing else, what it was to
    make, as pieces that went back since are still to be made.
    """
    quantities = {}
    for place, one in enumerate(waiting, 1):
        fair = max(left, _NOTHING)
        wanted = fair if place == len(waiting) else min(one.quantity, fair)
        quantities[one.number] = max(wanted, least[one.number])
        left -= quantities[one.number]
    return quantities


def _covered(line: Line, work_orders: Sequence[WorkOrder], steps: Sequence[Step]) -> Decimal:
    """How much of a line its work orders make, once the steps are taken; of a cancelled one, what it has made."""
    after = {step.number: step.after for step in steps}
    fitting = (one for one in work_orders if one.sku == line.sku)
    return sum((after.get(one.number, one.quantity) for one in fitting), _NOTHING)


@dataclass(frozen=True, slots=True)
class Substitute:
    """What is used in the place of a material: `ratio` of it for one of the other."""

    material: str
    ratio: Decimal


def substitutes(line: Line) -> dict[str, Substitute]:
    """The substitutes that a line names in its technical data; what is not of that shape names none."""
    named = line.technical.get("substitutes")
    if not isinstance(named, Mapping):
        return {}
    return {material: use for material, one in named.items() if (use := _substitute(one)) is not None}


def _substitute(one: Any) -> Substitute | None:
    if not isinstance(one, Mapping) or not isinstance(one.get("material"), str):
        return None
    try:
        ratio = Decimal(str(one.get("ratio", "1")))
    except InvalidOperation:
        return None
    return Substitute(one["material"], ratio) if ratio.is_finite() and ratio > 0 else None
