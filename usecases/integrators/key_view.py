"""A key as the API shows it: whose it is and what it may do, never the secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.orders.events import instant_text
from domain.refusals.general import NOT_FOUND
from persistence import api_keys
from persistence.tx import Tx


async def shown(tx: Tx, key_id: UUID) -> dict[str, Any]:
    """One key as it stands in this transaction. Raises NOT_FOUND."""
    row = await api_keys.find(tx, key_id)
    if row is None:
        raise NOT_FOUND()
    return key_view(row)


def key_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """`secrets`: the one in use, and the one before it, which may live on for a while."""
    secrets = zip(row["prefixes"], row["made"], row["ends"], row["used"], strict=True)
    return {
        "id": str(row["id"]),
        "name": row["name"],
        **{name: row[name] for name in ("scopes", "roles", "field_roles")},
        "secrets": [
            {
                "prefix": prefix,
                "created_at": instant_text(made),
                "expires_at": ends and instant_text(ends),
                "last_used_at": used and instant_text(used),
            }
            for prefix, made, ends, used in secrets
        ],
        "created_at": instant_text(row["created_at"]),
        "created_by": {"id": row["created_by"], "name": row["maker"]},
        "revoked_at": row["revoked_at"] and instant_text(row["revoked_at"]),
    }
