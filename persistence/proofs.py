"""What a proof of the whole database reads: one snapshot, streamed, so that memory does not grow with the rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.orders.events import StoredLink, instant_text
from domain.orders.order import Order
from persistence.order_rows import LINES, order_from
from persistence.roles import STANDING, standing_from
from persistence.tx import Tx

_AT_ONCE = 500
_ORDERS = f"SELECT o.*, {LINES} FROM orders o ORDER BY o.id"  # noqa: S608 - composed of constants
_EVENTS = """
SELECT order_id, id::text, seq, type, action, from_stage, to_stage, held, recorded_at, canonical, body, prev_hash, hash
FROM events ORDER BY order_id, seq
"""
# What the parent's history says that it gave to a part that was split off.
_GIVEN = """
SELECT e.body->'payload'->'lines' FROM orders p JOIN events e ON e.order_id = p.id AND e.action = 'split'
WHERE (p.order_no = $1 OR p.parent_no = $1) AND e.body->'payload'->>'child_no' = $2
"""
_STANDING = f"SELECT p.id::text, {STANDING} FROM people p"  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event as it is found: the link to check, and what it says."""

    order_id: UUID
    link: StoredLink
    body: Mapping[str, Any]


@asynccontextmanager
async def snapshot(tx: Tx) -> AsyncIterator[None]:
    """Everything read inside stands as at one moment, however long it takes; nothing can be written."""
    driver = tx.connection.driver
    async with driver.transaction(isolation="repeatable_read", readonly=True):
        await driver.execute("SET LOCAL statement_timeout = 0")
        yield


async def stream(tx: Tx, sql: str, *values: Any) -> AsyncIterator[Any]:
    """The rows of a statement, a few hundred at a time; only inside a snapshot."""
    async for row in tx.connection.driver.cursor(sql, *values, prefetch=_AT_ONCE):
        yield row


async def orders(tx: Tx) -> AsyncIterator[Order]:
    """Every order, by id."""
    async for row in stream(tx, _ORDERS):
        yield order_from(row)


async def events(tx: Tx) -> AsyncIterator[StoredEvent]:
    """Every event, by order and place."""
    async for row in stream(tx, _EVENTS):
        columns = {
            "id": row["id"],
            "seq": row["seq"],
            "type": row["type"],
            "action": row["action"],
            "from": row["from_stage"],
            "to": row["to_stage"],
            "held": row["held"],
            "recorded_at": instant_text(row["recorded_at"]),
        }
        link = StoredLink(row["seq"], row["canonical"], row["prev_hash"], row["hash"], columns)
        yield StoredEvent(row["order_id"], link, row["body"])


async def given_by_parent(tx: Tx, order: Order) -> dict[int, Decimal] | None:
    """The lines that an order was split off with, by its parent's history; None where none tells of it."""
    lines = await tx.connection.value(_GIVEN, order.parent_no, order.order_no)
    return None if lines is None else {line["line"]: Decimal(str(line["quantity"])) for line in lines}


async def roles_by_person(tx: Tx) -> dict[str, frozenset[str]]:
    """The roles that everybody has now, with those that they stand for."""
    return {row["id"]: standing_from(row).roles for row in await tx.connection.rows(_STANDING)}
