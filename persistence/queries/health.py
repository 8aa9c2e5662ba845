"""How the database stands, for probes and for Prometheus."""

from __future__ import annotations

from typing import Any

from persistence.tx import Tx

_REVISION = "SELECT version_num FROM alembic_version"
_OUTBOX = """
SELECT (SELECT count(*) FROM outbox WHERE state IN ('ready', 'leased')) AS waiting,
  (SELECT count(*) FROM outbox WHERE state = 'dead') AS dead,
  (SELECT min(due_at) FROM outbox WHERE state IN ('ready', 'leased')) AS oldest_due_at
"""


async def revision(tx: Tx) -> str | None:
    """The migration that the schema stands at."""
    found: str | None = await tx.connection.value(_REVISION)
    return found


async def outbox(tx: Tx) -> dict[str, Any]:
    """How many effects wait and are dead, and since when the oldest is due."""
    row = await tx.connection.row(_OUTBOX)
    return dict(row) if row else {}
