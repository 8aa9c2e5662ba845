"""What happened, as far as measures are made of it: read from the house's own records, and nothing typed in by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from domain.kpis.handovers import Handover
from domain.text import Text

Standing = Literal["open", "done", "cancelled"]


@dataclass(frozen=True, slots=True)
class Order:
    """An order as far as it was promised and delivered. `ended_at` is when it was delivered, or cancelled."""

    order_no: str
    customer: str | None
    signed_date: date
    promised_date: date | None
    due_at: datetime | None
    standing: Standing
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrderHandover:
    """A handover with whose order it was."""

    order_no: str
    customer: str | None
    handover: Handover


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint that a customer filed."""

    id: str
    order_no: str
    customer: str | None
    category: str
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class Finished:
    """One report of pieces through the last operation."""

    id: str
    order_no: str
    customer: str | None
    work_order: str
    person: str | None
    shift_date: date
    reported_at: datetime
    good: Decimal


@dataclass(frozen=True, slots=True)
class Passed:
    """One inspection that passed; `missed` where the goods proved bad before anybody passed them again."""

    id: str
    order_no: str
    customer: str | None
    work_order: str
    inspector: str | None
    shift: str
    shift_label: Text
    shift_date: date
    inspected_at: datetime
    missed: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """The first message of the staff to a customer who had begun to wait."""

    id: str
    order_no: str
    customer: str | None
    person: str | None
    waited_since: datetime
    replied_at: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert, whether a person saw to it, and how the order that it is about ended. No order: None in its place."""

    id: str
    label: Text
    fact: str
    raised_at: datetime
    handled: bool
    order: Order | None
