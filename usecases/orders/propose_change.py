"""Ask for an order change: thought through at once, numbered per order, and waiting for whoever may approve it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.access.roles import ROLES
from domain.effects import Effect
from domain.orders.change_request import asked_fields
from domain.orders.changes import AskedBy, asks_customer
from domain.outgoing.feed import CHANGE_MOVED
from domain.refusals.general import NOT_FOUND, VERSION_STALE
from persistence import changes, following, hints, orders, outbox
from persistence.changes import NewChange
from persistence.orders import Loaded
from persistence.tx import Tx
from usecases.door import use_case
from usecases.orders.change_prospect import Prospect, prospect
from usecases.orders.read_changes import change_view
from usecases.orders.writing import own_fields, refuse_unwritable

_APPROVERS = tuple(
    role.key for role in ROLES.values() if "orders.approve_change" in role.rights and "admin.all" not in role.rights
)


@dataclass(frozen=True, slots=True)
class ProposeChange:
    """`patch` is plain JSON (domain.orders.change_request); where `confirm_by_customer` is None the domain decides."""

    order_no: str
    patch: Mapping[str, Any]
    reason: str
    asked_by: AskedBy = "customer"
    confirm_by_customer: bool | None = None
    order_version: int | None = None
    cause: str | None = None


@use_case(right="orders.change")
async def propose_change(tx: Tx, command: ProposeChange) -> dict[str, Any]:
    """The change, `proposed`, with its diff and impact. Nothing of the order moves until it is approved."""
    await following.lock_order(tx, command.order_no)
    loaded = await _loaded(tx, command.order_no)
    if command.order_version not in (None, loaded.order.version):
        raise VERSION_STALE(version=loaded.order.version)
    await insist_on_writable(tx, loaded, command.patch)
    seen = await prospect(tx, loaded, command.patch)
    fields = sorted(seen.requested.fields)
    change_id = tx.new_id()
    asks = asks_customer(command.asked_by, fields, command.confirm_by_customer)
    number = await changes.insert(
        tx,
        NewChange(
            id=change_id,
            order_id=loaded.order.id,
            asked_by=command.asked_by,
            reason=command.reason,
            patch=command.patch,
            fields=fields,
            base_version=loaded.order.version,
            seen=seen.seen,
            diff=seen.diff,
            impact=seen.impact,
            confirm_by_customer=asks,
            cause=command.cause,
        ),
    )
    await hints.tell(tx, loaded.order.id, CHANGE_MOVED, number, internal=not asks)
    change = {"id": change_id, "number": number}
    effects = [notice(f"role:{role}", "change_proposed", loaded, change) for role in _APPROVERS]
    await outbox.add(tx, change_id, command.order_no, effects)
    return change_view(await changes.find(tx, change_id))


@use_case(right="orders.change")
async def preview_change(tx: Tx, command: ProposeChange) -> dict[str, Any]:
    """`{"order_version", "diff", "impact"}` of a request that is not kept."""
    loaded = await _loaded(tx, command.order_no)
    await insist_on_writable(tx, loaded, command.patch)
    thought: Prospect = await prospect(tx, loaded, command.patch)
    return thought.preview()


async def _loaded(tx: Tx, order_no: str) -> Loaded:
    loaded = await orders.load(tx, order_no)
    if loaded is None:
        raise NOT_FOUND()
    return loaded


async def insist_on_writable(tx: Tx, loaded: Loaded, patch: Mapping[str, Any]) -> None:
    """Raises FIELD_NOT_WRITABLE, naming every field that the actor may not write."""
    own = await own_fields(tx, loaded.order.order_type) if "extension" in patch else None
    asked = ((f"/patch{pointer}", name) for pointer, name in asked_fields(patch))
    refuse_unwritable(tx.actor, asked, patch.get("extension") or {}, own, "/patch/extension")


def notice(
    to: str, template: str, loaded: Loaded, change: Mapping[str, Any], channels: tuple[str, ...] = ("in_app",)
) -> Effect:
    """One thing to tell about a change of an order, of which the `id` and `number` are told."""
    order = loaded.order
    body = {
        "order_no": order.order_no,
        "stage": order.stage,
        "change": change["number"],
        "change_id": str(change["id"]),
        "template": template,
        "channels": list(channels),
    }
    return Effect("notify", "*", f"{to}:{template}", body)
