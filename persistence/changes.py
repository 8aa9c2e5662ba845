"""Order changes: requests as they stand, and the acknowledgements that are still open."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.orders.changes import Department, Unacknowledged
from domain.text import Text
from persistence.queries.scope import Scope, within
from persistence.statements import CHANGE
from persistence.tx import Tx

_FIND = f"{CHANGE} WHERE c.id = $1 AND {within(2)}"
_BY_NUMBER = f"{CHANGE} WHERE o.order_no = $1 AND c.number = $2"
_INSERT = """
INSERT INTO order_changes (id, order_id, number, state, asked_by, reason, patch, fields, base_version, seen, diff,
  impact, confirm_by_customer, proposed_by, proposed_roles, proposed_at, cause)
SELECT $1, $2, coalesce(max(c.number), 0) + 1, 'proposed', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15
FROM order_changes c WHERE c.order_id = $2
RETURNING number
"""
_DECIDE = """
UPDATE order_changes SET state = $2, decided_by = $3, decided_at = $4, decision_reason = coalesce($5, decision_reason)
WHERE id = $1
"""
_MOVE = "UPDATE order_changes SET state = $2 WHERE id = $1"
_CONFIRM = "UPDATE order_changes SET confirmation = $2 WHERE id = $1"
_SEE = "UPDATE order_changes SET base_version = $2, seen = $3, diff = $4, impact = $5 WHERE id = $1"
_APPLIED = """
WITH applied AS (
  UPDATE order_changes SET state = 'applied', applied_at = $2, applied_revision = $3, event_id = $4,
    applied_in = feed_place()::text::bigint
  WHERE id = $1
  RETURNING id, order_id
)
INSERT INTO change_acknowledgements (change_id, role, order_id, stops_work, asked_at)
SELECT a.id, e.role, a.order_id, e.stops_work, $2
FROM applied a, jsonb_to_recordset($5) AS e(role text, stops_work boolean)
"""
_ACKNOWLEDGE = """
UPDATE change_acknowledgements SET acknowledged_at = $3, acknowledged_by = $4, reason = $5
WHERE change_id = $1 AND role = ANY ($2) AND acknowledged_at IS NULL
"""
# An order that is over asks nobody any more; what was cancelled is told by its own notices.
_OPEN = """
SELECT c.order_id, o.order_no, c.id AS change_id, c.number AS change, c.impact->'told' AS told,
  c.applied_revision AS revision, c.applied_at, c.applied_in,
  array_agg(a.role ORDER BY a.role) AS departments,
  array(SELECT w->>'number' FROM jsonb_array_elements(c.impact->'work_orders') w) AS work_orders
FROM change_acknowledgements a JOIN order_changes c ON c.id = a.change_id JOIN orders o ON o.id = a.order_id
WHERE a.acknowledged_at IS NULL AND a.stops_work AND a.order_id = ANY ($1::uuid[])
  AND o.category NOT IN ('done', 'cancelled')
GROUP BY c.id, o.order_no ORDER BY c.order_id, c.number
"""
_CLOSE_OPEN = """
UPDATE order_changes SET state = 'withdrawn', decided_by = $2, decided_at = $3, decision_reason = $4
WHERE order_id = $1 AND state IN ('proposed', 'awaiting_customer', 'approved')
"""
_ASKED = """
SELECT c.patch FROM order_changes c JOIN orders o ON o.id = c.order_id
WHERE o.order_no = $1 AND c.asked_by = 'channel' AND c.state IN ('proposed', 'awaiting_customer', 'approved')
ORDER BY c.number DESC LIMIT 1
"""
_SUPERSEDE = """
UPDATE order_changes c SET state = 'withdrawn', decided_by = $2, decided_at = $3, decision_reason = $4 FROM orders o
WHERE o.id = c.order_id AND o.order_no = $1 AND c.asked_by = 'channel' AND c.state = 'proposed'
"""
_ADDRESS = """
INSERT INTO delivery_addresses (order_id, address, changed_at) VALUES ($1, $2, $3)
ON CONFLICT (order_id) DO UPDATE SET address = excluded.address, changed_at = excluded.changed_at
"""


@dataclass(frozen=True, slots=True)
class NewChange:
    """A request as it is first kept; `seen` is the digest of what its proposer was shown."""

    id: UUID
    order_id: UUID
    asked_by: str
    reason: str
    patch: Mapping[str, Any]
    fields: Sequence[str]
    base_version: int
    seen: str
    diff: Mapping[str, Any]
    impact: Mapping[str, Any]
    confirm_by_customer: bool
    cause: str | None


async def find(tx: Tx, change_id: UUID, scope: Scope | None = None) -> Mapping[str, Any] | None:
    """One change with its order's number and version, and its departments; None where there is none for the actor."""
    return await tx.connection.row(_FIND, change_id, *(scope or Scope.of(tx.actor)).values)


