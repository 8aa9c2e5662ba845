"""What other systems are told, to whom, and when one that does not listen is left alone.

A body says that something happened to a thing and to which version; the receiver asks for the rest with its own key.
Events of one order are put in order by `seq`, not by when they arrive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.access.actor import Actor
from domain.access.fields import hidden_fields, strip
from domain.effects import Effect

# Each type with the right that its data takes to read.
TYPES: Mapping[str, str] = {
    "order.opened": "orders.read",
    "order.stage_changed": "orders.read",
    "order.changed": "orders.read",
    "order.delivered": "orders.read",
    "alert.raised": "warning.read",
    "alert.resolved": "warning.read",
    "message.posted": "portal.answer",
    "stock.updated": "orders.read",
}
PING = "ping"
PAUSE_AFTER = timedelta(days=3)
CHANNEL = "webhook:"
_OPENING = frozenset({"OrderOpened", "OrderSplitOff"})


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, as it may be told. `id` names the cause: an event, an alert, a message."""

    id: UUID
    types: tuple[str, ...]
    at: datetime
    data: Mapping[str, Any]
    order_no: str | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """An endpoint as far as telling goes. One that is paused is not called, but what it misses is written down."""

    id: UUID
    types: frozenset[str]
    paused: bool
    field_roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing to tell one endpoint."""

    cause: UUID
    type: str
    endpoint_id: UUID
    body: Mapping[str, Any]
    order_no: str | None
    paused: bool


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint has been doing."""

    failing_since: datetime | None = None
    pause: str | None = field(default=None)


def announcement(told: str, data: Mapping[str, Any]) -> Effect:
    """What an area puts beside its own effects where something that is no event of an order is to be told."""
    return Effect("announce", "*", told, dict(data))


def deliveries(happenings: list[Happening], listeners: list[Listener]) -> list[Delivery]:
    """Whom to tell what: each endpoint each type that it chose, without what it may not read."""
    return [
        Delivery(
            happening.id,
            told,
            listener.id,
            strip(_body(told, happening), hidden_fields(reader_of(listener))),
            happening.order_no,
            listener.paused,
        )
        for happening in happenings
        for told in happening.types
        for listener in listeners
        if told in listener.types
    ]


def reader_of(listener: Listener) -> Actor:
    """Who reads a body: an endpoint stands in the table of fields by its field roles, as a key does."""
    return Actor("key", str(listener.id), "webhook", field_roles=listener.field_roles)


def order_types(event_type: str, from_stage: str | None, to_stage: str, category: str | None) -> tuple[str, ...]:
    """The types under which an event of an order's history is told. Reaching its end is told besides."""
    if event_type in _OPENING:
        return ("order.opened",)
    if from_stage == to_stage:
        return ("order.changed",)
    return ("order.stage_changed", "order.delivered") if category == "done" else ("order.stage_changed",)


def health_after(failing_since: datetime | None, now: datetime, *, taken: bool, gone: bool) -> Health:
    """What one attempt says of an endpoint: 410 ends it at once, three days without success do too."""
    if taken:
        return Health()
    since = failing_since or now
    if gone:
        return Health(since, "gone")
    return Health(since, "failing" if now - since >= PAUSE_AFTER else None)


def _body(told: str, happening: Happening) -> dict[str, Any]:
    return {"type": told, "timestamp": happening.at.isoformat().replace("+00:00", "Z"), "data": dict(happening.data)}
