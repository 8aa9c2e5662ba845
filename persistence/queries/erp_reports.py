"""ERPs and how current each direction is, and the daily reports of where they and this house disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from persistence.tx import Tx

_SYSTEMS = """
SELECT n.source, s.as_of AS stock_as_of, s.problem AS stock_problem, l.as_of AS ledger_as_of,
  l.problem AS ledger_problem, l.report AS ledger_report, t.told_at, coalesce(t.told, 0) AS told,
  coalesce(o.waiting, 0) AS waiting, coalesce(o.refused, 0) AS refused
FROM (SELECT unnest($1::text[]) AS source UNION SELECT source FROM erp_ledgers UNION SELECT source FROM erp_reports) n
LEFT JOIN stock_sources s ON s.source = n.source LEFT JOIN erp_ledgers l ON l.source = n.source
LEFT JOIN LATERAL (SELECT max(d.told_at) AS told_at, count(*) AS told FROM erp_documents d WHERE d.source = n.source) t
  ON true
LEFT JOIN LATERAL (SELECT count(*) FILTER (WHERE b.state <> 'dead') AS waiting,
  count(*) FILTER (WHERE b.state = 'dead') AS refused
  FROM outbox b WHERE b.state IN ('ready', 'leased', 'dead') AND b.kind = 'tell_erp' AND b.channel = n.source) o ON true
ORDER BY n.source
"""
_REPORTS = """
SELECT source, day, made_at, compared, counts, problem FROM erp_reports
WHERE ($1::date IS NULL OR (day, source) < ($1, $2)) ORDER BY day DESC, source DESC LIMIT $3
"""
_REPORT = """
SELECT source, day, made_at, compared, counts, problem, run FROM erp_reports WHERE source = $1 AND day = $2
"""
_DIFFERENCES = """
SELECT kind, subject, here, there FROM erp_differences
WHERE source = $1 AND day = $2 AND run = $3 AND ($4::text IS NULL OR kind = $4) AND (kind, subject) > ($5, $6)
ORDER BY kind, subject LIMIT $7
"""


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A page of one report's differences, of one kind or of all."""

    source: str
    day: date
    kind: str | None
    after: tuple[str, str]
    limit: int


async def systems(tx: Tx, connected: list[str]) -> list[Mapping[str, Any]]:
    """Every system that is or was connected."""
    return list(await tx.connection.rows(_SYSTEMS, connected))


async def reports(tx: Tx, before: tuple[date, str] | None, limit: int) -> list[Mapping[str, Any]]:
    """Reports, the newest day first."""
    day, source = before or (None, "")
    return list(await tx.connection.rows(_REPORTS, day, source, limit))


async def report(tx: Tx, source: str, day: date) -> Mapping[str, Any] | None:
    """One report's head, or None."""
    return await tx.connection.row(_REPORT, source, day)


async def differences(tx: Tx, run: Any, page: ReportPage) -> list[Mapping[str, Any]]:
    """What a run found, by kind and subject."""
    found = await tx.connection.rows(_DIFFERENCES, page.source, page.day, run, page.kind, *page.after, page.limit)
    return list(found)
