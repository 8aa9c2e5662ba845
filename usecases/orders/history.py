"""The next event of an order: what it did, sealed onto the chain, and the order as it stands after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.access.actor import Actor
from domain.orders.events import Event, SealedEvent, actor_facts, seal
from domain.orders.order import Order
from persistence.tx import Tx


def acting_role(actor: Actor, allowed: Sequence[str] = ()) -> str | None:
    """The role in which somebody acts: one that the action allows, else any of theirs."""
    fitting = sorted(actor.roles & set(allowed)) or sorted(actor.roles)
    return fitting[0] if fitting else None


def next_event(
    tx: Tx,
    before: Order,
    after: Order,
    *,
    event_type: str,
    action: str | None = None,
    role: str | None = None,
    payload: Mapping[str, Any] | None = None,
    evidence: Sequence[Mapping[str, Any]] = (),
    occurred_at: datetime | None = None,
    cause: str | None = None,
    device_id: str | None = None,
) -> tuple[Order, SealedEvent]:
    """`after` with its version and head moved on by one sealed event."""
    event = Event(
        id=tx.new_id(),
        order_no=after.order_no,
        seq=before.version + 1,
        type=event_type,
        action=action,
        from_stage=before.stage or None,
        to_stage=after.stage,
        held=after.held,
        actor=actor_facts(tx.actor, role),
        occurred_at=occurred_at or tx.now,
        recorded_at=tx.now,
        revision=after.revision,
        workflow=after.workflow,
        prev_hash=before.head_hash,
        payload=payload or {},
        evidence=evidence,
        cause=cause,
        device_id=device_id,
    )
    sealed = seal(event)
    return replace(after, version=event.seq, head_hash=sealed.hash, updated_at=tx.now), sealed
