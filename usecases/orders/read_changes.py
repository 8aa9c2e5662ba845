"""Questions about order changes: one, those of an order, and the inbox of all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.orders.changes import OPEN, STATES, department_view
from domain.orders.events import instant_text
from domain.refusals.general import NOT_FOUND
from domain.refusals.kinds import Refusal
from persistence import changes, orders
from persistence.queries import change_inbox
from persistence.queries.change_inbox import ChangeFilter
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.orders.change_prospect import prospect


@use_case(right="orders.read")
async def list_changes(tx: Tx, wanted: ChangeFilter) -> list[dict[str, Any]]:
    """Changes as they were last looked at, the newest first. Raises NOT_FOUND for an order that does not exist."""
    rows = await change_inbox.list_changes(tx, Scope.of(tx.actor), wanted)
    if not rows and wanted.order_no is not None and await orders.load(tx, wanted.order_no) is None:
        raise NOT_FOUND()
    return [change_view(row) for row in rows]


@use_case(right="orders.read")
async def read_change(tx: Tx, change_id: UUID) -> dict[str, Any]:
    """One change. While it is undecided, diff and impact are those of this moment, and `problem` says why it cannot be
    applied any more, where it cannot.
    """
    row = await changes.find(tx, change_id)
    if row is None:
        raise NOT_FOUND()
    view = change_view(row)
    if row["state"] not in OPEN or row["order_version"] == row["base_version"]:
        return view
    loaded = await orders.load(tx, row["order_no"])
    if loaded is None:
        raise NOT_FOUND()
    try:
        now = await prospect(tx, loaded, row["patch"])
    except Refusal as refusal:
        return {**view, "problem": {"code": refusal.code, "detail": refusal.detail.as_json()}}
    return {**view, **now.preview(), "rebased": now.seen != row["seen"]}


def change_view(row: Mapping[str, Any] | None) -> dict[str, Any]:
    """A change as the API shows it. Raises NOT_FOUND where there is none."""
    if row is None:
        raise NOT_FOUND()
    return {
        "id": str(row["id"]),
        "order_no": row["order_no"],
        "number": row["number"],
        "state": row["state"],
        "state_label": STATES[row["state"]].as_json(),
        "asked_by": row["asked_by"],
        "reason": row["reason"],
        "patch": row["patch"],
        "fields": list(row["fields"]),
        "order_version": row["base_version"],
        "rebased": False,
        "diff": row["diff"],
        "impact": row["impact"],
        "confirm_by_customer": row["confirm_by_customer"],
        "confirmation": row["confirmation"],
        "departments": [department_view(one) for one in row["departments"]],
        "acknowledged": row["state"] == "applied" and all(one["acknowledged_at"] for one in row["departments"]),
        "revision": row["applied_revision"],
        "event_id": row["event_id"] and str(row["event_id"]),
        "problem": None,
        **_who_and_when(row),
    }


def _who_and_when(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "proposed_by": row["proposed_by"],
        "proposed_at": instant_text(row["proposed_at"]),
        "decided_by": row["decided_by"],
        "decided_at": row["decided_at"] and instant_text(row["decided_at"]),
        "decision_reason": row["decision_reason"],
        "applied_at": row["applied_at"] and instant_text(row["applied_at"]),
        "cause": row["cause"],
    }
