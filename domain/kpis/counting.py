"""What counts for each measure, and on which day. Every figure is made of these rows and of nothing else, so that the
list behind a figure is the figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from domain.access.roles import ROLES
from domain.kpis.facts import Alert, Complaint, Finished, Order, OrderHandover, Passed, Reply
from domain.kpis.measures import Key
from domain.kpis.periods import Period
from domain.text import Text
from domain.warning.working_time import WorkingTime

# Alerts of these say nothing about when an order will be delivered.
_NOT_OF_DELAY = frozenset({"payment_overdue", "message_unanswered"})
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)
_CATEGORIES: Mapping[str, Text] = {
    "quality": Text("质量", "Quality"),
    "quantity": Text("数量", "Quantity"),
    "damage": Text("破损", "Damage"),
    "delay": Text("延误", "Delay"),
    "documents": Text("单证", "Documents"),
    "service": Text("服务", "Service"),
    "other": Text("其他", "Other"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """What a measure is broken down by."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that counts on a day. `value` is in the measure's unit; `hit` says whether it is one of the share's."""

    id: str
    day: date
    at: datetime
    order_no: str | None
    customer: str | None
    what: Text
    value: Decimal | None = None
    hit: bool = True
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read for a period. `person_days` are the people who acted by day; `work_days` come from the calendar."""

    orders: Sequence[Order] = ()
    handovers: Sequence[OrderHandover] = ()
    complaints: Sequence[Complaint] = ()
    finished: Sequence[Finished] = ()
    passed: Sequence[Passed] = ()
    replies: Sequence[Reply] = ()
    alerts: Sequence[Alert] = ()
    person_days: Mapping[date, int] = field(default_factory=dict)
    work_days: frozenset[date] = frozenset()
    working: WorkingTime | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """The rows of a measure, oldest first, and for one that is a ratio what its sum is divided by, by day."""

    rows: Sequence[Row]
    base: Mapping[date, int] = field(default_factory=dict)


def count(key: Key, facts: Facts, period: Period, now: datetime) -> Count:
    """What counts for a measure in a period."""
    rows = sorted(_ROWS[key](facts, period, now), key=lambda row: (row.at, row.id))
    return Count(rows, _base(key, facts, period, rows))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The day on which it was decided whether an order is on time, and which it is."""

    day: date
    at: datetime
    on_time: bool


def outcome(order: Order, period: Period, now: datetime) -> Outcome | None:
    """Whether an order was on time; None while that is open, and where it will never be told.

    On time is decided by the delivery; late by the promised day's end, whatever comes after.
    """
    if order.due_at is None or order.promised_date is None:
        return None
    if order.ended_at is not None and order.ended_at < order.due_at:
        if order.standing != "done":
            return None
        return Outcome(order.ended_at.astimezone(period.zone).date(), order.ended_at, on_time=True)
    return Outcome(order.promised_date, order.due_at, on_time=False) if order.due_at <= now else None


def delivered_day(order: Order, period: Period) -> date | None:
    """The day of the period on which an order was delivered, or None."""
    return period.day_of(order.ended_at) if order.standing == "done" and order.ended_at is not None else None


def _cycles(facts: Facts, period: Period, now: datetime) -> Iterator[Row]:
    for order in facts.orders:
        day = delivered_day(order, period)
        if day is not None and order.ended_at is not None and order.ended_at <= now:
            days = Decimal(max((day - order.signed_date).days, 0))
            what = Text(f"{order.signed_date} 签约", f"signed {order.signed_date}")
            yield Row(order.order_no, day, order.ended_at, order.order_no, order.customer, what, days)


def _punctuality(facts: Facts, period: Period, now: datetime) -> Iterator[Row]:
    for order in facts.orders:
        found = outcome(order, period, now)
        if found is not None and period.first <= found.day <= period.last:
            late = _days_late(order, period, now)
            what = Text(f"承诺 {order.promised_date}", f"promised {order.promised_date}")
            yield Row(order.order_no, found.day, found.at, order.order_no, order.customer, what, late, found.on_time)


def _days_late(order: Order, period: Period, now: datetime) -> Decimal | None:
    """Days from the promised day to the delivery, or to today; before the promised day they are below zero."""
    if order.promised_date is None:
        return None
    until = (order.ended_at or now).astimezone(period.zone).date()
    return Decimal((until - order.promised_date).days)


def _waits(facts: Facts, period: Period, now: datetime) -> Iterator[Row]:
    del now
    for one in facts.handovers:
        handover = one.handover
        day = period.day_of(handover.taken_at)
        if day is None or facts.working is None:
            continue
        waited = sum((facts.working.between(*span) for span in handover.waits), timedelta())
        came, went = role_label(handover.to_role), role_label(handover.from_role)
        yield Row(
            f"{one.order_no}:{handover.number}",
            day,
            handover.taken_at,
            one.order_no,
            one.customer,
            Text(f"{went.zh} → {came.zh}", f"{went.en} → {came.en}"),
            _in(waited, _HOUR),
            part=Part(handover.to_role, came),
        )


