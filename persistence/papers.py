"""The papers of orders; their bytes lie in the file store under their SHA-256."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from persistence.queries.scope import Scope, within
from persistence.tx import Tx

_COLUMNS = "id, kind, file_name, media_type, size_bytes, sha256, added_by"
_ADD = f"""
INSERT INTO attachments ({_COLUMNS}, order_id, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""  # noqa: S608 - composed of constants
_OF_ORDER = f"SELECT {_COLUMNS}, added_at, released_at FROM attachments WHERE order_id = $1 ORDER BY id LIMIT 1000"  # noqa: S608
_FIND_OF_ORDER = f"SELECT {_COLUMNS} FROM attachments WHERE id = $1 AND order_id = $2"  # noqa: S608
_RELEASE = """
UPDATE attachments SET released_at = $3, released_by = $4 WHERE id = $1 AND (released_at IS NOT NULL) <> $2
"""
_FIND = f"""
SELECT {_COLUMNS} FROM attachments
WHERE id = $1 AND order_id IN (SELECT o.id FROM orders o WHERE o.id = attachments.order_id AND {within(2)})
"""  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class Paper:
    """One attached file: its kind, its name as given, the SHA-256 of its bytes as hex, and since when its order's
    customer may see it, where that was asked.
    """

    id: UUID
    kind: str
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    added_by: str
    released_at: datetime | None = None


async def add(tx: Tx, order_id: UUID, paper: Paper) -> None:
    """Write the row of a paper."""
    values = (paper.id, paper.kind, paper.file_name, paper.media_type, paper.size_bytes, paper.sha256, paper.added_by)
    await tx.connection.run(_ADD, *values, order_id, tx.now)


async def of_order(tx: Tx, order_id: UUID) -> list[tuple[Paper, datetime]]:
    """The papers of an order, oldest first, with when each was added."""
    return [(_paper(row, row["released_at"]), row["added_at"]) for row in await tx.connection.rows(_OF_ORDER, order_id)]


async def find(tx: Tx, paper_id: UUID) -> Paper | None:
    """One paper, or None: a paper of an order that is not the actor's is as good as none."""
    row = await tx.connection.row(_FIND, paper_id, *Scope.of(tx.actor).values)
    return _paper(row) if row else None


async def find_of_order(tx: Tx, order_id: UUID, paper_id: UUID) -> Paper | None:
    """One paper of one order, or None."""
    row = await tx.connection.row(_FIND_OF_ORDER, paper_id, order_id)
    return _paper(row) if row else None


async def release(tx: Tx, paper_id: UUID, *, released: bool) -> bool:
    """Show a paper to the order's customer, or take it back; False where it stands so already."""
    at, by = (tx.now, tx.actor.id) if released else (None, None)
    return await tx.connection.run(_RELEASE, paper_id, released, at, by) == 1


def _paper(row: Mapping[str, Any], released_at: datetime | None = None) -> Paper:
    return Paper(**{name: row[name] for name in _COLUMNS.split(", ")}, released_at=released_at)
