"""Work orders as people see them: the list, one with everything that is needed at the machine, several for printing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from persistence.queries.scope import Scope
from persistence.tx import Tx

_COLUMNS = """
SELECT w.number, w.token, w.order_id, o.order_no, w.line, w.sku, l.name, a.name AS article_name, a.name_en, a.unit,
  w.quantity, w.good, w.scrap, w.state, w.operations, w.progress, w.revision, o.revision AS order_revision, w.stop,
  w.parent_number, w.product_version, w.released_at, w.started_at, w.finished_at, w.changed_at, w.version, o.priority,
  o.promised_date, o.due_at, o.held AS order_held, o.stage AS order_stage, o.category AS order_category, l.options,
  l.technical, w.picking, w.quality, w.drawings, w.xid::text AS xid
FROM work_orders w JOIN orders o ON o.id = w.order_id JOIN articles a ON a.sku = w.sku
  LEFT JOIN order_lines l ON l.order_id = w.order_id AND l.line = w.line
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
  AND ($7::text IS NULL OR (length(w.number), w.number) > (length($7), $7))
ORDER BY length(w.number), w.number LIMIT $8
"""
_ONE = f"{_COLUMNS} WHERE w.number = $1 OR w.token = $1"
_SEVERAL = f"{_COLUMNS} WHERE w.number = ANY ($1::text[]) ORDER BY array_position($1::text[], w.number)"
# What changed after a place of the feed. At the beginning only what is open; afterwards also what was closed since, so
# that a phone forgets it.
_CHANGED = f"""
{_COLUMNS} WHERE (w.xid, w.number) > ($1::text::xid8, $2) AND w.xid < pg_snapshot_xmin(pg_current_snapshot())
  AND ($3 OR w.state IN ('released', 'in_progress') AND o.category NOT IN ('done', 'cancelled'))
  AND {_MINE.format(who="$4")}
ORDER BY w.xid, w.number LIMIT $5
"""
_PEOPLE = "SELECT id, name FROM people WHERE id = ANY ($1::uuid[])"
_CHANGES = """
SELECT id, kind, changed_at, changed_by, reason, before, after FROM work_order_changes WHERE number = $1 ORDER BY id
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
class Changed:
    """What changed after a place (transaction id, number); at the beginning only what is open counts."""

    xid: int
    number: str
    mine: UUID | None
    limit: int

    @property
    def begins(self) -> bool:
        """Whether nothing was read before."""
        return self.xid == 0


async def list_work_orders(tx: Tx, scope: Scope, wanted: WorkOrderFilter) -> list[Mapping[str, Any]]:
    """At most `limit` rows by number; a customer has none."""
    if scope.customer_id is not None:
        return []
    step = [{"work_centre": wanted.work_centre}]
    values = (list(wanted.states), wanted.work_centre, step, wanted.order_no, wanted.mine, wanted.words.strip())
    return list(await tx.connection.rows(_LIST, *values, wanted.after, wanted.limit))


async def find(tx: Tx, scope: Scope, code: str) -> Mapping[str, Any] | None:
    """One by its number or the token of its ticket; None where there is none or a customer asks."""
    return None if scope.customer_id is not None else await tx.connection.row(_ONE, code)


async def several(tx: Tx, scope: Scope, numbers: Sequence[str]) -> list[Mapping[str, Any]]:
    """These, in the order asked for."""
    return [] if scope.customer_id is not None else list(await tx.connection.rows(_SEVERAL, list(numbers)))


async def changed(tx: Tx, scope: Scope, wanted: Changed) -> list[Mapping[str, Any]]:
    """What changed after a place, oldest first, never what a late commit could still precede."""
    if scope.customer_id is not None:
        return []
    values = (str(wanted.xid), wanted.number, not wanted.begins, wanted.mine, wanted.limit)
    return list(await tx.connection.rows(_CHANGED, *values))


async def names(tx: Tx, people: Sequence[UUID]) -> dict[str, str]:
    """What these people are called, by their ids as text."""
    if not people:
        return {}
    return {str(row["id"]): row["name"] for row in await tx.connection.rows(_PEOPLE, list(people))}


async def history(tx: Tx, number: str) -> list[Mapping[str, Any]]:
    """What a planner changed on a work order, oldest first."""
    return list(await tx.connection.rows(_CHANGES, number))
