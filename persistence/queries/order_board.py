"""The list of orders: filtered, newest or most urgent first, paged by keyset, one statement whatever its length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from domain.orders.search import folded, query_grams
from persistence.queries.forecast_board import FORECAST_HEAD
from persistence.queries.scope import Scope, within
from persistence.tx import Tx

Sort = Literal["newest", "due"]
Risk = Literal["late", "soon", "short", "likely_late"]
LIKELY_PERCENT = 50
SOON = timedelta(hours=72)

_SELECT = f"""
SELECT o.id, o.order_no, o.parent_no, o.channel, o.shop, o.external_id, o.order_type, o.currency, o.total, o.priority,
  o.promised_date, o.promised_derived, o.due_at, o.workflow_key, o.workflow_version, o.stage, o.category, o.held,
  o.stage_since, o.revision, o.version, o.opened_at, o.updated_at, o.customer_id, c.name AS customer_name,
  c.company AS customer_company, o.merchandiser_id, m.name AS merchandiser_name,
  EXISTS (SELECT 1 FROM shortages h WHERE h.order_id = o.id) AS short, {FORECAST_HEAD}
FROM orders o LEFT JOIN customers c ON c.id = o.customer_id LEFT JOIN people m ON m.id = o.merchandiser_id
"""  # noqa: S608 - composed of constants
NOT_DUE = "infinity"
_OVER = frozenset({"done", "cancelled"})
_OPEN = "o.category NOT IN ('done', 'cancelled')"
_STANDING = f"""
SELECT o.workflow_key, o.workflow_version, o.stage, count(*) AS orders, count(*) FILTER (WHERE o.due_at < $4) AS late,
  count(*) FILTER (WHERE o.held) AS held
FROM orders o WHERE {_OPEN} AND {within(1)} GROUP BY 1, 2, 3
"""  # noqa: S608 - composed of constants
_CARDS = f"""
{_SELECT} WHERE o.id IN (SELECT id FROM (
  SELECT o.id, row_number() OVER (PARTITION BY o.stage ORDER BY o.due_at, o.id) AS place
  FROM orders o WHERE o.workflow_key = $4 AND {_OPEN} AND {within(1)}
) standing WHERE place <= $5)
ORDER BY o.due_at, o.id
"""  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What to list. `after` is the sort key of the last row seen; `extension` holds extra fields that must be equal."""

    stage: Sequence[str] = ()
    category: Sequence[str] = ()
    channel: Sequence[str] = ()
    shop: Sequence[str] = ()
    workflow: Sequence[str] = ()
    order_type: Sequence[str] = ()
    external_id: str | None = None
    customer: UUID | None = None
    merchandiser: UUID | None = None
    held: bool | None = None
    risk: Risk | None = None
    due_before: datetime | None = None
    words: str | None = None
    extension: Mapping[str, Any] = field(default_factory=dict)
    stages_of: Sequence[tuple[str, int, str]] | None = None
    sort: Sort = "newest"
    after: Sequence[Any] | None = None
    limit: int = 50


