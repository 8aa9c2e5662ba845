"""Work orders as people see them: the list, one with everything that is needed at the machine, several for printing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from persistence.queries.scope import Scope, within
from persistence.tx import Tx

_COLUMNS = """
SELECT w.number, w.token, w.order_id, o.order_no, w.line, w.sku, l.name, a.name AS article_name, a.name_en, a.unit,
  w.quantity, w.good, w.scrap, w.state, w.operations, w.progress, w.revision, o.revision AS order_revision, w.stop,
  w.altered_revision,
  w.parent_number, w.product_version, w.released_at, w.started_at, w.finished_at, w.changed_at, w.version, o.priority,
  o.promised_date, o.due_at, o.held AS order_held, o.stage AS order_stage, o.category AS order_category, l.options,
  l.technical, w.picking, w.quality, w.drawings, w.xid::text AS xid, given.out AS issued
FROM work_orders w JOIN orders o ON o.id = w.order_id JOIN articles a ON a.sku = w.sku
  LEFT JOIN order_lines l ON l.order_id = w.order_id AND l.line = w.line
  CROSS JOIN LATERAL (SELECT coalesce(jsonb_object_agg(m.sku, trim_scale(m.quantity)::text), '{}') AS out FROM (
    SELECT g.sku, sum(g.quantity) AS quantity FROM material_moves g
    WHERE g.work_order = w.number AND g.direction = 'issue' GROUP BY g.sku) m) given
"""
# Whoever is at no work centre sees them all.
_MINE = """
({who}::uuid IS NULL OR NOT EXISTS (SELECT 1 FROM work_centre_people p WHERE p.person_id = {who})
  OR EXISTS (SELECT 1 FROM jsonb_array_elements(w.operations) s WHERE s->>'work_centre' IN (
    SELECT p.work_centre FROM work_centre_people p WHERE p.person_id = {who})))
"""
_LIST = f"""
{_COLUMNS} WHERE (cardinality($1::text[]) = 0 OR w.state = ANY ($1)) AND ($2 = '' OR w.operations @> $3::jsonb)
  AND ($4 = '' OR o.order_no = $4) AND {_MINE.format(who="$5")}
  AND ($6 = '' OR position(lower($6) IN lower(w.number || ' ' || o.order_no || ' ' || w.sku || ' ' || a.name)) > 0)
  AND ($7::text IS NULL OR (length(w.number), w.number) > (length($7), $7)) AND {within(9)}
ORDER BY length(w.number), w.number LIMIT $8
"""
_ONE = f"{_COLUMNS} WHERE (w.number = $1 OR w.token = $1) AND {within(2)}"
_SEVERAL = f"""
{_COLUMNS} WHERE w.number = ANY ($1::text[]) AND {within(2)} ORDER BY array_position($1::text[], w.number)
"""
# Everything is made, the goods are still in the house, and no inspection has passed them.
_AWAITS_INSPECTION = """
w.state = 'done' AND o.category IN ('not_started', 'in_production', 'quality')
  AND w.progress->'inspection'->>'passed' IS DISTINCT FROM 'true'
"""
# What changed in a window of transactions: the work order itself, or its order. At the beginning only what is open or
# has to be inspected; afterwards also what was closed since, so that a phone forgets it.
_CHANGED = f"""
{_COLUMNS} WHERE length(w.number) >= length($3) AND (length(w.number), w.number) > (length($3), $3)
  AND CASE WHEN $1::text::xid8 = '0' THEN
      (w.state IN ('released', 'in_progress') AND o.category NOT IN ('done', 'cancelled') OR {_AWAITS_INSPECTION})
      AND w.xid < $2::text::xid8
    ELSE w.xid >= $1::text::xid8 AND w.xid < $2::text::xid8 OR EXISTS (SELECT 1 FROM events e
      WHERE e.order_id = w.order_id AND e.xid >= $1::text::xid8 AND e.xid < $2::text::xid8) END
  AND {_MINE.format(who="$4")} AND {within(6)}
ORDER BY length(w.number), w.number LIMIT $5
"""  # noqa: S608 - composed of constants
_ARTICLES = """
SELECT a.sku, a.name, a.name_en, a.unit, a.kind, a.aliases, coalesce(a.details->'spoken'->'units', '[]') AS units,
  coalesce(a.details->'spoken'->'pack', '{}') AS pack
