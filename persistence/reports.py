"""Reports: what was sent, what it came to, and what it did; each written once, many in one statement."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from persistence.database import Row
from persistence.faults import LostRace
from persistence.tx import Tx

_KNOWN = """
SELECT id, fingerprint, status, code, detail, conflict_id, event_ids FROM reports WHERE id = ANY ($1::uuid[])
"""
# Told again, and written as it is told: an answer is never given for a commit that only a dead primary knew.
_REPEATED = "UPDATE reports SET repeats = repeats + 1, repeated_at = $2 WHERE id = ANY ($1::uuid[])"
_ARTICLES = """
SELECT sku, unit, coalesce(details->'spoken'->'units', '[]') AS units, coalesce(details->'spoken'->'pack', '{}') AS pack
FROM articles WHERE sku = ANY ($1::text[])
"""
_PHOTOS = "SELECT sha256, media_type, size_bytes FROM photos WHERE sha256 = ANY ($1::text[])"
_ORDERS = "SELECT order_no FROM orders WHERE order_no = ANY ($1::text[])"
_COLUMNS = """
id uuid, device_id uuid, seq bigint, v int, kind text, person_id uuid, sent_by text, fingerprint text, body jsonb,
  status text, code text, detail jsonb, flags text[], work_order text, work_order_version int, order_no text,
  operation text, work_centre text, revision int, good numeric, scrap numeric, scrap_reasons jsonb,
  started_at timestamptz, occurred_at timestamptz, corrected_at timestamptz, received_at timestamptz, shift text,
  shift_date date, event_ids uuid[], conflict_id uuid, resolves uuid
"""
_NAMES = ", ".join(part.split()[0] for part in _COLUMNS.split(","))
# Beside a report only what belongs to it: where it was told by another at the same time, that one's stands.
_WRITE = f"""
WITH told AS (
  INSERT INTO reports ({_NAMES}) SELECT {_NAMES} FROM jsonb_to_recordset($1) AS e({_COLUMNS})
  ON CONFLICT (id) DO NOTHING RETURNING id
), disputed AS (
  INSERT INTO conflicts (id, report_id, code, detail, device_id, work_order, order_no, present, raised_at)
  SELECT e.conflict_id, e.id, e.code, e.detail, e.device_id, e.work_order, e.order_no, e.present, e.received_at
  FROM jsonb_to_recordset($1) AS e(conflict_id uuid, id uuid, code text, detail jsonb, device_id uuid,
    work_order text, order_no text, present jsonb, received_at timestamptz) JOIN told ON told.id = e.id
  WHERE e.conflict_id IS NOT NULL
), moved AS (
  INSERT INTO material_moves (report_id, number, direction, sku, lot, quantity, unit, location, to_location, work_order,
    order_no, operation, moved_at)
  SELECT e.report_id, e.number, e.direction, e.sku, e.lot, e.quantity, e.unit, e.location, e.to_location, e.work_order,
    e.order_no, e.operation, e.moved_at
  FROM jsonb_to_recordset($2) AS e(report_id uuid, number int, direction text, sku text, lot text, quantity numeric,
    unit text, location text, to_location text, work_order text, order_no text, operation text, moved_at timestamptz)
    JOIN told ON told.id = e.report_id
)
SELECT count(*) FROM told
"""  # noqa: S608 - composed of constants
_REFUSE = """
INSERT INTO refused_reports (device_id, fingerprint, raw, code, seq, sent_by, received_at)
SELECT e.device_id, e.fingerprint, e.raw, e.code, e.seq, e.sent_by, $2
FROM jsonb_to_recordset($1) AS e(device_id uuid, fingerprint text, raw text, code text, seq bigint, sent_by text)
ON CONFLICT DO NOTHING
"""
_ADD_PHOTO = """
INSERT INTO photos (sha256, media_type, size_bytes, added_by, added_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (sha256) DO NOTHING
"""
_LOCK_ORDERS = "SELECT order_no, stage FROM orders WHERE order_no = ANY ($1::text[]) ORDER BY order_no FOR UPDATE"

_IS_SHIPPING = "SELECT category = 'shipping' FROM orders WHERE order_no = $1"


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that came before the report that names it."""

    sha256: str
    media_type: str
    size_bytes: int


async def known(tx: Tx, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """What was decided of those that came before."""
    return {row["id"]: row for row in await tx.connection.rows(_KNOWN, list(ids))}


async def note_repeats(tx: Tx, ids: Sequence[UUID]) -> None:
    """Count that reports were sent again."""
    if ids:
        await tx.connection.run(_REPEATED, list(ids), tx.now)


async def articles(tx: Tx, skus: Collection[str]) -> dict[str, Row]:
    """How these articles are counted."""
    if not skus:
        return {}
    return {row["sku"]: row for row in await tx.connection.rows(_ARTICLES, sorted(skus))}


async def photos(tx: Tx, hashes: Collection[str]) -> dict[str, Photo]:
    """Those of the photos that are here."""
    if not hashes:
        return {}
    rows = await tx.connection.rows(_PHOTOS, sorted(hashes))
    return {row["sha256"]: Photo(**row) for row in rows}


async def order_numbers(tx: Tx, named: Collection[str]) -> set[str]:
    """Those of the numbers that are orders."""
    return {row["order_no"] for row in await tx.connection.rows(_ORDERS, sorted(named))} if named else set()


async def write(tx: Tx, rows: Sequence[Mapping[str, Any]], moves: Sequence[Mapping[str, Any]]) -> None:
    """Write reports with their conflicts and moves. Raises LostRace where one of them came at the same time twice."""
    if rows and await tx.connection.value(_WRITE, list(rows), list(moves)) != len(rows):
        raise LostRace


async def refuse(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what came without an id of its own; the same thing again is kept once."""
    if rows:
        await tx.connection.run(_REFUSE, list(rows), tx.now)


async def add_photo(tx: Tx, photo: Photo) -> None:
    """Note a photo whose bytes the store holds; a known one stays as it is."""
    await tx.connection.run(_ADD_PHOTO, photo.sha256, photo.media_type, photo.size_bytes, tx.actor.id, tx.now)


async def lock_orders(tx: Tx, order_nos: Collection[str]) -> dict[str, str]:
    """Hold these orders until the transaction ends: who finishes the last work order sees that it is the last.

    Answers the stage of each, which nobody else can change any more.
    """
    rows = await tx.connection.rows(_LOCK_ORDERS, sorted(order_nos)) if order_nos else []
    return {row["order_no"]: row["stage"] for row in rows}


async def is_shipping(tx: Tx, order_no: str) -> bool:
    """Whether an order is on its way to the customer, or waits to be loaded."""
    return bool(await tx.connection.value(_IS_SHIPPING, order_no))
