"""After the run: what was acknowledged is there once, and nothing else is."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import asyncpg

from bench.chaos.client import Told
from bench.chaos.installation import Installation

DRAIN_SECONDS = 150.0  # longer than a lease, which a killed worker leaves behind
_LEFT = "SELECT count(*) FROM outbox WHERE state IN ('ready', 'leased') AND due_at < now() + interval '1 hour'"
_UNREAD = "SELECT count(*) FROM payloads WHERE status = 'kept'"
_EVENTS = """
SELECT o.order_no, o.external_id, array_agg(e.id::text ORDER BY e.seq) AS ids FROM orders o JOIN events e
ON e.order_id = o.id WHERE o.channel = 'manual' AND o.external_id = ANY($1) GROUP BY 1, 2
"""
_FROM_SHOPS = "SELECT external_id, count(*) FROM orders WHERE channel = 'shopify' AND external_id = ANY($1) GROUP BY 1"
# Whoever inspects is told of each completion inside the app.
_UNTOLD = """
SELECT count(*) FROM orders o JOIN events e ON e.order_id = o.id AND e.action = 'completion_reported'
JOIN people p ON 'quality' = ANY(p.roles) AND NOT p.disabled
WHERE o.channel = 'manual' AND o.external_id = ANY($1) AND NOT EXISTS (
  SELECT 1 FROM notices n WHERE n.event_id = e.id AND n.person_id = p.id AND n.template = 'awaiting_qc')
"""


async def settled(installation: Installation) -> float:
    """Wait until the outbox is drained and everything is read; how many seconds that took."""
    began = time.monotonic()
    while time.monotonic() - began < DRAIN_SECONDS:
        try:
            if await _count(installation, _LEFT) + await _count(installation, _UNREAD) == 0:
                return time.monotonic() - began
        except (OSError, TimeoutError, asyncpg.PostgresError):
            pass
        await asyncio.sleep(0.5)
    raise RuntimeError(f"the outbox was not drained within {DRAIN_SECONDS:.0f} s")


def complaints(installation: Installation) -> Counter[str]:
    """What API and worker logged as errors, with how often: a fault from outside is no reason for one."""
    counts: Counter[str] = Counter()
    for path in sorted((installation.folder.root / "log").glob("[aw]*.log*")):
        for line in path.read_text(errors="replace").splitlines():
            told = _parsed(line)
            if told.get("level") == "error":
                cause = (told.get("exception") or [{}])[0]
                counts[f"{told.get('event')}: {cause.get('exc_type')} {str(cause.get('exc_value'))[:150]}"] += 1
    return counts


def _parsed(line: str) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


async def violations(installation: Installation, told: Told) -> list[str]:
    """Every way in which the installation differs from what the clients were told."""
    connection = await asyncpg.connect(installation.settings["THROUGHLINE_DATABASE_URL"])
    try:
        found = [f"logged {count} times: {what}" for what, count in complaints(installation).items()]
        found += _surprising(told)
        found += _orders(told, await connection.fetch(_EVENTS, list(told.orders)))
        found += _deliveries(told, await connection.fetch(_FROM_SHOPS, list(told.deliveries)))
        if untold := await connection.fetchval(_UNTOLD, list(told.orders)):
            found.append(f"{untold} notices to inspectors are missing")
        if dead := await connection.fetchval("SELECT count(*) FROM outbox WHERE state = 'dead'"):
            found.append(f"{dead} effects are dead")
    finally:
        await connection.close()
    verdict = await asyncio.to_thread(installation.verify)
    if not verdict["holds"]:
        found += [f"verify: {check}" for check in verdict["checks"] if check["violations"]]
    return found


def _surprising(told: Told) -> Iterator[str]:
    yield from (f"refused: {surprise}" for surprise in told.surprises)


def _orders(told: Told, rows: Iterable[Any]) -> Iterator[str]:
    rows = list(rows)
    counts = Counter(row["external_id"] for row in rows)
    for name, order_no in told.orders.items():
        if counts[name] != 1:
            yield f"{name} was acknowledged as {order_no} and is there {counts[name]} times"
    for row in rows:
        kept = row["ids"][1:]
        acknowledged = told.events.get(row["order_no"], [])
        if kept != acknowledged:
            lost, more = set(acknowledged) - set(kept), set(kept) - set(acknowledged)
            yield f"{row['order_no']}: {len(lost)} acknowledged actions lost, {len(more)} more than acknowledged"


def _deliveries(told: Told, rows: Iterable[Any]) -> Iterator[str]:
    counts = {row["external_id"]: row["count"] for row in rows}
    for number in told.deliveries:
        if counts.get(number, 0) != 1:
            yield f"the shop's order {number} is there {counts.get(number, 0)} times"


async def _count(installation: Installation, sql: str) -> int:
    connection = await asyncpg.connect(installation.settings["THROUGHLINE_DATABASE_URL"], timeout=3)
    try:
        found: int = await connection.fetchval(sql)
    finally:
        await connection.close()
    return found
