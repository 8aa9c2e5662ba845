"""The alert board: what is wrong now, how long it has been, and when the next one up hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from persistence.queries.scope import Scope, within
from persistence.tx import Tx

_COLUMNS = """
SELECT a.id, a.rule, a.rule_version, a.cause, a.order_no, a.severity, a.facts, a.since, a.opened_at, a.told, a.next_at,
  a.state, a.banner, a.acknowledged_at, p.name AS acknowledged_by, a.resolved_at, a.resolution,
  d.body->'label' AS label, d.body->>'fact' AS fact, json_array_length(d.body->'levels') AS levels
FROM alerts a JOIN documents d ON d.kind = 'alert_rule' AND d.key = a.rule AND d.version = a.rule_version
LEFT JOIN orders o ON o.order_no = a.order_no LEFT JOIN people p ON p.id::text = a.acknowledged_by
"""
# What is about no order is the whole factory's; whoever is limited to some orders sees theirs.
_MINE = f"(a.order_no IS NOT NULL AND {within(1)} OR a.order_no IS NULL AND $1::uuid IS NULL)"
_LIST = f"""
{_COLUMNS}
WHERE {_MINE} AND (cardinality($4::text[]) = 0 OR a.state = ANY ($4::text[])) AND ($5::text IS NULL OR a.rule = $5)
  AND ($6::text IS NULL OR a.severity = $6) AND ($7::bool IS NULL OR a.banner = $7)
  AND ($8::text IS NULL OR a.order_no = $8) AND ($9::uuid IS NULL OR a.id < $9)
ORDER BY a.id DESC LIMIT $10
"""
_ONE = f"{_COLUMNS} WHERE {_MINE} AND a.id = $4"
_STEPS = """
SELECT s.kind, s.at, coalesce(p.name, s.by) AS by, s.detail FROM alert_steps s LEFT JOIN people p ON p.id::text = s.by
WHERE s.alert_id = $1 ORDER BY s.id
"""


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """What to list, newest first. No state means all."""

    states: tuple[str, ...] = ()
    rule: str | None = None
    severity: str | None = None
    banner: bool | None = None
    order_no: str | None = None
    before: UUID | None = None
    limit: int = 50


async def alerts(tx: Tx, scope: Scope, wanted: AlertFilter) -> list[Mapping[str, Any]]:
    """Alerts, newest first."""
    return list(
        await tx.connection.rows(
            _LIST,
            *scope.values,
            list(wanted.states),
            wanted.rule,
            wanted.severity,
            wanted.banner,
            wanted.order_no,
            wanted.before,
            wanted.limit,
        )
    )


async def alert(tx: Tx, scope: Scope, alert_id: UUID) -> Mapping[str, Any] | None:
    """One alert, or None."""
    return await tx.connection.row(_ONE, *scope.values, alert_id)


async def steps(tx: Tx, alert_id: UUID) -> list[Mapping[str, Any]]:
    """Everything that was done about an alert, oldest first."""
    return list(await tx.connection.rows(_STEPS, alert_id))
