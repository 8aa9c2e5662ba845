"""The past that forecasts learn from, and what is foretold of open orders: read and written by the set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.forecast.levels import KEPT
from domain.orders.order import OPEN_CATEGORIES
from persistence.tx import Tx

# Below this nobody asks since when; a rule's own probability is at least so high.
RISK_PERCENT = 30
REMEMBERED = timedelta(days=400)
MOST_ORDERS, MOST_KEPT = 30_000, 60_000
_MODELS_KEPT = 14

# A stay begins with the event that brought the order there and lasts until the next one that moved it; what was put on
# hold is known to have lasted until then. Orders that were cancelled say nothing of deliveries. Of too many a share is
# taken, open and delivered alike: the newest of each kind would make open ones look slow.
_STAYS = """
WITH counted AS (
  SELECT count(*) AS n FROM orders WHERE opened_at > $1 AND category <> 'cancelled'
), chosen AS (
  SELECT o.id FROM orders o, counted c WHERE o.opened_at > $1 AND o.category <> 'cancelled'
    AND ('x' || right(o.id::text, 6))::bit(24)::int % greatest(ceil(c.n / $2::numeric), 1)::int = 0
), steps AS (
  SELECT e.order_id, e.seq, e.to_stage, e.recorded_at, e.held,
    count(*) FILTER (WHERE e.from_stage IS DISTINCT FROM e.to_stage)
      OVER (PARTITION BY e.order_id ORDER BY e.seq) AS visit
  FROM events e JOIN chosen c ON c.id = e.order_id
), visits AS (
  SELECT order_id, visit, min(to_stage) AS stage, min(recorded_at) AS since,
    min(recorded_at) FILTER (WHERE held) AS held_at
  FROM steps GROUP BY order_id, visit
), stays AS (
  SELECT v.*, lead(v.since) OVER w AS until, lead(v.stage) OVER w AS next_stage
  FROM visits v WINDOW w AS (PARTITION BY v.order_id ORDER BY v.visit)
)
SELECT o.workflow_key AS workflow, s.stage, o.order_type, o.opened_at, o.due_at, s.since,
  least(s.held_at, s.until) AS until, CASE WHEN s.held_at IS NULL THEN s.next_stage END AS next_stage
FROM stays s JOIN orders o ON o.id = s.order_id
WHERE s.until IS NOT NULL OR o.category <> 'done'
"""
_KEPT = """
SELECT workflow, stage, made_at, hours, settled_at FROM kept_forecasts
WHERE made_at > $1 AND delivered IS NOT FALSE AND cardinality(hours) = $3 ORDER BY made_at DESC LIMIT $2
"""
_SAVE_MODEL = f"""
WITH saved AS (
  INSERT INTO forecast_models (made_at, stays, outcomes, body) VALUES ($1, $2, $3, $4) RETURNING id
)
DELETE FROM forecast_models m USING saved s WHERE m.id <= s.id - {_MODELS_KEPT}
"""  # noqa: S608 - composed of constants
_NEWEST_MODEL = "SELECT max(id) FROM forecast_models"
_MODEL = "SELECT body FROM forecast_models WHERE id = $1"
_OPEN = """
SELECT o.id, o.workflow_key, o.workflow_version, o.stage, o.order_type, o.opened_at, o.stage_since, o.due_at, o.held,
  f.stage_since IS DISTINCT FROM o.stage_since AS moved
FROM orders o LEFT JOIN forecasts f ON f.order_id = o.id
WHERE o.category = $1 AND ($2::uuid IS NULL OR o.id > $2) ORDER BY o.id LIMIT $3
"""
# What stands as it stood is not written; `made_at` is since when it is foretold so.
_WRITE = f"""
INSERT INTO forecasts AS f (order_id, made_at, stage, stage_since, p50, p80, p95, late_percent, risk_since, confidence,
  basis, ahead)
SELECT e.order_id, $2::timestamptz, e.stage, e.stage_since, e.p50, e.p80, e.p95, e.late_percent,
  CASE WHEN e.late_percent >= {RISK_PERCENT} THEN $2::timestamptz END, e.confidence, e.basis, e.ahead
FROM jsonb_to_recordset($1) AS e(order_id uuid, stage text, stage_since timestamptz, p50 timestamptz, p80 timestamptz,
  p95 timestamptz, late_percent int, confidence text, basis text, ahead jsonb)
