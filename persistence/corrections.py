"""What people corrected in what arrived; it is added to and never rewritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from persistence.tx import Tx

_ADD = """
INSERT INTO payload_corrections (id, payload_id, corrected_at, corrected_by, name, changes)
VALUES ($1, $2, $3, $4, $5, $6)
"""
_OF = """
SELECT corrected_at, corrected_by, name, changes FROM payload_corrections WHERE payload_id = $1 ORDER BY id LIMIT 200
"""
_RULE = """
SELECT body, version, published_at, published_by FROM documents WHERE kind = $1 AND key = $2
ORDER BY version DESC LIMIT 1
"""
_REWRITE = "UPDATE payloads SET meaning = $2, version = version + 1 WHERE id = $1"


async def add(tx: Tx, payload_id: UUID, changes: Sequence[Mapping[str, Any]]) -> None:
    """Write what the actor corrected, where that is anything."""
    if changes:
        values = (tx.new_id(), payload_id, tx.now, tx.actor.id, tx.actor.name, list(changes))
        await tx.connection.run(_ADD, *values)


async def of_payload(tx: Tx, payload_id: UUID) -> list[Mapping[str, Any]]:
    """Corrections of one payload, oldest first."""
    return list(await tx.connection.rows(_OF, payload_id))


async def rewrite(tx: Tx, payload_id: UUID, meaning: Mapping[str, Any]) -> None:
    """Write the meaning as it was corrected; what was read stands in the corrections."""
    await tx.connection.run(_REWRITE, payload_id, meaning)


async def rule(tx: Tx) -> Mapping[str, Any] | None:
    """The newest rule about who may let orders in, with its version; None where none was ever set."""
    return await tx.connection.row(_RULE, "intake_rule", "approval")
