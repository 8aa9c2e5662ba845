"""From what a workflow document says should happen to the rows of the outbox that make it happen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.effects import Effect
from domain.orders.events import SealedEvent
from domain.orders.order import Order
from domain.workflow.document import EffectSpec

# Decided inside the order's own transaction, so there is nothing left to carry out.
_IMMEDIATE = {"ship_remaining"}


def outgoing(order: Order, sealed: SealedEvent, specs: Iterable[EffectSpec]) -> list[Effect]:
    """One row per effect; the relay expands roles to people and people to channels."""
    return [_effect(order, sealed, spec) for spec in specs if spec.kind not in _IMMEDIATE]


def _effect(order: Order, sealed: SealedEvent, spec: EffectSpec) -> Effect:
    body: dict[str, Any] = {"order_no": order.order_no, "stage": order.stage, "event_id": str(sealed.event.id)}
    if spec.kind == "notify":
        body |= {"template": spec.template, "channels": list(spec.channels)}
        party, name = next(iter(spec.to.items()))
        return Effect("notify", "*", f"{party}:{name}:{spec.template}", body)
    if spec.kind == "open_task":
        return Effect("open_task", "*", f"role:{spec.role}", {**body, "form": spec.form})
    return Effect(spec.kind, "*", f"order:{order.order_no}", body)
