"""Workbooks of orders: kept as they came, and how far each has been read. Each step is one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from persistence.tx import Tx

# The same bytes are the same import, as long as that may still come to orders or has; its worker is told in the same
# statement, a moment later than whoever sent it, who may be reading it already.
_KEEP = """
WITH kept AS (
  INSERT INTO order_imports AS i (id, sha256, file_name, size_bytes, workbook, dry_run, state, actor, created_at,
    created_by)
  VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, $8, $9)
  ON CONFLICT (sha256) WHERE NOT dry_run AND state <> 'invalid' DO UPDATE SET repeats = i.repeats + 1
  RETURNING i.id, xmax = 0 AS fresh
), queued AS (
  INSERT INTO outbox (id, event_id, kind, channel, recipient, body, created_at, due_at)
  SELECT $10, kept.id, 'import_orders', '*', 'import:' || kept.id, jsonb_build_object('import_id', kept.id), $8,
    $8 + make_interval(secs => $11)
  FROM kept WHERE kept.fresh
)
SELECT id, fresh FROM kept
"""
_TAKE = """
UPDATE order_imports SET state = 'reading', checked_rows = 0, opened_rows = 0
WHERE id = $1 AND state IN ('queued', 'reading', 'checking', 'opening')
RETURNING workbook, actor, dry_run
"""
_NOTE = """
UPDATE order_imports SET state = $2, row_count = $3, order_count = $4, checked_rows = $5, opened_rows = $6
WHERE id = $1 AND state NOT IN ('done', 'invalid')
"""
_FINISH = """
UPDATE order_imports SET state = $2, row_count = $3, order_count = $4, checked_rows = $3, opened_rows = $5,
  fault_count = $6, faults = $7, problem = $8, opened = $9, finished_at = $10
WHERE id = $1 AND state NOT IN ('done', 'invalid')
"""
_STATE = "SELECT state FROM order_imports WHERE id = $1"
_ROW = (
    "id, sha256, file_name, size_bytes, dry_run, state, row_count, checked_rows, opened_rows, order_count, "
    "fault_count, problem, repeats, created_at, created_by, finished_at"
)
_FIND = f"SELECT {_ROW}, faults, opened FROM order_imports WHERE id = $1 AND ($2::text IS NULL OR created_by = $2)"  # noqa: S608
_LIST = f"""
SELECT {_ROW} FROM order_imports
WHERE ($1::text IS NULL OR created_by = $1) AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3
"""  # noqa: S608 - composed of constants
_WORKBOOK = """
SELECT file_name, workbook, created_by FROM order_imports WHERE id = $1 AND ($2::text IS NULL OR created_by = $2)
"""
_TAKEN = """
SELECT external_id, order_no FROM orders WHERE channel = $1 AND shop = '' AND external_id = ANY ($2::text[])
"""
_NUMBERS = "SELECT nextval('order_numbers') AS number FROM generate_series(1, $1)"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import has come: of its rows, how many are found right, how many are in orders."""

    state: str
    rows: int | None = None
    orders: int | None = None
    checked_rows: int = 0
    opened_rows: int = 0


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of an import. `opened` lists [row, sender's number, order number]."""

    state: str
    rows: int
    orders: int
    fault_count: int = 0
    faults: Sequence[Mapping[str, Any]] = ()
    problem: Mapping[str, Any] | None = None
    opened: Sequence[Sequence[Any]] = ()


async def keep(
    tx: Tx, *, file_name: str, workbook: bytes, sha256: str, dry_run: bool, actor: Mapping[str, Any], wait_seconds: int
) -> tuple[UUID, bool]:
    """Keep a workbook and queue its reading; its id, and whether it is new."""
    values = (tx.new_id(), sha256, file_name, len(workbook), workbook, dry_run, actor, tx.now, tx.actor.id)
    row = await tx.connection.row(_KEEP, *values, tx.new_id(), wait_seconds)
    if row is None:
        raise AssertionError("an upsert without a row")
    return row["id"], row["fresh"]


async def take(tx: Tx, import_id: UUID) -> Mapping[str, Any] | None:
    """The workbook to be read from the beginning, with who sent it; None where nothing is left to do."""
    return await tx.connection.row(_TAKE, import_id)


async def note(tx: Tx, import_id: UUID, progress: Progress) -> None:
    """Write how far it has come."""
    values = (progress.state, progress.rows, progress.orders, progress.checked_rows, progress.opened_rows)
    await tx.connection.run(_NOTE, import_id, *values)


async def finish(tx: Tx, import_id: UUID, finished: Finished) -> bool:
    """Write what became of it; False where that was written already."""
    opened_rows = finished.rows if finished.opened else 0
    values = (finished.state, finished.rows, finished.orders, opened_rows, finished.fault_count, list(finished.faults))
    told = (finished.problem, [list(one) for one in finished.opened], tx.now)
    return await tx.connection.run(_FINISH, import_id, *values, *told) == 1


async def state(tx: Tx, import_id: UUID) -> str | None:
    """Where it stands now."""
    found: str | None = await tx.connection.value(_STATE, import_id)
    return found


async def find(tx: Tx, import_id: UUID, created_by: str | None) -> Mapping[str, Any] | None:
    """One import without its bytes, of one person where that is given."""
    return await tx.connection.row(_FIND, import_id, created_by)


async def page(tx: Tx, created_by: str | None, before: UUID | None, limit: int) -> list[Mapping[str, Any]]:
    """Newest first, without bytes and faults."""
    return list(await tx.connection.rows(_LIST, created_by, before, limit))


async def workbook(tx: Tx, import_id: UUID, created_by: str | None) -> Mapping[str, Any] | None:
    """The bytes as they came, with the name that they were given."""
    return await tx.connection.row(_WORKBOOK, import_id, created_by)


async def taken(tx: Tx, channel: str, numbers: Sequence[str]) -> dict[str, str]:
    """Those of a channel's numbers that are orders already, with the orders' own numbers."""
    return {row["external_id"]: row["order_no"] for row in await tx.connection.rows(_TAKEN, channel, list(numbers))}


async def reserve_numbers(tx: Tx, count: int) -> list[int]:
    """That many fresh order numbers; what is not used stays a gap."""
    return [row["number"] for row in await tx.connection.rows(_NUMBERS, count)]
