"""The factory itself: what happens to each order, and when, by chance alone. Same seed, same year; nothing is asked.

Demand comes in weeks, seasons and promotions. Machines work two shifts on six days, break down and are mended; orders
queue before them. Material is bought when it runs low and sometimes comes late. Inspectors find most defects, at night
fewer. Lorries are late now and then. People in the office take their time. Nobody heeds a warning, so that what was
warned of comes to pass and can be counted.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import ceil, log, pi, sin
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from cli.simulate.goods import MATERIALS, PRODUCTS, Made, work_centre_of

SHIFT_BEGINS, DAY_MINUTES, SHIFT_MINUTES = 8, 960, 480
BUSY = 0.74  # of what the machines can do, in an average week
PROMISED_DAYS = (9, 12, 15, 20)
_OFFICE = (8, 17)
_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be simulated: so many orders within so many days from an instant on."""

    seed: int
    orders: int
    days: int
    begins: datetime
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One thing that somebody does at an instant; `order` 0 is nobody's order."""

    at: datetime
    order: int
    what: str
    payload: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(slots=True)
class _Order:
    number: int
    made: Made
    quantity: int
    opened: datetime
    promised_days: int
    done: int = 0  # steps

    @property
    def needs(self) -> int:
        """Metres of its material."""
        return self.quantity * self.made.takes


@dataclass(slots=True)
class _Machine:
    """`free` and `breaks` in minutes of work since the beginning."""

    breaks: float
    free: float = 0.0


@dataclass(slots=True)
class _Store:
    """One material; `due` are deliveries on their way: instant and metres."""

    on_hand: int
    safety: int
    lead_days: int
    due: list[tuple[datetime, int]] = field(default_factory=list)


