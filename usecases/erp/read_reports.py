"""Questions about ERPs: how current each is, and where it and this house disagreed on a day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.erp.differences import KINDS
from domain.orders.events import instant_text
from domain.refusals.general import NOT_FOUND
from domain.refusals.warning import NO_STOCK_SOURCE
from persistence.queries import erp_reports
from persistence.queries.erp_reports import ReportPage
from persistence.tx import Tx
from usecases.door import use_case


@use_case(right="ledger.write")
async def list_systems(tx: Tx, connected: Mapping[str, Collection[str]]) -> list[dict[str, Any]]:
    """Each system with what came of it in each direction, and why there is nothing newer.

    `connected` says what each of those that are is asked for besides its stock.
    """
    return [_system(row, connected) for row in await erp_reports.systems(tx, list(connected))]


@use_case(right="admin.all")
async def expect_connected(_: Tx, command: tuple[str, Collection[str]]) -> None:
    """For whoever may change connections: that a system is among those. Raises NO_STOCK_SOURCE, NOT_FOUND."""
    source, connected = command
    if not connected:
        raise NO_STOCK_SOURCE()
    if source not in connected:
        raise NOT_FOUND()


@dataclass(frozen=True, slots=True)
class ReportsBefore:
    """A page of reports, older than one of them."""

    before: tuple[date, str] | None
    limit: int


@use_case(right="ledger.write")
async def list_reports(tx: Tx, page: ReportsBefore) -> list[dict[str, Any]]:
    """Heads of reports, the newest first."""
    return [_head(row) for row in await erp_reports.reports(tx, page.before, page.limit)]


@use_case(right="ledger.write")
async def read_report(tx: Tx, page: ReportPage) -> dict[str, Any]:
    """A report's head with a page of its differences (`rows`). Raises NOT_FOUND."""
    found = await erp_reports.report(tx, page.source, page.day)
    if found is None:
        raise NOT_FOUND()
    rows = await erp_reports.differences(tx, found["run"], page) if found["run"] else []
    return {**_head(found), "rows": [{**row, "words": KINDS[row["kind"]].as_json()} for row in rows]}


def _head(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "source": row["source"],
        "day": row["day"].isoformat(),
        "made_at": _instant(row["made_at"]),
        "compared": row["compared"],
        "counts": [
            {"kind": kind, "words": words.as_json(), "number": row["counts"][kind]}
            for kind, words in KINDS.items()
            if row["counts"].get(kind)
        ],
        "problem": row["problem"],
    }


def _system(row: Mapping[str, Any], connected: Mapping[str, Collection[str]]) -> dict[str, Any]:
    return {
        "source": row["source"],
        "connected": row["source"] in connected,
        "does": sorted(connected.get(row["source"], ())),
        "stock": {"as_of": _instant(row["stock_as_of"]), "problem": row["stock_problem"]},
        "ledger": {"as_of": _instant(row["ledger_as_of"]), "problem": row["ledger_problem"]},
        "ledger_report": row["ledger_report"] or {},
        "told": {"documents": row["told"], "at": _instant(row["told_at"])},
        "waiting": row["waiting"],
        "refused": row["refused"],
    }


def _instant(value: datetime | None) -> str | None:
    return instant_text(value) if value else None
