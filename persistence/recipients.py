"""Whom a message is for, and where they are reached. Read when it is sent, so that a new number counts at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.text import Language, Text
from persistence.responsible import RESPONSIBLE, STANDING_IN
from persistence.roles import STANDING, standing_from
from persistence.tx import Tx

_PERSON = "p.id AS person_id, 'person:' || p.id AS key, p.name, p.email, p.phone, p.language"
# Each of the parties that are asked about, `n` its place among them, with the order that it is asked for.
_ASKED = "unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked(name, order_no, n)"
# A role that the factory made stands for the one that it is based on, too.
_OF_ROLE = f"""
SELECT asked.n, asked.order_no, {_PERSON}, {STANDING}, o.merchandiser_id, m.department AS order_department
FROM {_ASKED} JOIN people p
  ON p.roles && (SELECT array_agg(r.key) || asked.name FROM roles r WHERE r.based_on = asked.name) AND NOT p.disabled
LEFT JOIN orders o ON o.order_no = asked.order_no LEFT JOIN people m ON m.id = o.merchandiser_id
ORDER BY asked.n, p.id
"""  # noqa: S608 - composed of constants
_OF_POSITION = f"""
SELECT asked.n, {_PERSON} FROM {_ASKED} JOIN people p ON asked.name = ANY (p.positions) AND NOT p.disabled
ORDER BY asked.n, p.id
"""  # noqa: S608 - composed of constants
_BY_LOGIN = f"SELECT asked.n, {_PERSON} FROM {_ASKED} JOIN people p ON p.login = asked.name AND NOT p.disabled"  # noqa: S608
_BY_ID = f"SELECT {_PERSON} FROM people p WHERE p.id = $1 AND NOT p.disabled"  # noqa: S608
_MERCHANDISER = f"""
SELECT asked.n, {_PERSON} FROM {_ASKED} JOIN orders o ON o.order_no = asked.order_no {STANDING_IN.format(now="$3")}
JOIN people p ON p.id = {RESPONSIBLE} AND NOT p.disabled
"""  # noqa: S608 - composed of constants
# What the platform masks (138****8812) is no address.
_A_CUSTOMER = """
NULL::uuid AS person_id, 'customer:' || c.id AS key, c.name,
  CASE WHEN c.masked OR c.email LIKE '%*%' THEN NULL ELSE c.email END AS email,
  CASE WHEN c.masked OR c.phone LIKE '%*%' THEN NULL ELSE c.phone END AS phone,
  CASE WHEN coalesce(c.address->>'country', 'CN') IN ('CN', 'HK', 'MO', 'TW') THEN 'zh' ELSE 'en' END AS language
"""
_CUSTOMER_OF = f"""
SELECT asked.n, {_A_CUSTOMER} FROM {_ASKED} JOIN orders o ON o.order_no = asked.order_no
JOIN customers c ON c.id = o.customer_id
"""  # noqa: S608 - composed of constants
_CUSTOMER_BY_ID = f"SELECT {_A_CUSTOMER} FROM customers c WHERE c.id = $1"  # noqa: S608 - composed of constants
_CONTACT_BY_ID = """
SELECT NULL::uuid AS person_id, 'contact:' || t.id AS key, t.name, t.email, NULL AS phone, t.language FROM contacts t
WHERE t.id = $1 AND t.removed_at IS NULL
"""
_OF = {
    "role": _OF_ROLE,
    "position": _OF_POSITION,
    "person": _BY_LOGIN,
    "customer": _CUSTOMER_OF,
    "merchandiser": _MERCHANDISER,
}
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


async def of_party(tx: Tx, party: str, order_no: str | None = None) -> list[Recipient]:
    """Whom `role:…`, `position:…`, `person:…` (a login), `party:customer` or `party:merchandiser` means.

    Only who may still sign in; of a role only those for whom the order exists that it is about. An order is looked
    after by a deputy while its merchandiser is away.
    """
    (people,) = await of_parties(tx, [(party, order_no)])
    return people


async def of_parties(tx: Tx, asked: Sequence[tuple[str, str | None]]) -> list[list[Recipient]]:
    """The same for many, each with its order, in the order asked; one statement for each kind of party."""
    found: list[list[Recipient]] = [[] for _ in asked]
    for kind, places in _by_kind(asked).items():
        names = [asked[place][0].partition(":")[2] for place in places]
        now = [tx.now] if kind == "merchandiser" else []
        for row in await tx.connection.rows(_OF[kind], names, [asked[place][1] for place in places], *now):
            if kind != "role" or row["order_no"] is None or _knows_of(row):
                found[places[row["n"] - 1]].append(_recipient(row))
    return found


def _by_kind(asked: Sequence[tuple[str, str | None]]) -> dict[str, list[int]]:
    """The places of those that one statement answers."""
    places: dict[str, list[int]] = {}
    for place, (party, _) in enumerate(asked):
        kind, _, name = party.partition(":")
        places.setdefault(name if kind == "party" else kind, []).append(place)
    return places


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
