"""What could not be carried out: seen, tried again, or dropped by a person who says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.orders.events import instant_text
from domain.refusals.general import NOT_FOUND
from domain.refusals.outgoing import EFFECT_NOT_DEAD
from persistence import outbox
from persistence.tx import Tx
from usecases.door import use_case


@dataclass(frozen=True, slots=True)
class EffectPage:
    """Rows after `after`; `state` ready, leased, done or dead, None for all."""

    state: str | None = None
    order_no: str | None = None
    after: UUID | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class DropEffect:
    """`reason` is kept with the row, beside who dropped it."""

    effect_id: UUID
    reason: str


@use_case(right="admin.all")
async def list_effects(tx: Tx, page: EffectPage) -> list[dict[str, Any]]:
    """Rows of the outbox, oldest first, without their bodies."""
    rows = await outbox.list_effects(tx, page.state, page.order_no, page.after, page.limit)
    return [effect_view(row) for row in rows]


@use_case(right="admin.all")
async def retry_effect(tx: Tx, effect_id: UUID) -> dict[str, Any]:
    """The row, ready again with its patience renewed. Raises NOT_FOUND, EFFECT_NOT_DEAD."""
    return await _after(tx, effect_id, await outbox.revive(tx, effect_id))


@use_case(right="admin.all")
async def drop_effect(tx: Tx, command: DropEffect) -> dict[str, Any]:
    """The row, closed without having been carried out. Raises NOT_FOUND, EFFECT_NOT_DEAD."""
    return await _after(tx, command.effect_id, await outbox.drop(tx, command.effect_id, command.reason))


async def _after(tx: Tx, effect_id: UUID, changed: bool) -> dict[str, Any]:
    row = await outbox.find(tx, effect_id)
    if row is None:
        raise NOT_FOUND()
    if not changed:
        raise EFFECT_NOT_DEAD(state=row["state"])
    return effect_view(row)


def effect_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the outbox as JSON values. `dropped`: closed by a person, whose reason is the `problem`."""
    instants = {name: row[name] and instant_text(row[name]) for name in ("created_at", "due_at", "settled_at")}
    plain = ("order_no", "kind", "channel", "recipient", "state", "attempts", "provider_id", "problem", "settled_by")
    return {
        "id": str(row["id"]),
        "event_id": str(row["event_id"]),
        **{name: row[name] for name in plain},
        **instants,
        "dropped": row["state"] == "done" and row["problem"] is not None,
    }