ON CONFLICT (order_id) DO UPDATE SET made_at = excluded.made_at, stage = excluded.stage,
  stage_since = excluded.stage_since, p50 = excluded.p50, p80 = excluded.p80, p95 = excluded.p95,
  late_percent = excluded.late_percent, confidence = excluded.confidence, basis = excluded.basis,
  ahead = excluded.ahead,
  risk_since = CASE WHEN excluded.risk_since IS NOT NULL THEN coalesce(f.risk_since, excluded.risk_since) END
WHERE (f.stage_since, f.p50, f.p80, f.p95, f.late_percent, f.confidence, f.basis) IS DISTINCT FROM
  (excluded.stage_since, excluded.p50, excluded.p80, excluded.p95, excluded.late_percent, excluded.confidence,
   excluded.basis)
"""  # noqa: S608 - composed of constants
_KEEP = """
INSERT INTO kept_forecasts (order_id, stage_since, made_at, workflow, stage, p50, p80, p95, hours)
SELECT e.order_id, e.stage_since, $2, e.workflow, e.stage, e.p50, e.p80, e.p95, e.hours
FROM jsonb_to_recordset($1) AS e(order_id uuid, stage_since timestamptz, workflow text, stage text, p50 timestamptz,
  p80 timestamptz, p95 timestamptz, hours real[])
ON CONFLICT (order_id, stage_since) DO NOTHING
"""
_DROP = "DELETE FROM forecasts WHERE order_id = ANY ($1)"
_SETTLE = """
WITH over AS (
  DELETE FROM forecasts f USING orders o WHERE o.id = f.order_id AND o.category IN ('done', 'cancelled')
  RETURNING o.id, o.category, o.stage_since
), settled AS (
  UPDATE kept_forecasts k SET settled_at = v.stage_since, delivered = v.category = 'done'
  FROM over v WHERE k.order_id = v.id AND k.settled_at IS NULL
)
SELECT count(*) FROM over
"""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a round has come: the index of a category of OPEN_CATEGORIES, and the last order seen of it."""

    category: int = 0
    after: UUID | None = None


async def stays(tx: Tx) -> Sequence[Mapping[str, Any]]:
    """Every stay in a stage of orders that were opened within REMEMBERED, of MOST_ORDERS at most; one statement."""
    return await tx.connection.rows(_STAYS, tx.now - REMEMBERED, MOST_ORDERS)


async def kept(tx: Tx) -> Sequence[Mapping[str, Any]]:
    """Forecasts that were kept, with when they came true; without those of cancelled orders, or of other levels."""
    return await tx.connection.rows(_KEPT, tx.now - REMEMBERED, MOST_KEPT, len(KEPT))


async def save_model(tx: Tx, stays_seen: int, outcomes_seen: int, body: Mapping[str, Any]) -> None:
    """It counts from now on; the last two weeks' are kept."""
    await tx.connection.run(_SAVE_MODEL, tx.now, stays_seen, outcomes_seen, dict(body))


async def newest_model(tx: Tx) -> int:
    """The number of the model that counts; 0 before there is one."""
    found: int | None = await tx.connection.value(_NEWEST_MODEL)
    return found or 0


async def model_body(tx: Tx, number: int) -> Mapping[str, Any] | None:
    """One model as it was saved."""
    body: Mapping[str, Any] | None = await tx.connection.value(_MODEL, number)
    return body


async def open_orders(tx: Tx, place: Place, limit: int) -> Sequence[Mapping[str, Any]]:
    """The next open orders of a category; `moved`: since what is foretold of them."""
    return await tx.connection.rows(_OPEN, OPEN_CATEGORIES[place.category], place.after, limit)


async def write(tx: Tx, found: Sequence[Mapping[str, Any]]) -> int:
    """Write what has changed; says how many. The rows have the columns' names."""
    return await tx.connection.run(_WRITE, list(found), tx.now) if found else 0


async def keep(tx: Tx, found: Sequence[Mapping[str, Any]]) -> int:
    """Keep these to be compared with what comes; one for each order and stay."""
    return await tx.connection.run(_KEEP, list(found), tx.now) if found else 0


async def drop(tx: Tx, order_ids: Sequence[UUID]) -> None:
    """Nothing is foretold of these."""
    if order_ids:
        await tx.connection.run(_DROP, list(order_ids))


async def settle(tx: Tx) -> int:
    """What was foretold of orders that are finished is over, and what was kept gets its outcome; says how many."""
    count: int = await tx.connection.value(_SETTLE)
    return count
