"""Whom a message is for, and where they are reached. Read when it is sent, so that a new number counts at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.text import Language, Text
from persistence.responsible import RESPONSIBLE, STANDING_IN
from persistence.roles import STANDING, standing_from
from persistence.tx import Tx

_PERSON = "p.id AS person_id, 'person:' || p.id AS key, p.name, p.email, p.phone, p.language"
# A role that the factory made stands for the one that it is based on, too.
_OF_ROLE = f"""
SELECT {_PERSON}, {STANDING}, o.merchandiser_id, m.department AS order_department
FROM people p LEFT JOIN orders o ON o.order_no = $2 LEFT JOIN people m ON m.id = o.merchandiser_id
WHERE p.roles && (SELECT array_agg(r.key) || $1::text FROM roles r WHERE r.based_on = $1) AND NOT p.disabled
ORDER BY p.id
"""  # noqa: S608 - composed of constants
_OF_POSITION = f"SELECT {_PERSON} FROM people p WHERE $1 = ANY (p.positions) AND NOT p.disabled ORDER BY p.id"  # noqa: S608
_BY_LOGIN = f"SELECT {_PERSON} FROM people p WHERE p.login = $1 AND NOT p.disabled"  # noqa: S608
_BY_ID = f"SELECT {_PERSON} FROM people p WHERE p.id = $1 AND NOT p.disabled"  # noqa: S608
_MERCHANDISER = f"""
SELECT {_PERSON} FROM orders o {STANDING_IN.format(now="$2")} JOIN people p ON p.id = {RESPONSIBLE}
WHERE o.order_no = $1 AND NOT p.disabled
"""  # noqa: S608 - composed of constants
# What the platform masks (138****8812) is no address.
_CUSTOMER = """
SELECT NULL::uuid AS person_id, 'customer:' || c.id AS key, c.name,
  CASE WHEN c.masked OR c.email LIKE '%*%' THEN NULL ELSE c.email END AS email,
  CASE WHEN c.masked OR c.phone LIKE '%*%' THEN NULL ELSE c.phone END AS phone,
  CASE WHEN coalesce(c.address->>'country', 'CN') IN ('CN', 'HK', 'MO', 'TW') THEN 'zh' ELSE 'en' END AS language
FROM customers c
"""
_CUSTOMER_OF = f"{_CUSTOMER} JOIN orders o ON o.customer_id = c.id WHERE o.order_no = $1"
_CUSTOMER_BY_ID = f"{_CUSTOMER} WHERE c.id = $1"
_CONTACT_BY_ID = """
SELECT NULL::uuid AS person_id, 'contact:' || t.id AS key, t.name, t.email, NULL AS phone, t.language FROM contacts t
WHERE t.id = $1 AND t.removed_at IS NULL
"""
_BY_KEY = {"person": _BY_ID, "customer": _CUSTOMER_BY_ID, "contact": _CONTACT_BY_ID}
_STAGE_LABEL = """
SELECT s->'label' AS staff, coalesce(s->'customer_label', s->'label') AS customer FROM orders o
JOIN documents d ON d.kind = 'workflow' AND d.key = o.workflow_key AND d.version = o.workflow_version,
  json_array_elements(d.body->'stages') s
WHERE o.order_no = $1 AND s->>'key' = $2
"""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to tell. `key` is `person:<id>`, `customer:<id>` or `contact:<id>`; only staff have a `person_id`."""

    key: str
    name: str
    language: Language
    person_id: UUID | None = None
    email: str | None = None
    phone: str | None = None


async def of_role(tx: Tx, role: str, order_no: str | None = None) -> list[Recipient]:
    """Everybody of a role who may still sign in, and for whom the order exists that it is about."""
    rows = await tx.connection.rows(_OF_ROLE, role, order_no)
    return [_recipient(row) for row in rows if order_no is None or _knows_of(row)]


async def of_party(tx: Tx, party: str, order_no: str | None) -> list[Recipient]:
    """Whom `role:…`, `position:…`, `person:…` (a login), `party:customer` or `party:merchandiser` means."""
    kind, _, name = party.partition(":")
    match kind:
        case "role":
            return await of_role(tx, name, order_no)
        case "position":
            return await of_position(tx, name)
        case "person":
            return await by_login(tx, name)
        case _ if name == "customer":
            return await customer_of(tx, order_no)
        case _:
            return await merchandiser_of(tx, order_no)


async def of_position(tx: Tx, position: str) -> list[Recipient]:
    """Everybody who holds a position, such as production manager."""
    return [_recipient(row) for row in await tx.connection.rows(_OF_POSITION, position)]


async def by_login(tx: Tx, login: str) -> list[Recipient]:
    """One of the staff by login, or nobody."""
    return [_recipient(row) for row in await tx.connection.rows(_BY_LOGIN, login)]


async def merchandiser_of(tx: Tx, order_no: str | None) -> list[Recipient]:
    """Who looks after an order now, which may be a deputy; or nobody."""
    return [_recipient(row) for row in await tx.connection.rows(_MERCHANDISER, order_no, tx.now)]


async def customer_of(tx: Tx, order_no: str | None) -> list[Recipient]:
    """Whose order it is, or nobody."""
    return [_recipient(row) for row in await tx.connection.rows(_CUSTOMER_OF, order_no)]


async def by_key(tx: Tx, key: str) -> Recipient | None:
    """Who was meant by a key when the message was made, if they are still to be told."""
    party, _, text = key.partition(":")
    row = await tx.connection.row(_BY_KEY[party], UUID(text))
    return _recipient(row) if row else None


async def stage_label(tx: Tx, order_no: str | None, stage: str | None, reader: Recipient) -> Text | None:
    """What the order's workflow calls a stage, in the words for staff or for customers; None for an unknown stage."""
    row = await tx.connection.row(_STAGE_LABEL, order_no, stage)
    return Text(**row["customer" if reader.person_id is None else "staff"]) if row else None


def _knows_of(row: Mapping[str, Any]) -> bool:
    return standing_from(row).covers(str(row["person_id"]), row["merchandiser_id"], row["order_department"])


def _recipient(row: Mapping[str, Any]) -> Recipient:
    return Recipient(**{name: row[name] for name in ("key", "name", "language", "person_id", "email", "phone")})
