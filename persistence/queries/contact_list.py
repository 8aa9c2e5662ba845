"""The contacts of customers as a list, each with those for whom it speaks; one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from persistence.queries.scope import Scope, everywhere, within
from persistence.tx import Tx

_CUSTOMERS = """
coalesce((SELECT jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name, 'company', c.company, 'channel', c.channel,
    'origin', l.origin) ORDER BY l.added_at, c.id)
  FROM contact_customers l JOIN customers c ON c.id = l.customer_id WHERE l.contact_id = t.id), '[]') AS customers
"""
_SEEN = "(SELECT max(s.used_at) FROM portal_sessions s WHERE s.contact_id = t.id) AS last_seen_at"
COLUMNS = f"t.id, t.email, t.name, t.language, t.created_at, t.invited_at, t.removed_at, {_SEEN}, {_CUSTOMERS}"


def in_reach(first: int) -> str:
    """SQL that is true of a contact who speaks for the customer of an order in the scope, whose values begin there."""
    return f"""({everywhere(first)} OR EXISTS (
    SELECT 1 FROM contact_customers l JOIN orders o ON o.customer_id = l.customer_id
    WHERE l.contact_id = t.id AND {within(first)}))"""  # noqa: S608 - numbers of parameters


_LIST = f"""
SELECT {COLUMNS} FROM contacts t
WHERE ($1::uuid IS NULL OR EXISTS (SELECT 1 FROM contact_customers l WHERE l.contact_id = t.id AND l.customer_id = $1))
  AND ($2::text IS NULL OR EXISTS (SELECT 1 FROM contact_customers l JOIN orders o ON o.customer_id = l.customer_id
    WHERE l.contact_id = t.id AND o.order_no = $2))
  AND ($3::text IS NULL OR position(lower($3) IN t.email) > 0 OR position(lower($3) IN lower(t.name)) > 0)
  AND ($4::text IS NULL OR t.email > $4) AND {in_reach(6)}
ORDER BY t.email LIMIT $5
"""  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class ContactPage:
    """At most `limit` contacts after an address, of one customer, of the customer of one order, or by words."""

    customer_id: UUID | None = None
    order_no: str | None = None
    words: str | None = None
    after_email: str | None = None
    limit: int = 50


async def page(tx: Tx, scope: Scope, wanted: ContactPage) -> Sequence[Mapping[str, Any]]:
    """Contacts by address; those who were removed with the rest."""
    return await tx.connection.rows(
        _LIST, wanted.customer_id, wanted.order_no, wanted.words, wanted.after_email, wanted.limit, *scope.values
    )
