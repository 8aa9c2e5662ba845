"""Tasks that a step of the workflow opens for a role. The order's own statement closes them when it moves on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from persistence.tx import Tx

# An order that has moved on meanwhile needs the task no more; it is written all the same, as done.
_OPEN = """
INSERT INTO tasks (id, event_id, order_no, role, form, stage, opened_at, due_at, done_at)
SELECT t.id, t.event_id, o.order_no, t.role, t.form, t.stage, $2, o.due_at,
  CASE WHEN o.stage = t.stage THEN NULL ELSE $2::timestamptz END
FROM jsonb_to_recordset($1) AS t(id uuid, event_id uuid, order_no text, role text, form text, stage text)
JOIN orders o ON o.order_no = t.order_no FOR SHARE OF o
ON CONFLICT (event_id, role) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Task:
    """What a role has to do with an order in a stage; `form` names what is filled in, if anything."""

    event_id: UUID
    order_no: str
    role: str
    form: str | None
    stage: str


async def open_tasks(tx: Tx, tasks: Sequence[Task]) -> int:
    """Write them; the same event opens a role's task once. Says how many are new."""
    return await tx.connection.run(_OPEN, [{"id": tx.new_id(), **asdict(task)} for task in tasks], tx.now)
