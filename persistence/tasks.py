"""Tasks that a step of the workflow opens for a role. The order's own statement closes them when it moves on."""

from __future__ import annotations

from uuid import UUID

from persistence.tx import Tx

# An order that has moved on meanwhile needs the task no more; it is written all the same, as done.
_OPEN = """
INSERT INTO tasks (id, event_id, order_no, role, form, stage, opened_at, due_at, done_at)
SELECT $1, $2, o.order_no, $4, $5, $6, $7, o.due_at, CASE WHEN o.stage = $6 THEN NULL ELSE $7::timestamptz END
FROM orders o WHERE o.order_no = $3 FOR SHARE OF o
ON CONFLICT (event_id, role) DO NOTHING
"""


async def open_task(tx: Tx, event_id: UUID, order_no: str, role: str, form: str | None, stage: str) -> int:
    """Write one task; the same event opens it once. Says how many are new (0 or 1)."""
    return await tx.connection.run(_OPEN, tx.new_id(), event_id, order_no, role, form, stage, tx.now)