FROM articles a WHERE a.xid >= $1::text::xid8 AND a.xid < $2::text::xid8 AND a.sku > $3 ORDER BY a.sku LIMIT $4
"""
_UPTO = "SELECT feed_frontier()::text AS upto, feed_lost($1) AS lost"
_CENTRES = "SELECT work_centre FROM work_centre_people WHERE person_id = $1 ORDER BY work_centre"
_PEOPLE = "SELECT id, name FROM people WHERE id = ANY ($1::uuid[])"
_CHANGES = """
SELECT c.id, c.kind, c.changed_at, c.changed_by, p.name AS changed_by_name, c.reason, c.before, c.after
FROM work_order_changes c LEFT JOIN people p ON p.id::text = c.changed_by WHERE c.number = $1 ORDER BY c.id
"""


@dataclass(frozen=True, slots=True)
class WorkOrderFilter:
    """`mine` is the person whose work centres count; `after` the last number seen."""

    states: Sequence[str] = ()
    work_centre: str = ""
    order_no: str = ""
    mine: UUID | None = None
    words: str = ""
    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Window:
    """A window of transactions, `since` included and `upto` not; 0 is the beginning. `after` is the last key seen."""

    since: int
    upto: int
    after: str
    limit: int
    mine: UUID | None = None


async def list_work_orders(tx: Tx, scope: Scope, wanted: WorkOrderFilter) -> list[Mapping[str, Any]]:
    """At most `limit` rows by number; a customer has none."""
    if scope.customer_id is not None:
        return []
    step = [{"work_centre": wanted.work_centre}]
    values = (list(wanted.states), wanted.work_centre, step, wanted.order_no, wanted.mine, wanted.words.strip())
    return list(await tx.connection.rows(_LIST, *values, wanted.after, wanted.limit, *scope.values))


async def find(tx: Tx, scope: Scope, code: str) -> Mapping[str, Any] | None:
    """One by its number or the token of its ticket; None where there is none or a customer asks."""
    return None if scope.customer_id is not None else await tx.connection.row(_ONE, code, *scope.values)


async def several(tx: Tx, scope: Scope, numbers: Sequence[str]) -> list[Mapping[str, Any]]:
    """These, in the order asked for."""
    if scope.customer_id is not None:
        return []
    return list(await tx.connection.rows(_SEVERAL, list(numbers), *scope.values))


async def changed(tx: Tx, scope: Scope, window: Window) -> list[Mapping[str, Any]]:
    """Work orders that changed in a window, by number; a customer has none."""
    if scope.customer_id is not None:
        return []
    values = (str(window.since), str(window.upto), window.after, window.mine, window.limit)
    return list(await tx.connection.rows(_CHANGED, *values, *scope.values))


async def changed_articles(tx: Tx, scope: Scope, window: Window) -> list[Mapping[str, Any]]:
    """Articles that changed in a window, by number; a customer has none."""
    if scope.customer_id is not None:
        return []
    values = (str(window.since), str(window.upto), window.after, window.limit)
    return list(await tx.connection.rows(_ARTICLES, *values))


async def newest(tx: Tx, since: int = 0) -> tuple[int, bool]:
    """The transaction below which nothing can change any more; and whether `since` lies in what a restore lost."""
    row = await tx.connection.row(_UPTO, since)
    if row is None:
        raise AssertionError("a statement without FROM gives a row")
    return int(row["upto"]), row["lost"]


async def work_centres_of(tx: Tx, person: UUID) -> list[str]:
    """Where somebody works."""
    return [row["work_centre"] for row in await tx.connection.rows(_CENTRES, person)]


async def names(tx: Tx, people: Sequence[UUID]) -> dict[str, str]:
    """What these people are called, by their ids as text."""
    if not people:
        return {}
    return {str(row["id"]): row["name"] for row in await tx.connection.rows(_PEOPLE, list(people))}


async def history(tx: Tx, number: str) -> list[Mapping[str, Any]]:
    """What a planner changed on a work order, oldest first."""
    return list(await tx.connection.rows(_CHANGES, number))
