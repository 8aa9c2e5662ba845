"""What a change costs and moves, before anybody approves it: work, material, money and the promised day."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from domain.orders.change_diff import line_kind
from domain.orders.change_request import Requested, respecified
from domain.orders.following import Following, Substitute, WorkOrder, follow, substitutes
from domain.orders.money import money_text, quantity_text, round_amount
from domain.orders.order import Line, Order
from domain.text import Text

_NOTHING = Decimal(0)
# A day's work of one work centre.
_MINUTES_PER_DAY = Decimal(480)


@dataclass(frozen=True, slots=True)
class Made:
    """An article as far as a change must know it: standard minutes for one and for a lot, cost of one where known."""

    made_here: bool
    minutes: Decimal = _NOTHING
    setup_minutes: Decimal = _NOTHING
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known beside the order itself.

    `bills` gives (material, quantity for one) by product; `reserved` and `issued` quantities by material.
    """

    articles: Mapping[str, Made]
    bills: Mapping[str, Sequence[tuple[str, Decimal]]]
    work_orders: Sequence[WorkOrder]
    reserved: Mapping[str, Decimal] = field(default_factory=dict)
    issued: Mapping[str, Decimal] = field(default_factory=dict)
    released: bool = False
    reserves: bool = False
    lead_time_days: int = 0

    @property
    def made_here(self) -> frozenset[str]:
        """The articles that get work orders."""
        return frozenset(sku for sku, article in self.articles.items() if article.made_here)


@dataclass(frozen=True, slots=True)
class Considered:
    """A request thought through: the order as it will be, what follows in the workshop, and the impact as JSON."""

    order: Order
    following: Following
    impact: Mapping[str, Any]
    to_make: bool


def consider(before: Order, wanted: Requested, facts: Facts, today: date) -> Considered:
    """The impact of a change on the order as it stands, and the order with the promised day that follows."""
    if wanted.cancels:
        return _cancelled(before, facts)
    following = follow(before.lines, wanted.order.lines, facts.work_orders if facts.released else (), facts.made_here)
    after, days = _promised(before, wanted, facts, today)
    after = _costed(before, after, facts, wanted.changed)
    return Considered(
        after, following, _impact(before, after, following, facts, days), _more_goods(before, after, facts, following)
    )


def _cancelled(before: Order, facts: Facts) -> Considered:
    none = tuple(replace(line, quantity=line.shipped_quantity) for line in before.lines)
    following = follow(before.lines, none, facts.work_orders, facts.made_here)
    impact = _impact(before, replace(before, lines=none), following, facts, 0)
    worth = {"before": money_text(before.total, before.currency), "after": None, "difference": None}
    return Considered(before, following, {**impact, "amount": worth, "cost": None}, to_make=False)


def _impact(before: Order, after: Order, following: Following, facts: Facts, days: int) -> dict[str, Any]:
    materials = list(_materials(before, after, facts))
    return {
        "amount": _money(before.total, after.total, after.currency),
        "cost": _cost_view(before, after, facts),
        "promised_date": {
            "before": before.promised_date and before.promised_date.isoformat(),
            "after": after.promised_date and after.promised_date.isoformat(),
            "derived": after.promised_derived and after.promised_date != before.promised_date,
            "extra_days": days,
        },
        "lines": list(_lines(before, after, following, facts)),
        "work_orders": [step.as_json() for step in following.altered],
        "materials": materials,
        "warnings": [text.as_json() for text in _warnings(before, after, following, materials)],
    }


def _money(before: Decimal, after: Decimal, currency: str) -> dict[str, str]:
    return {
        "before": money_text(before, currency),
        "after": money_text(after, currency),
        "difference": money_text(after - before, currency),
    }


def _lines(before: Order, after: Order, following: Following, facts: Facts) -> Iterator[dict[str, Any]]:
    was = {line.line: line for line in before.lines}
    for line in after.lines:
        old = was.get(line.line)
        if old == line:
            continue
        works = [one for one in facts.work_orders if one.line == line.line]
        yield {
            "line": line.line,
            "kind": line_kind(old, line),
            "sku": line.sku,
            "quantity_before": quantity_text(old.quantity) if old else None,
            "quantity_after": quantity_text(line.quantity),
            "shipped": quantity_text(line.shipped_quantity),
            "made": quantity_text(sum((one.made for one in works), _NOTHING)),
            "operations_done": sum(one.operations_done for one in works),
            "operations": sum(one.operations for one in works),
            "to_make": quantity_text(following.to_make.get(line.line, _NOTHING)),
            "surplus": quantity_text(following.surplus.get(line.line, _NOTHING)),
        }


def materials_of(lines: Iterable[Line], bills: Mapping[str, Sequence[tuple[str, Decimal]]]) -> dict[str, Decimal]:
    """What the bills ask for, material by material, with the substitutes that the lines name."""
    wanted: dict[str, Decimal] = {}
    for line in lines:
        swaps = substitutes(line)
        for material, quantity in bills.get(line.sku or "", ()):
            use = swaps.get(material, Substitute(material, Decimal(1)))
            wanted[use.material] = wanted.get(use.material, _NOTHING) + quantity * use.ratio * line.quantity
    return wanted


