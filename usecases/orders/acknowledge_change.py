"""A department says that it knows of a change; when all have, work of the new revision goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.orders.changes import STATES
from domain.refusals.changes import NOTHING_TO_ACKNOWLEDGE
from domain.refusals.general import NOT_FOUND
from domain.refusals.people import ROLE_NOT_ALLOWED
from domain.text import Text
from domain.workflow.vocabulary import listed, role_label
from persistence import changes, following
from persistence.tx import Tx
from usecases.door import use_case
from usecases.orders.catch_up import catch_up
from usecases.orders.follow_order import set_stops
from usecases.orders.read_changes import change_view

_ACTION = Text("确认改单", "Acknowledge a change")


@dataclass(frozen=True, slots=True)
class AcknowledgeChange:
    """`role` None means every touched department of the actor. In another's place, an approver says why."""

    change_id: UUID
    role: str | None = None
    reason: str | None = None


@use_case(right="orders.read")
async def acknowledge_change(tx: Tx, command: AcknowledgeChange) -> dict[str, Any]:
    """The change with its departments; asked again, nothing more happens.

    Raises NOTHING_TO_ACKNOWLEDGE for a change that is not in force or does not touch the department, ROLE_NOT_ALLOWED.
    """
    row = await changes.find(tx, command.change_id)
    if row is None:
        raise NOT_FOUND()
    touched = {one["role"] for one in row["departments"]}
    asked = touched & ({command.role} if command.role else tx.actor.roles)
    if row["state"] != "applied" or not touched or (command.role and not asked):
        raise NOTHING_TO_ACKNOWLEDGE(change=row["number"], state=STATES[row["state"]].as_json())
    if not asked or not _may(tx, asked, command.reason):
        names = listed([role_label(role) for role in sorted(asked or touched)])
        raise ROLE_NOT_ALLOWED(action=_ACTION.as_json(), roles=names, role_keys=sorted(asked or touched))
    await following.lock_order(tx, row["order_no"])
    await following.lock_work(tx, row["order_id"])
    await changes.acknowledge(tx, command.change_id, asked, command.reason)
    await set_stops(tx, row["order_id"])
    await catch_up(tx, row["order_no"])
    return change_view(await changes.find(tx, command.change_id))


def _may(tx: Tx, roles: set[str], reason: str | None) -> bool:
    """One's own department; another's in its place, with a reason, for whoever may approve changes."""
    return roles <= tx.actor.roles or (bool(reason) and tx.actor.may("orders.approve_change"))
