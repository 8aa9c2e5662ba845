"""Who of a customer may sign in. One address of mail is one login, for as many customers as it speaks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from persistence.queries.contact_list import COLUMNS, in_reach
from persistence.queries.scope import Scope, everywhere, within
from persistence.tx import Tx

_FIND = f"SELECT {COLUMNS} FROM contacts t WHERE t.id = $1 AND {in_reach(2)}"  # noqa: S608 - composed of constants
_INVITE = """
WITH contact AS (
  INSERT INTO contacts AS t (id, email, name, language, created_at, created_by, invited_at)
  VALUES ($1, $2, $3, $4, $6, $7, $6)
  ON CONFLICT (email) DO UPDATE SET name = excluded.name, language = excluded.language, invited_at = $6,
    removed_at = NULL, removed_by = NULL
  RETURNING t.id
), linked AS (
  INSERT INTO contact_customers (contact_id, customer_id, origin, added_at, added_by)
  SELECT contact.id, $5, 'invited', $6, $7 FROM contact ON CONFLICT DO NOTHING
)
SELECT id FROM contact
"""
_CHANGE = """
UPDATE contacts SET name = coalesce($2, name), language = coalesce($3, language) WHERE id = $1 RETURNING id
"""
_REMOVE = """
WITH gone AS (
  UPDATE contacts SET removed_at = $2, removed_by = $3 WHERE id = $1 AND removed_at IS NULL RETURNING id
), ended AS (
  UPDATE portal_sessions SET revoked_at = $2, revoked_reason = 'removed'
  FROM gone WHERE contact_id = gone.id AND revoked_at IS NULL
)
SELECT id FROM gone
"""
_UNLINK = "DELETE FROM contact_customers WHERE contact_id = $1 AND customer_id = $2"
_CUSTOMER_OF_ORDER = f"SELECT o.customer_id FROM orders o WHERE o.order_no = $1 AND {within(2)}"  # noqa: S608 - constants
_CUSTOMER = f"""
SELECT c.id FROM customers c WHERE c.id = $1 AND ({everywhere(2)}
  OR EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND {within(2)}))
"""  # noqa: S608 - composed of constants
_OF_ORDER = """
SELECT t.id FROM orders o JOIN contact_customers l ON l.customer_id = o.customer_id
JOIN contacts t ON t.id = l.contact_id WHERE o.order_no = $1 AND t.removed_at IS NULL ORDER BY t.id
"""
# Who has not read so far, and was not mailed since they last read.
_UNAWARE = """
SELECT t.id FROM orders o JOIN contact_customers l ON l.customer_id = o.customer_id
JOIN contacts t ON t.id = l.contact_id
LEFT JOIN message_reads r ON r.order_id = o.id AND r.reader = 'customer:' || t.id
WHERE o.id = $1 AND t.removed_at IS NULL AND coalesce(r.read_through, 0) < $2
  AND NOT EXISTS (SELECT 1 FROM outbox x WHERE x.order_no = o.order_no AND x.kind = 'notify'
    AND x.recipient = 'contact:' || t.id || ':' || $3 AND x.created_at > coalesce(r.read_at, '-infinity'))
ORDER BY t.id
"""
_BY_EMAIL = "SELECT id, name, language FROM contacts WHERE email = $1 AND removed_at IS NULL"


async def find(tx: Tx, scope: Scope, contact_id: UUID) -> Mapping[str, Any] | None:
    """One contact with the customers it speaks for, where it speaks for any in the scope."""
    return await tx.connection.row(_FIND, contact_id, *scope.values)


async def invite(tx: Tx, email: str, name: str, language: str, customer_id: UUID) -> UUID:
    """Let somebody in for a customer, whether the address is new, known or was removed; its contact's id."""
    found: UUID = await tx.connection.value(
        _INVITE, tx.new_id(), email, name, language, customer_id, tx.now, tx.actor.id
    )
    return found


async def change(tx: Tx, contact_id: UUID, name: str | None, language: str | None) -> bool:
    """Another name or language; False where there is no such contact."""
    return await tx.connection.value(_CHANGE, contact_id, name, language) is not None


async def remove(tx: Tx, contact_id: UUID) -> bool:
    """Shut somebody out and end their sessions; False where nobody of that id may come in."""
    return await tx.connection.value(_REMOVE, contact_id, tx.now, tx.actor.id) is not None


async def unlink(tx: Tx, contact_id: UUID, customer_id: UUID) -> bool:
    """Speak for this customer no longer; False where they did not."""
    return await tx.connection.run(_UNLINK, contact_id, customer_id) == 1


async def customer_of_order(tx: Tx, scope: Scope, order_no: str) -> UUID | None:
    """Whose order it is, or None."""
    found: UUID | None = await tx.connection.value(_CUSTOMER_OF_ORDER, order_no, *scope.values)
    return found


async def has_customer(tx: Tx, scope: Scope, customer_id: UUID) -> bool:
    """Whether there is such a customer."""
    return await tx.connection.value(_CUSTOMER, customer_id, *scope.values) is not None


async def by_email(tx: Tx, email: str) -> Mapping[str, Any] | None:
    """Who signs in by this address, or None."""
    return await tx.connection.row(_BY_EMAIL, email)


async def unaware_of(tx: Tx, order_id: UUID, number: int, template: str) -> list[UUID]:
    """Contacts of an order's customer who have not read message `number` and were not mailed since they last read."""
    return [row["id"] for row in await tx.connection.rows(_UNAWARE, order_id, number, template)]


async def of_order(tx: Tx, order_no: str) -> list[UUID]:
    """Contacts who may look at an order."""
    return [row["id"] for row in await tx.connection.rows(_OF_ORDER, order_no)]