class _Conditions:
    """Collects `WHERE` parts with their numbered values."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.values: list[Any] = []

    def add(self, template: str, *values: Any) -> None:
        """One condition; each `{}` becomes the number of its value."""
        first = len(self.values) + 1
        self.parts.append(template.format(*(f"${first + i}" for i in range(len(values)))))
        self.values += values


async def list_orders(tx: Tx, scope: Scope, wanted: OrderFilter) -> list[Mapping[str, Any]]:
    """At most `limit` rows."""
    where = _Conditions()
    _scope(where, scope)
    _filters(where, wanted, tx.now)
    if (wanted.sort == "due" or wanted.due_before is not None) and _OVER.isdisjoint(wanted.category):
        # What is due is what is still to be done, unless somebody asks for what is over.
        where.add(_OPEN)
    _search(where, wanted)
    order = _paging(where, wanted)
    where.values.append(wanted.limit)
    conditions = " AND ".join(where.parts) or "true"
    sql = f"{_SELECT} WHERE {conditions} ORDER BY {order} LIMIT ${len(where.values)}"
    return list(await tx.connection.rows(sql, *where.values))


async def standing(tx: Tx, scope: Scope) -> list[Mapping[str, Any]]:
    """How many open orders stand where: by workflow version and stage, with how many are late and held."""
    return list(await tx.connection.rows(_STANDING, *scope.values, tx.now))


async def cards(tx: Tx, scope: Scope, workflow_key: str, limit: int) -> list[Mapping[str, Any]]:
    """The open orders of a workflow, at most `limit` of each stage, the most urgent first."""
    return list(await tx.connection.rows(_CARDS, *scope.values, workflow_key, limit))


def _scope(where: _Conditions, scope: Scope) -> None:
    """Only what limits is written, so that an index of the one column gives the rows in their order."""
    if scope.customer_id is not None:
        where.add("o.customer_id = {}", scope.customer_id)
    if scope.merchandiser_id is not None:
        where.add("o.merchandiser_id = {}", scope.merchandiser_id)
    if scope.department is not None:
        where.add("o.merchandiser_id IN (SELECT id FROM people WHERE department = {})", scope.department)


def _filters(where: _Conditions, wanted: OrderFilter, now: datetime) -> None:
    for column, chosen in (
        ("stage", wanted.stage),
        ("category", wanted.category),
        ("channel", wanted.channel),
        ("shop", wanted.shop),
        ("workflow_key", wanted.workflow),
        ("order_type", wanted.order_type),
    ):
        if chosen:
            _one_of(where, column, chosen)
    if wanted.customer is not None:
        where.add("o.customer_id = {}", wanted.customer)
    if wanted.merchandiser is not None:
        where.add("o.merchandiser_id = {}", wanted.merchandiser)
    if wanted.held is not None:
        where.add("o.held = {}", wanted.held)
    if wanted.due_before is not None:
        where.add("o.due_at < {}", wanted.due_before)
    _risks(where, wanted.risk, now)
    if wanted.stages_of is not None:
        names = [f"{key}@{version}/{stage}" for key, version, stage in wanted.stages_of]
        stages = sorted({stage for _, _, stage in wanted.stages_of})
        where.add(
            "o.stage = ANY({}::text[]) "
            "AND o.workflow_key || '@' || o.workflow_version || '/' || o.stage = ANY({}::text[])",
            stages,
            names,
        )


def _risks(where: _Conditions, risk: Risk | None, now: datetime) -> None:
    match risk:
        case "late":
            where.add(f"o.due_at < {{}} AND {_OPEN}", now)
        case "soon":
            where.add(f"o.due_at >= {{}} AND o.due_at < {{}} AND {_OPEN}", now, now + SOON)
        case "short":
            where.add("o.id IN (SELECT h.order_id FROM shortages h)")
        case "likely_late":
            likely = "SELECT f.order_id FROM forecasts f WHERE f.risk_since IS NOT NULL AND f.late_percent >= {}"
            where.add(f"o.id IN ({likely}) AND o.due_at > {{}} AND {_OPEN}", LIKELY_PERCENT, now)


def _one_of(where: _Conditions, column: str, chosen: Sequence[str]) -> None:
    """With one value an index gives the rows in their order; with several they would have to be sorted."""
    if len(chosen) == 1:
        where.add(f"o.{column} = {{}}", chosen[0])
    else:
        where.add(f"o.{column} = ANY({{}}::text[])", list(chosen))


def _search(where: _Conditions, wanted: OrderFilter) -> None:
    if wanted.external_id is not None:
        # Found by the index of words, which holds it, whichever channel it is of.
        where.add(
            "o.external_id = {} AND o.id IN (SELECT s.order_id FROM order_search s WHERE s.grams @> {}::text[])",
            wanted.external_id,
            query_grams(wanted.external_id),
        )
    if wanted.words and (text := folded(wanted.words)):
        where.add(
            "o.id IN (SELECT s.order_id FROM order_search s "
            "WHERE s.grams @> {}::text[] AND position({} in s.words) > 0)",
            query_grams(wanted.words),
            text,
        )
    if wanted.extension:
        where.add(
            "o.id IN (SELECT s.order_id FROM order_search s WHERE s.extension @> {}::jsonb)", dict(wanted.extension)
        )


def _paging(where: _Conditions, wanted: OrderFilter) -> str:
    if wanted.sort == "due":
        if wanted.after is not None:
            _after_due(where, *wanted.after)
        return "o.due_at, o.id"
    if wanted.after is not None:
        where.add("o.id < {}::uuid", wanted.after[0])
    return "o.id DESC"


def _after_due(where: _Conditions, due: str, last: Any) -> None:
    """What nobody promised comes last, as in the index."""
    if due == NOT_DUE:
        where.add("o.due_at IS NULL AND o.id > {}::uuid", last)
    else:
        where.add("((o.due_at, o.id) > ({}::text::timestamptz, {}::uuid) OR o.due_at IS NULL)", due, last)