async def by_number(tx: Tx, order_no: str, number: int) -> Mapping[str, Any] | None:
    """The same by the order's number and its own."""
    return await tx.connection.row(_BY_NUMBER, order_no, number)


async def insert(tx: Tx, change: NewChange) -> int:
    """Keep a new request under the order's next number; only with the order's row locked."""
    number: int = await tx.connection.value(
        _INSERT,
        change.id,
        change.order_id,
        change.asked_by,
        change.reason,
        dict(change.patch),
        list(change.fields),
        change.base_version,
        change.seen,
        dict(change.diff),
        dict(change.impact),
        change.confirm_by_customer,
        tx.actor.id,
        sorted(tx.actor.roles),
        tx.now,
        change.cause,
    )
    return number


async def decide(tx: Tx, change_id: UUID, state: str, reason: str | None) -> None:
    """Write a decision with who made it."""
    await tx.connection.run(_DECIDE, change_id, state, tx.actor.id, tx.now, reason)


async def move(tx: Tx, change_id: UUID, state: str) -> None:
    """Write where the change stands, whoever decided about it."""
    await tx.connection.run(_MOVE, change_id, state)


async def confirm(tx: Tx, change_id: UUID, confirmation: Mapping[str, Any]) -> None:
    """Write what the customer said, and how that is known."""
    await tx.connection.run(_CONFIRM, change_id, dict(confirmation))


async def see(
    tx: Tx, change_id: UUID, base_version: int, seen: str, diff: Mapping[str, Any], impact: Mapping[str, Any]
) -> None:
    """Write what the change means on the order as it stands now."""
    await tx.connection.run(_SEE, change_id, base_version, seen, dict(diff), dict(impact))


async def applied(tx: Tx, change_id: UUID, revision: int, event_id: UUID, departments: Sequence[Department]) -> None:
    """Write that the change is in force, and which departments must acknowledge it."""
    rows = [{"role": one.role, "stops_work": one.stops_work} for one in departments]
    await tx.connection.run(_APPLIED, change_id, tx.now, revision, event_id, rows)


async def acknowledge(tx: Tx, change_id: UUID, roles: Collection[str], reason: str | None) -> int:
    """Write that departments know; says how many had not acknowledged before."""
    return await tx.connection.run(_ACKNOWLEDGE, change_id, sorted(roles), tx.now, tx.actor.id, reason)


async def open_acknowledgements(tx: Tx, order_ids: Collection[UUID]) -> dict[UUID, list[Unacknowledged]]:
    """By order, the changes in force that stop work because departments have not acknowledged them; one statement."""
    found: dict[UUID, list[Unacknowledged]] = {}
    for row in await tx.connection.rows(_OPEN, list(order_ids)):
        found.setdefault(row["order_id"], []).append(
            Unacknowledged(
                order_id=row["order_id"],
                order_no=row["order_no"],
                change_id=row["change_id"],
                change=row["change"],
                revision=row["revision"],
                departments=tuple(row["departments"]),
                work_orders=frozenset(row["work_orders"]),
                told=Text(**row["told"]),
                applied_at=row["applied_at"],
                applied_in=row["applied_in"],
            )
        )
    return found


async def withdraw_open(tx: Tx, order_id: UUID, reason: str) -> int:
    """Close what is still undecided, because the order is over; says how many."""
    return await tx.connection.run(_CLOSE_OPEN, order_id, tx.actor.id, tx.now, reason)


async def asked_by_channel(tx: Tx, order_no: str) -> Mapping[str, Any] | None:
    """What the channel asks for and nobody has decided about; None where there is nothing."""
    patch: Mapping[str, Any] | None = await tx.connection.value(_ASKED, order_no)
    return patch


async def supersede(tx: Tx, order_no: str, cause: str) -> int:
    """Close what the channel asked for before and nobody has decided, because it asks for something else now."""
    return await tx.connection.run(_SUPERSEDE, order_no, tx.actor.id, tx.now, f"来单 intake {cause}")


async def save_address(tx: Tx, order_id: UUID, address: Mapping[str, Any]) -> None:
    """Write where the order goes from now on."""
    await tx.connection.run(_ADDRESS, order_id, dict(address), tx.now)


async def login_of(tx: Tx, person_id: str) -> str | None:
    """The login of one of the staff, or None for whoever is not."""
    login: str | None = await tx.connection.value("SELECT login FROM people WHERE id::text = $1", person_id)
    return login