class Year:
    """One simulated stretch of time. `steps` gives everything in the order in which it happens."""

    def __init__(self, wish: Wish) -> None:
        self._wish = wish
        self._chance = Random(wish.seed)  # noqa: S311 - the same year each time, not a secret
        self._first_day = wish.begins.astimezone(wish.zone).date()
        self._steps: list[Step] = []
        self._orders = [self._order(number, at) for number, at in enumerate(self._arrivals(), 1)]
        self._machines = self._set_up()
        self._stores = self._stock_up()

    def steps(self) -> list[Step]:
        """What is done, by whom it is to be done is for the driver."""
        for order in self._orders:
            self._take_in(order)
        self._work()
        return sorted(self._steps)

    def safety(self) -> dict[str, Decimal]:
        """The level below which a material is short."""
        return {sku: Decimal(store.safety) for sku, store in self._stores.items()}

    # Demand

    def _arrivals(self) -> list[datetime]:
        """Days drawn by season, weekday and promotion; hours of the office."""
        wish, chance = self._wish, self._chance
        sales = {chance.randrange(wish.days) for _ in range(ceil(wish.days / 120))}
        weights = []
        for day in range(wish.days):
            weekday = (self._first_day + timedelta(days=day)).weekday()
            season = 1 + 0.25 * sin(2 * pi * day / 365)
            promoted = 1.8 if any(0 <= day - first < 6 for first in sales) else 1.0
            weights.append(season * promoted * (0.2 if weekday == _SUNDAY else 1.0))
        days = chance.choices(range(wish.days), weights, k=wish.orders)
        return sorted(self._local(day, chance.uniform(*_OFFICE)) for day in days)

    def _order(self, number: int, opened: datetime) -> _Order:
        made = self._chance.choices(PRODUCTS, [one.share for one in PRODUCTS])[0]
        quantity = 1 + min(int(self._chance.expovariate(1 / 4)), 30)
        return _Order(number, made, quantity, opened, self._chance.choice(PROMISED_DAYS))

    def _take_in(self, order: _Order) -> None:
        """Entered at once, sent to review within hours, and now and then left lying there for days."""
        opened = {"sku": order.made.sku, "quantity": order.quantity, "promised_days": order.promised_days}
        self._do(order.opened, order, "open", **opened)
        sent = self._in_office(order.opened + self._hours(1.0, 0.8))
        self._do(sent, order, "submit_review")
        lies = self._hours(50, 0.4) if self._chance.random() < 0.06 else self._hours(5, 0.7)
        approved = self._in_office(sent + lies)
        self._do(approved, order, "approve_review")
        heapq.heappush(self._queue, (self._minutes(approved), order.number, 0))

    # The workshop

    def _set_up(self) -> dict[str, list[_Machine]]:
        """As many machines as the demand needs, and their speed so that a factory of any size is as busy."""
        self._queue: list[tuple[float, int, int]] = []
        load: dict[str, float] = defaultdict(float)
        for order in self._orders:
            for step, minutes in order.made.steps:
                load[work_centre_of(step)] += minutes * order.quantity + order.made.setup_minutes
        able = self._wish.days * 6 / 7 * DAY_MINUTES * BUSY
        counts = {centre: ceil(minutes / able) for centre, minutes in sorted(load.items())}
        self._pace = {centre: count * able / load[centre] for centre, count in counts.items()}
        return {centre: [_Machine(self._until_break()) for _ in range(count)] for centre, count in counts.items()}

    def _until_break(self) -> float:
        return self._chance.expovariate(1 / (18 * DAY_MINUTES))

    def _work(self) -> None:
        """Whoever is ready first gets the machine that is free first."""
        by_number = {order.number: order for order in self._orders}
        while self._queue:
            ready, number, place = heapq.heappop(self._queue)
            order = by_number[number]
            if place == 0 and (wait := self._wait_for_material(order, self._instant(ready))) is not None:
                heapq.heappush(self._queue, (max(self._minutes(wait), ready + 1), number, 0))
                continue
            step, minutes = order.made.steps[place]
            ended = self._run(order, place, ready, minutes * order.quantity + order.made.setup_minutes)
            self._do(self._instant(ended), order, "complete", step=step, quantity=order.quantity)
            if place + 1 < len(order.made.steps):
                heapq.heappush(self._queue, (ended, number, place + 1))
            else:
                self._inspect(order, self._instant(ended))

    def _run(self, order: _Order, place: int, ready: float, minutes: float) -> float:
        """Minutes of work at which it ends; a machine that breaks meanwhile is mended first."""
        step = order.made.steps[place][0]
        centre = work_centre_of(step)
        machine = min(self._machines[centre], key=lambda one: one.free)
        begins = max(ready, machine.free)
        ends = begins + minutes * self._pace[centre] * self._chance.uniform(0.8, 1.2)
        if machine.breaks < ends:
            broke = max(machine.breaks, begins)
            mended = self._chance.lognormvariate(log(180), 0.9) if self._chance.random() < 0.85 else 2.5 * DAY_MINUTES
            # Whoever had ended the steps before is the one that stands before the broken machine.
            if place > 0:
                self._do(self._instant(broke), order, "fault", step=step, machine=centre)
            ends += mended
            machine.breaks = ends + self._until_break()
        machine.free = ends
        return ends

    def _wait_for_material(self, order: _Order, at: datetime) -> datetime | None:
        """None where it is there, and taken; else when to look again."""
        store = self._stores[order.made.material]
        for delivery in [one for one in store.due if one[0] <= at]:
            store.due.remove(delivery)
            store.on_hand += delivery[1]
        if store.on_hand + sum(metres for _, metres in store.due) < store.safety * 2:
            days = store.lead_days * self._chance.lognormvariate(0, 0.25) + (14 if self._chance.random() < 0.1 else 0)
            store.due.append((at + timedelta(days=days), store.safety * 3))
        self._count(order.made.material, store, at)
        if store.on_hand >= order.needs:
            store.on_hand -= order.needs
            return None
        return min((when for when, _ in store.due), default=at + timedelta(days=1))

    def _stock_up(self) -> dict[str, _Store]:
        """Safety for about a delivery's time of average use; at least for the largest order."""
        used: dict[str, int] = defaultdict(int)
        largest: dict[str, int] = defaultdict(int)
        for order in self._orders:
            used[order.made.material] += order.needs
            largest[order.made.material] = max(largest[order.made.material], order.needs)
        self._counted: dict[str, Any] = {}
        stores = {}
        for one in MATERIALS:
            safety = max(round(used[one.sku] / self._wish.days * one.lead_days), largest[one.sku], 1)
            stores[one.sku] = _Store(safety * 3, safety, one.lead_days)
        return stores

    def _count(self, material: str, store: _Store, at: datetime) -> None:
        """The ERP tells each day what is there."""
        day = at.astimezone(self._wish.zone).date()
        if self._counted.get(material) != day:
            self._counted[material] = day
            self._steps.append(Step(at, 0, "stock", {"material": material, "on_hand": store.on_hand}))

    # Inspection and transport

    def _inspect(self, order: _Order, made: datetime) -> None:
        """One lot in twelve has a defect. By night one in seven of these is missed, by day one in twenty."""
        looked = made + self._hours(2, 0.6)
        night = not self._is_day(looked)
        shift = "night" if night else "day"
        defect = self._chance.random() < 1 / 12
        missed = defect and self._chance.random() < (0.15 if night else 0.05)
        if defect and not missed:
            self._do(looked, order, "fail_inspection", shift=shift)
            mended = self._instant(self._minutes(looked) + self._chance.uniform(300, 1800))
            self._do(mended, order, "completion_reported", quantity=order.quantity)
            looked = mended + self._hours(2, 0.6)
        self._do(looked, order, "pass_inspection", shift=shift)
        self._transport(order, looked, missed=missed)

    def _transport(self, order: _Order, passed: datetime, *, missed: bool) -> None:
        loaded = self._in_office(passed + self._hours(8, 0.6))
        self._do(loaded, order, "dispatch")
        left = loaded + self._hours(2, 0.4)
        self._do(left, order, "depart")
        hours = self._hours(36, 0.5) + timedelta(hours=72 if self._chance.random() < 0.06 else 0)
        signed = self._in_office(left + hours)
        self._do(signed, order, "sign_delivery")
        if missed:
            self._do(self._in_office(signed + self._hours(90, 0.4)), order, "receive_return")

    # Time

    def _do(self, at: datetime, order: _Order, what: str, **payload: Any) -> None:
        self._steps.append(Step(at, order.number, what, payload))

    def _hours(self, median: float, spread: float) -> timedelta:
        return timedelta(hours=self._chance.lognormvariate(log(median), spread))

    def _local(self, day: int, hour: float) -> datetime:
        midnight = datetime.combine(self._first_day + timedelta(days=day), datetime.min.time(), self._wish.zone)
        return (midnight + timedelta(hours=hour)).astimezone(UTC)

    def _in_office(self, at: datetime) -> datetime:
        """The same instant in the office's hours, else soon after they begin again; not on Sundays."""
        local = at.astimezone(self._wish.zone)
        day = (local.date() - self._first_day).days
        hour = local.hour + local.minute / 60
        if hour >= _OFFICE[1] or local.weekday() == _SUNDAY:
            day, hour = day + 1, 0.0
        if (self._first_day + timedelta(days=day)).weekday() == _SUNDAY:
            day, hour = day + 1, 0.0
        return at if hour >= _OFFICE[0] else self._local(day, _OFFICE[0] + self._chance.uniform(0, 1.5))

    def _is_day(self, at: datetime) -> bool:
        return SHIFT_BEGINS <= at.astimezone(self._wish.zone).hour < SHIFT_BEGINS + SHIFT_MINUTES // 60

    def _minutes(self, at: datetime) -> float:
        """Minutes of work from the beginning to an instant; what lies outside the shifts counts as their next begin."""
        local = at.astimezone(self._wish.zone)
        days = (local.date() - self._first_day).days
        worked = self._worked_days(days)
        into = (local.hour - SHIFT_BEGINS) * 60 + local.minute + local.second / 60
        if local.weekday() == _SUNDAY:
            return worked * DAY_MINUTES
        return worked * DAY_MINUTES + min(max(into, 0.0), float(DAY_MINUTES))

    def _working_days(self, days: int) -> Iterator[int]:
        return (day for day in range(days) if (self._first_day + timedelta(days=day)).weekday() != _SUNDAY)

    def _worked_days(self, days: int) -> int:
        """Working days among the first `days`: six of each week, and those of the last one."""
        weeks, rest = divmod(days, 7)
        return weeks * 6 + sum(1 for _ in self._working_days(rest))

    def _instant(self, minutes: float) -> datetime:
        """When so many minutes of work have passed."""
        worked, into = divmod(minutes, DAY_MINUTES)
        weeks, rest = divmod(int(worked), 6)
        day = weeks * 7
        while rest or (self._first_day + timedelta(days=day)).weekday() == _SUNDAY:
            if (self._first_day + timedelta(days=day)).weekday() != _SUNDAY:
                rest -= 1
            day += 1
        return self._local(day, SHIFT_BEGINS + into / 60)