def _complaints(facts: Facts, period: Period, now: datetime) -> Iterator[Row]:
    del now
    for one in facts.complaints:
        if (day := period.day_of(one.filed_at)) is not None:
            label = _CATEGORIES.get(one.category, Text(one.category, one.category))
            part = Part(one.category, label)
            yield Row(one.id, day, one.filed_at, one.order_no, one.customer, label, Decimal(1), part=part)


def _output(facts: Facts, period: Period, now: datetime) -> Iterator[Row]:
    del period, now
    for one in facts.finished:
        what = Text(f"{one.work_order} {one.person or '未记名'}", f"{one.work_order} {one.person or 'nobody named'}")
        yield Row(one.id, one.shift_date, one.reported_at, one.order_no, one.customer, what, one.good)


def _inspections(facts: Facts, period: Period, now: datetime) -> Iterator[Row]:
    del period, now
    for one in facts.passed:
        who = one.inspector or ""
        what = Text(f"{one.work_order} {one.shift_label.zh} {who}", f"{one.work_order} {one.shift_label.en} {who}")
        part = Part(one.shift, one.shift_label)
        yield Row(one.id, one.shift_date, one.inspected_at, one.order_no, one.customer, what, hit=one.missed, part=part)


def _replies(facts: Facts, period: Period, now: datetime) -> Iterator[Row]:
    del now
    for one in facts.replies:
        if (day := period.day_of(one.replied_at)) is not None:
            waited = _in(one.replied_at - one.waited_since, _MINUTE)
            what = Text(one.person or "未记名", one.person or "nobody named")
            yield Row(one.id, day, one.replied_at, one.order_no, one.customer, what, waited)


def _raised(facts: Facts, period: Period, now: datetime) -> Iterator[Row]:
    del now
    for one in facts.alerts:
        if (day := period.day_of(one.raised_at)) is not None:
            yield _alert_row(one, day, hit=True)


def _handled(facts: Facts, period: Period, now: datetime) -> Iterator[Row]:
    del now
    for one in facts.alerts:
        if (day := period.day_of(one.raised_at)) is not None:
            yield _alert_row(one, day, hit=one.handled)


def _saved(facts: Facts, period: Period, now: datetime) -> Iterator[Row]:
    """One row an order: the first alert of the period that warned of its delay in time."""
    seen: set[str] = set()
    for one in sorted(facts.alerts, key=lambda alert: (alert.raised_at, alert.id)):
        order, day = one.order, period.day_of(one.raised_at)
        if order is None or day is None or order.order_no in seen or not warns_in_time(one):
            continue
        found = outcome(order, period, now)
        if found is not None:
            seen.add(order.order_no)
            yield _alert_row(one, day, hit=found.on_time)


def warns_in_time(alert: Alert) -> bool:
    """Whether it spoke of a delay while the order could still be on time."""
    order = alert.order
    if order is None or order.due_at is None or alert.fact in _NOT_OF_DELAY:
        return False
    return alert.raised_at < order.due_at and (order.ended_at is None or alert.raised_at < order.ended_at)


def _alert_row(one: Alert, day: date, *, hit: bool) -> Row:
    order = one.order
    number, customer = (order.order_no, order.customer) if order else (None, None)
    return Row(one.id, day, one.raised_at, number, customer, one.label, hit=hit, part=Part(one.fact, one.label))


_ROWS: Mapping[Key, Callable[[Facts, Period, datetime], Iterator[Row]]] = {
    "fulfilment_cycle": _cycles,
    "on_time_share": _punctuality,
    "handover_waiting": _waits,
    "complaint_rate": _complaints,
    "output_per_day": _output,
    "qc_miss_rate": _inspections,
    "first_response": _replies,
    "alerts_raised": _raised,
    "alerts_handled": _handled,
    "alerts_saved": _saved,
}


def _base(key: Key, facts: Facts, period: Period, rows: Sequence[Row]) -> Mapping[date, int]:
    match key:
        case "handover_waiting":
            return facts.person_days
        case "complaint_rate":
            return Counter(day for order in facts.orders if (day := delivered_day(order, period)) is not None)
        case "output_per_day":
            return dict.fromkeys(facts.work_days | {row.day for row in rows}, 1)
    return {}


def role_label(role: str) -> Text:
    """A role's name for people; one that the factory made is called by its key."""
    known = ROLES.get(role)
    return known.label if known else Text(role, role)


def _in(span: timedelta, unit: timedelta) -> Decimal:
    micro = timedelta(microseconds=1)
    return (Decimal(span // micro) / Decimal(unit // micro)).quantize(Decimal("0.01"))
