"""From what is stored to what measures count: one statement for each kind of fact."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.kpis.counting import Facts
from domain.kpis.facts import Alert, Complaint, Finished, Order, OrderHandover, Passed, Reply
from domain.kpis.handovers import Step, handovers
from domain.kpis.measures import Key
from domain.kpis.periods import Period
from domain.orders.dates import local_date
from domain.text import Text
from domain.warning.calendar import Calendar
from domain.warning.working_time import WorkingTime
from persistence.queries import kpis
from persistence.queries.kpis import Chosen
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.warning.rulebook import factory_calendar

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_SHIFT = Text("班次之外", "outside every shift")
_NEEDS: Mapping[str, frozenset[Key]] = {
    "orders": frozenset({"fulfilment_cycle", "on_time_share", "complaint_rate"}),
    "handovers": frozenset({"handover_waiting"}),
    "complaints": frozenset({"complaint_rate"}),
    "finished": frozenset({"output_per_day"}),
    "passed": frozenset({"qc_miss_rate"}),
    "replies": frozenset({"first_response"}),
    "alerts": frozenset({"alerts_raised", "alerts_handled", "alerts_saved"}),
}


async def read_facts(tx: Tx, period: Period, chosen: Chosen, wanted: Collection[Key]) -> Facts:
    """All that these measures are made of."""
    asked = tx, Scope.of(tx.actor), chosen, period
    needs = {name for name, keys in _NEEDS.items() if keys & set(wanted)}
    calendar = await factory_calendar(tx)
    found = await _handovers(tx, period, chosen) if "handovers" in needs else []
    return Facts(
        orders=[_order(row) for row in await kpis.orders(*asked)] if "orders" in needs else (),
        handovers=found,
        complaints=[Complaint(**row) for row in await kpis.complaints(*asked)] if "complaints" in needs else (),
        finished=[Finished(**row) for row in await kpis.finished(*asked)] if "finished" in needs else (),
        passed=[_passed(row) for row in await kpis.passed(*asked)] if "passed" in needs else (),
        replies=[Reply(**row) for row in await kpis.replies(*asked)] if "replies" in needs else (),
        alerts=[_alert(row) for row in await kpis.alerts(*asked)] if "alerts" in needs else (),
        person_days=await kpis.person_days(*asked) if "handovers" in needs else {},
        work_days=_work_days(tx, period, calendar) if "finished" in needs else frozenset(),
        working=_working(period, calendar, found),
    )


async def _handovers(tx: Tx, period: Period, chosen: Chosen) -> list[OrderHandover]:
    rows = await kpis.histories(tx, Scope.of(tx.actor), chosen, period)
    # A year's histories take moments that other requests would wait for.
    return await asyncio.to_thread(_taken_up, rows, period)


def _taken_up(rows: Sequence[Mapping[str, Any]], period: Period) -> list[OrderHandover]:
    return [
        OrderHandover(row["order_no"], row["customer"], handover)
        for row in rows
        for handover in handovers([_step(step) for step in row["steps"]])
        if period.day_of(handover.taken_at) is not None
    ]


def _step(told: Sequence[Any]) -> Step:
    at, stage, role, held, by = told
    return Step(_EPOCH + timedelta(microseconds=at), stage, role, held, by, cancelled=stage == "cancelled")


def _order(row: Mapping[str, Any]) -> Order:
    return Order(*(row[name] for name in Order.__slots__))


def _passed(row: Mapping[str, Any]) -> Passed:
    told = dict(row)
    zh, en = told.pop("shift_name"), told.pop("shift_name_en")
    return Passed(**told, shift_label=Text(zh, en or zh) if zh else _NO_SHIFT)


def _alert(row: Mapping[str, Any]) -> Alert:
    order = _order(row) if row["order_no"] is not None else None
    return Alert(row["alert_id"], Text(**row["label"]), row["fact"], row["raised_at"], row["handled"], order)


def _work_days(tx: Tx, period: Period, calendar: Calendar) -> frozenset[Any]:
    """Those days of the period up to today on which the factory works."""
    today = local_date(tx.now, tx.zone)
    return frozenset(day for day in period.days() if day <= today and calendar.spans(day))


def _working(period: Period, calendar: Calendar, found: Sequence[OrderHandover]) -> WorkingTime:
    """Reaching back to the oldest arrival that counts."""
    arrivals = [one.handover.arrived_at for one in found]
    return WorkingTime.spanning(calendar, min(arrivals, default=period.begins_at), period.ends_at)
