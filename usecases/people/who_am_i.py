"""What a person may know about themselves: name, roles, rights, and which fields they will never see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.access.fields import FIELDS, hidden_fields, standing, unwritable
from domain.access.roles import ROLES, Role
from domain.orders.events import instant_text
from domain.refusals.people import SESSION_ENDED
from persistence import people
from persistence.roles import factory_from
from persistence.tx import Tx
from usecases.door import use_case
from usecases.people.previews import own_features


@use_case(right=None)
async def who_am_i(tx: Tx, _: None) -> dict[str, Any]:
    """The actor's own person. Raises SESSION_ENDED where the actor is nobody."""
    row = await people.find_person(tx, UUID(tx.actor.id)) if tx.actor.kind == "user" else None
    if row is None:
        raise SESSION_ENDED()
    return {
        **person_view(row),
        "orders_of": tx.actor.orders_of,
        "rights": sorted(tx.actor.rights),
        "hidden_fields": sorted(hidden_fields(tx.actor)),
        "field_roles": sorted(standing(tx.actor)),
        "unwritable_fields": sorted(unwritable(tx.actor, FIELDS)),
        "session_id": str(tx.actor.session_id),
        "features": await own_features(tx),
    }


def person_view(row: Mapping[str, Any], book: Mapping[str, Role] | None = None) -> dict[str, Any]:
    """A person as the API shows them. Without a book of roles, `row["factory"]` has those that are not as they came."""
    known = {**ROLES, **factory_from(row["factory"])} if book is None else book
    held = [known[key] for key in sorted(row["roles"]) if key in known]
    return {
        "id": str(row["id"]),
        "login": row["login"],
        "name": row["name"],
        "email": row["email"],
        "phone": row["phone"],
        "language": row["language"],
        "disabled": row["disabled"],
        "roles": [{"key": role.key, "label": role.label.as_json()} for role in held],
        "positions": sorted(row["positions"]),
        "orders_of": row["orders_of"],
        "department": row["department"],
        "created_at": instant_text(row["created_at"]),
        "version": row["version"],
    }
