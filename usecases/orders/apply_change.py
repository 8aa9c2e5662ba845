"""Put an approved change in force: one event with the next revision, and everything that hangs on the order with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.effects import Effect
from domain.orders.events import SealedEvent
from domain.orders.order import Order
from persistence import changes, following, orders
from persistence.orders import Loaded
from persistence.tx import Tx
from usecases.orders.catch_up import catch_up
from usecases.orders.change_prospect import Prospect
from usecases.orders.effects import outgoing
from usecases.orders.follow_order import call_off, make_up, set_stops
from usecases.orders.history import acting_role, next_event
from usecases.orders.propose_change import notice


async def apply_change(tx: Tx, row: Mapping[str, Any], loaded: Loaded, thought: Prospect) -> None:
    """Write it all in the open transaction, with the order's and its work orders' rows held."""
    after, sealed = _event(tx, row, thought)
    await orders.save_edit(tx, after, loaded.customer)
    await orders.save_move(tx, after, sealed, _effects(after, sealed, row, loaded, thought), None)
    if thought.requested.address is not None:
        await changes.save_address(tx, after.id, thought.requested.address)
    await changes.see(tx, row["id"], thought.before.version, thought.seen, thought.diff, thought.impact)
    departments = () if thought.requested.cancels else thought.departments
    await changes.applied(tx, row["id"], after.revision, sealed.event.id, departments)
    await _follow(tx, row, after, thought)


def _event(tx: Tx, row: Mapping[str, Any], thought: Prospect) -> tuple[Order, SealedEvent]:
    """Whose words stand in a reason, and where somebody lives, history does not keep; it points to the change."""
    payload = {
        "change": row["number"],
        "change_id": row["id"],
        "asked_by": row["asked_by"],
        "proposed_by": row["proposed_by"],
        "proposed_roles": list(row["proposed_roles"]),
        "confirmed": row["confirmation"] is not None,
        "fields": sorted(thought.requested.fields),
        "changed": thought.changed,
    }
    return next_event(
        tx,
        thought.before,
        thought.after,
        event_type="OrderChanged",
        action="cancel" if thought.requested.cancels else None,
        role=acting_role(tx.actor),
        payload=payload,
        evidence=thought.requested.evidence,
        cause=row["cause"],
    )


def _effects(
    after: Order, sealed: SealedEvent, row: Mapping[str, Any], loaded: Loaded, thought: Prospect
) -> Sequence[Effect]:
    """Each touched department is told, and the merchandiser; of a cancellation, whoever the workflow tells."""
    if thought.requested.cancels:
        (way,) = thought.workflow.table.steps[thought.before.stage, "cancel"]
        return outgoing(after, sealed, way.move.effects)
    told = [notice(f"role:{one.role}", "change_to_acknowledge", loaded, row) for one in thought.departments]
    return [*told, notice("party:merchandiser", "change_applied", loaded, row)]


async def _follow(tx: Tx, row: Mapping[str, Any], after: Order, thought: Prospect) -> None:
    """Work orders, material, deadlines: nothing is left of what the order was."""
    if thought.requested.cancels:
        await call_off(tx, after)
        return
    reason = f"改单 order change {row['number']}"
    await following.take_steps(tx, after, thought.considered.following.steps, reason)
    await make_up(tx, after, released=thought.facts.released, reserves=thought.facts.reserves)
    await following.move_deadlines(tx, after)
    await set_stops(tx, after.id)
    await catch_up(tx, after.order_no)