def _materials(before: Order, after: Order, facts: Facts) -> Iterator[dict[str, Any]]:
    """The materials whose need changes, with what is set aside and what has left the store for it."""
    old, new = materials_of(before.lines, facts.bills), materials_of(after.lines, facts.bills)
    for material in sorted(old.keys() | new.keys()):
        was, will = old.get(material, _NOTHING), new.get(material, _NOTHING)
        if was == will:
            continue
        issued = facts.issued.get(material, _NOTHING)
        yield {
            "material": material,
            "needed_before": quantity_text(was),
            "needed_after": quantity_text(will),
            "reserved": quantity_text(facts.reserved.get(material, _NOTHING)),
            "issued": quantity_text(issued),
            "to_return": quantity_text(max(issued - will, _NOTHING)),
        }


def _cost(order: Order, facts: Facts) -> Decimal | None:
    """What the goods of the order cost by their materials or their own cost; None where one is not known."""
    total = _NOTHING
    for line in order.lines:
        if line.quantity == 0:
            continue
        bill = materials_of([line], facts.bills)
        if bill:
            costs = [(facts.articles[material].cost if material in facts.articles else None) for material in bill]
            if any(cost is None for cost in costs):
                return None
            total += sum((q * (c or _NOTHING) for q, c in zip(bill.values(), costs, strict=True)), _NOTHING)
        else:
            article = facts.articles.get(line.sku or "")
            if article is None or article.cost is None:
                return None
            total += line.quantity * article.cost
    return round_amount(total, order.currency)


def _cost_view(before: Order, after: Order, facts: Facts) -> dict[str, str] | None:
    was, will = _cost(before, facts), _cost(after, facts)
    return None if was is None or will is None else _money(was, will, after.currency)


def _costed(before: Order, after: Order, facts: Facts, changed: Mapping[str, Any]) -> Order:
    """Cost and margin go along with goods and money, where they were known and are not themselves what is changed."""
    was, will = _cost(before, facts), _cost(after, facts)
    more = will - was if was is not None and will is not None else _NOTHING
    cost = after.cost if "cost" in changed or after.cost is None else after.cost + more
    earned = after.total - before.total - more
    margin = after.margin if "margin" in changed or after.margin is None else after.margin + earned
    return replace(after, cost=cost, margin=margin)


def _promised(before: Order, wanted: Requested, facts: Facts, today: date) -> tuple[Order, int]:
    """The order with the promised day that follows from the work that is added, and by how many days that is later."""
    after = wanted.order
    if "promised_date" in wanted.changed or before.promised_date is None:
        return after, 0
    days = _extra_days(before, after, facts)
    if days == 0:
        return after, 0
    later = max(before.promised_date + timedelta(days=days), today + timedelta(days=days))
    return replace(after, promised_date=later, promised_derived=True), (later - before.promised_date).days


def _extra_days(before: Order, after: Order, facts: Facts) -> int:
    """Working days for what is made besides or again: by standard minutes, else by its share of the lead time."""
    was = {line.line: line for line in before.lines}
    minutes, share, whole = _NOTHING, _NOTHING, sum((line.quantity for line in before.lines), _NOTHING)
    for line in after.lines:
        old = was.get(line.line)
        extra = _extra_pieces(old, line, facts.work_orders)
        article = facts.articles.get(line.sku or "")
        if extra > 0 and article is not None and article.minutes > 0:
            minutes += article.setup_minutes + extra * article.minutes
        elif extra > 0:
            share += extra / whole if whole else _NOTHING
    days = minutes / _MINUTES_PER_DAY + min(share, Decimal(1)) * facts.lead_time_days
    return math.ceil(days)


def _extra_pieces(before: Line | None, after: Line, work_orders: Sequence[WorkOrder]) -> Decimal:
    """How many pieces come to be made besides; those made already to another specification are made again."""
    more = after.quantity - (before.quantity if before else _NOTHING)
    if not respecified(before, after):
        return more
    return max(more, _NOTHING) + sum((one.made for one in work_orders if one.line == after.line), _NOTHING)


def _more_goods(before: Order, after: Order, facts: Facts, following: Following) -> bool:
    """Whether something is to be made that nobody has made: more of a line, or another article on it."""
    was = {line.line: line for line in before.lines}
    to_make = {line for line, quantity in following.to_make.items() if quantity > 0}
    to_make |= {step.of.line for step in following.steps if step.after > step.of.quantity}
    for line in after.lines:
        old = was.get(line.line)
        more = old is None or line.quantity > old.quantity or line.sku != old.sku
        # What no article stands for is made without a work order; the rest is what the work orders do not cover.
        if more and line.unshipped > 0 and (line.sku not in facts.articles or line.line in to_make):
            return True
    return False


def _warnings(
    before: Order, after: Order, following: Following, materials: Sequence[Mapping[str, Any]]
) -> Iterator[Text]:
    if begun := [step for step in following.altered if step.of.begun]:
        numbers = ", ".join(step.number for step in begun)
        yield Text(f"已开工的工单受影响：{numbers}", f"work orders that have begun are affected: {numbers}")
    if following.surplus:
        lines = ", ".join(str(line) for line in following.surplus)
        yield Text(f"第 {lines} 行已做多于所需", f"more has been made than is needed on line {lines}")
    if back := [one["material"] for one in materials if one["to_return"] != "0"]:
        names = ", ".join(back)
        yield Text(f"已领材料须退库：{names}", f"material that was issued must come back: {names}")
    if before.category in ("quality", "shipping") and any(line.shipped_quantity > 0 for line in before.lines):
        yield Text("已有货物发出", "goods have been shipped already")
    if before.promised_date and after.promised_date and after.promised_date > before.promised_date:
        yield Text(f"交期推迟到 {after.promised_date}", f"the promised date moves to {after.promised_date}")
