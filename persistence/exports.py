"""Exports of one's own data: kept, made, taken, expired; and the copies that came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from persistence.order_rows import LINES
from persistence.queries.scope import Scope, within
from persistence.tx import Tx

_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('exports of ' || $1, 0))"
_COUNT = "SELECT count(*), min(created_at) AS first FROM exports WHERE person_id = $1 AND created_at > $2"
_KEEP = """
WITH kept AS (
  INSERT INTO exports (id, person_id, language, actor, created_at) VALUES ($1, $2, $3, $4, $5)
)
INSERT INTO outbox (id, event_id, kind, channel, recipient, body, created_at, due_at)
VALUES ($6, $1::uuid, 'make_export', '*', 'export:' || $1::uuid, jsonb_build_object('export_id', $1::uuid), $5, $5)
"""
# Begun again where a process died over it.
_TAKE = """
WITH taken AS (
  UPDATE exports SET state = 'making', rows_done = 0 WHERE id = $1 AND state IN ('queued', 'making')
  RETURNING id, actor, language
), again AS (
  DELETE FROM export_orders WHERE export_id IN (SELECT id FROM taken)
)
SELECT actor, language FROM taken
"""
_NOTE = "UPDATE exports SET rows_done = $2 WHERE id = $1 AND state = 'making'"
_FINISH = """
WITH finished AS (
  UPDATE exports SET state = 'done', content = $2, size_bytes = length($2::bytea), order_count = $3, line_count = $4,
    report_count = $5, cut_off = $6, rows_done = $3::int + $4::int + $5::int, finished_at = $7, expires_at = $8
  WHERE id = $1 AND state = 'making' RETURNING id
)
INSERT INTO export_orders (export_id, order_no, version, base)
SELECT f.id, e.order_no, e.version, e.base
FROM finished f, jsonb_to_recordset($9) AS e(order_no text, version int, base jsonb)
"""
_ROW = """
SELECT x.id, x.person_id, p.name AS person_name, x.language, x.state, x.rows_done, x.order_count, x.line_count,
  x.report_count, x.cut_off, x.size_bytes, x.created_at, x.finished_at, x.expires_at, x.removed_at, x.downloads,
  x.downloaded_at, x.content IS NOT NULL AS present,
  coalesce((SELECT jsonb_agg(jsonb_build_object('id', r.id, 'file_name', r.file_name, 'created_at', r.created_at,
      'confirmed_at', r.confirmed_at) ORDER BY r.id DESC) FROM export_returns r WHERE r.export_id = x.id), '[]')
    AS returns
FROM exports x JOIN people p ON p.id = x.person_id
"""
_FIND = f"{_ROW} WHERE x.id = $1 AND ($2::uuid IS NULL OR x.person_id = $2)"
_LIST = f"""
{_ROW} WHERE ($1::uuid IS NULL OR x.person_id = $1) AND ($2::uuid IS NULL OR x.id < $2) ORDER BY x.id DESC LIMIT $3
"""
_HELD = """
SELECT e.order_no, e.version FROM export_orders e WHERE e.export_id = $1 AND e.order_no > $2
ORDER BY e.order_no LIMIT $3
"""
_DOWNLOAD = """
UPDATE exports SET downloads = downloads + 1, downloaded_at = $3
WHERE id = $1 AND person_id = $2 AND content IS NOT NULL AND expires_at > $3 RETURNING content, language
"""
_EXPIRE = """
WITH over AS (
  UPDATE exports SET content = NULL, state = 'expired', removed_at = $1
  WHERE content IS NOT NULL AND expires_at <= $1 RETURNING id
), emptied AS (
  UPDATE export_orders SET base = NULL WHERE export_id IN (SELECT id FROM over)
), undecided AS (
  UPDATE export_returns SET proposals = '[]' WHERE export_id IN (SELECT id FROM over) AND confirmed_at IS NULL
)
SELECT count(*) FROM over
"""
_ORDER = f"""
SELECT o.id, o.order_no, o.external_id, o.order_type, c.name AS customer, o.workflow_key, o.workflow_version, o.stage,
  o.category, o.version, o.signed_date, o.promised_date, o.requested_date, o.priority, o.currency, o.total, o.extension,
  {LINES},
  EXISTS (SELECT 1 FROM work_orders w WHERE w.order_id = o.id AND w.state <> 'cancelled') AS released
FROM orders o LEFT JOIN customers c ON c.id = o.customer_id
"""  # noqa: S608 - composed of constants
_OWN = f"""
{_ORDER} WHERE o.merchandiser_id = $4 AND ($5::uuid IS NULL OR o.id < $5) AND {within(1)} ORDER BY o.id DESC LIMIT $6
"""
_PRESENT = f"{_ORDER} WHERE o.order_no = ANY ($4::text[]) AND {within(1)}"
_REPORTS = """
SELECT r.id, r.corrected_at, r.kind, r.order_no, r.work_order, r.operation, r.good, r.scrap FROM reports r
WHERE r.person_id = $1 AND r.status = 'applied'
  AND ($2::timestamptz IS NULL OR (r.corrected_at, r.id) < ($2, $3::uuid))
ORDER BY r.corrected_at DESC, r.id DESC LIMIT $4
"""
_BASES = "SELECT order_no, version, base FROM export_orders WHERE export_id = $1 AND base IS NOT NULL"
_ADD_RETURN = """
INSERT INTO export_returns (id, export_id, file_name, proposals, faults, created_at) VALUES ($1, $2, $3, $4, $5, $6)
"""
_RETURN = """
SELECT r.id, r.export_id, r.file_name, r.proposals, r.faults, r.results, r.created_at, r.confirmed_at
FROM export_returns r JOIN exports x ON x.id = r.export_id WHERE r.id = $1 AND r.export_id = $2 AND x.person_id = $3
"""
_NOTE_RESULT = """
UPDATE export_returns SET results = results || jsonb_build_object($2::text, $3::jsonb), confirmed_at = $4 WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Made:
    """A finished export: its bytes, what it holds, and of each order what its editable cells said."""

    content: bytes
    orders: Sequence[Mapping[str, Any]]
    lines: int
    reports: int
    cut_off: int
    expires_at: datetime


async def alone(tx: Tx, person_id: str) -> None:
    """Wait until nobody else asks for an export of this person."""
    await tx.connection.value(_ALONE, person_id)


async def asked_since(tx: Tx, person_id: UUID, within_: timedelta) -> tuple[int, datetime | None]:
    """How many exports a person asked for lately, and when the first of them was."""
    row = await tx.connection.row(_COUNT, person_id, tx.now - within_)
    return (row["count"], row["first"]) if row else (0, None)


async def keep(tx: Tx, export_id: UUID, language: str, actor: Mapping[str, Any]) -> None:
    """Keep what was asked and queue its making."""
    await tx.connection.run(_KEEP, export_id, UUID(tx.actor.id), language, actor, tx.now, tx.new_id())


async def take(tx: Tx, export_id: UUID) -> Mapping[str, Any] | None:
    """`actor` and `language`, to be made from the beginning; None where nothing is left to do."""
    return await tx.connection.row(_TAKE, export_id)


async def note(tx: Tx, export_id: UUID, rows: int) -> None:
    """Write how many rows have been read."""
    await tx.connection.run(_NOTE, export_id, rows)


async def finish(tx: Tx, export_id: UUID, made: Made) -> None:
    """Keep the file and what it held."""
    counts = (len(made.orders), made.lines, made.reports, made.cut_off)
    await tx.connection.run(_FINISH, export_id, made.content, *counts, tx.now, made.expires_at, list(made.orders))


async def find(tx: Tx, export_id: UUID, person_id: UUID | None) -> Mapping[str, Any] | None:
    """One export without its bytes, of one person where that is given."""
    return await tx.connection.row(_FIND, export_id, person_id)


async def page(tx: Tx, person_id: UUID | None, before: UUID | None, limit: int) -> list[Mapping[str, Any]]:
    """Newest first, without bytes."""
    return list(await tx.connection.rows(_LIST, person_id, before, limit))


async def held(tx: Tx, export_id: UUID, after: str, limit: int) -> list[Mapping[str, Any]]:
    """The orders that an export held, with the version of each."""
    return list(await tx.connection.rows(_HELD, export_id, after, limit))


async def download(tx: Tx, export_id: UUID) -> Mapping[str, Any] | None:
    """The bytes, for their owner, as long as they have not expired; written down each time."""
    return await tx.connection.row(_DOWNLOAD, export_id, UUID(tx.actor.id), tx.now)


async def expire(tx: Tx) -> int:
    """Remove the bytes of what has expired, and what its cells said; says of how many."""
    count: int = await tx.connection.value(_EXPIRE, tx.now)
    return count


async def own_orders(tx: Tx, before: UUID | None, limit: int) -> list[Mapping[str, Any]]:
    """Orders of which the actor is the merchandiser, newest first."""
    scope = Scope.of(tx.actor)
    return list(await tx.connection.rows(_OWN, *scope.values, UUID(tx.actor.id), before, limit))


async def present(tx: Tx, order_nos: Sequence[str]) -> list[Mapping[str, Any]]:
    """These orders as they stand now, those that the actor may see."""
    return list(await tx.connection.rows(_PRESENT, *Scope.of(tx.actor).values, list(order_nos)))


async def own_reports(tx: Tx, before: tuple[datetime, UUID] | None, limit: int) -> list[Mapping[str, Any]]:
    """What the actor reported from the floor, newest first."""
    at, last = before or (None, None)
    return list(await tx.connection.rows(_REPORTS, UUID(tx.actor.id), at, last, limit))


async def bases(tx: Tx, export_id: UUID) -> list[Mapping[str, Any]]:
    """What the editable cells of an export's orders said."""
    return list(await tx.connection.rows(_BASES, export_id))


async def add_return(
    tx: Tx, return_id: UUID, export_id: UUID, file_name: str, proposals: Sequence[Any], faults: Sequence[Any]
) -> None:
    """Keep what a returned copy asks for."""
    await tx.connection.run(_ADD_RETURN, return_id, export_id, file_name, list(proposals), list(faults), tx.now)


async def find_return(tx: Tx, export_id: UUID, return_id: UUID, *, lock: bool = False) -> Mapping[str, Any] | None:
    """A returned copy of the actor's own export; locked until the end of the transaction where it will be written."""
    sql = f"{_RETURN} FOR UPDATE OF r" if lock else _RETURN
    return await tx.connection.row(sql, return_id, export_id, UUID(tx.actor.id))


async def note_result(tx: Tx, return_id: UUID, order_no: str, result: Mapping[str, Any]) -> None:
    """What became of the proposal for one order."""
    await tx.connection.run(_NOTE_RESULT, return_id, order_no, result, tx.now)
