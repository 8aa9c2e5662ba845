"""Once a factory day: where an ERP and this house disagree. Page by page, and shown when it is whole.

A day's report is begun once, however often it is asked for, unless a person wants it again; until the new one is whole
the one before it is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.effects import Effect
from domain.erp.differences import Difference, OrderHere
from domain.orders.events import instant_text
from domain.refusals.warning import NO_STOCK_SOURCE
from persistence import erp, outbox
from persistence.outbox import Claimed
from persistence.tx import Tx
from usecases.door import use_case
from usecases.warning.take_stock import SourceFailed

COMPARE = "compare_erp"
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class AskComparison:
    """Of which systems, for which factory day."""

    sources: Sequence[str]
    day: date


@use_case(right="admin.all")
async def ask_comparison(tx: Tx, command: AskComparison) -> dict[str, Any]:
    """Begin the day's reports that nobody has begun. Answers `{"asked"}`."""
    return {"asked": await _ask(tx, command.sources, command.day, again=False)}


@use_case(right="ledger.write")
async def ask_comparison_again(tx: Tx, sources: Sequence[str]) -> dict[str, Any]:
    """Make today's reports, again where there are some. Answers `{"asked"}`. Raises NO_STOCK_SOURCE."""
    if not sources:
        raise NO_STOCK_SOURCE()
    busy = await erp.under_way(tx, COMPARE, sources)
    free = [source for source in sources if source not in busy]
    return {"asked": await _ask(tx, free, tx.now.astimezone(tx.zone).date(), again=True)}


async def _ask(tx: Tx, sources: Sequence[str], day: date, *, again: bool) -> list[str]:
    asked = [source for source in sources if await erp.ask_report(tx, source, day, again=again)]
    for source in asked:
        await _next(tx, source, tx.new_id(), "", {"day": day.isoformat(), "asked_at": instant_text(tx.now)}, 0)
    return asked


@use_case(right="orders.read")
async def read_comparable(tx: Tx, effect: Claimed) -> list[OrderHere]:
    """The next orders to compare."""
    asked_at = datetime.fromisoformat(effect.body["asked_at"])
    return await erp.comparable(tx, effect.body["after"], asked_at, AT_ONCE)


@dataclass(frozen=True, slots=True)
class Compared:
    """One page of orders and what was found about them."""

    effect: Claimed
    orders: Sequence[OrderHere]
    found: Sequence[Difference]


@use_case(right="admin.all")
async def keep_comparison(tx: Tx, page: Compared) -> dict[str, Any] | None:
    """Keep a page; the last one makes the report. Answers the counts by kind, then."""
    source, run, body = page.effect.channel, page.effect.event_id, page.effect.body
    compared = body["compared"] + len(page.orders)
    day = date.fromisoformat(body["day"])
    await erp.add_differences(tx, source, day, run, page.found)
    if len(page.orders) == AT_ONCE:
        await _next(tx, source, run, page.orders[-1].order_no, body, compared)
        return None
    return await erp.finish_report(tx, source, day, run, compared)


@dataclass(frozen=True, slots=True)
class ComparisonFailed:
    """Why a page did not come."""

    effect: Claimed
    failed: SourceFailed


@use_case(right="admin.all")
async def note_failed_comparison(tx: Tx, command: ComparisonFailed) -> dict[str, Any]:
    """Keep why a day has no report, or no newer one."""
    problem = command.failed.as_problem(tx.now)
    await erp.report_failed(tx, command.effect.channel, date.fromisoformat(command.effect.body["day"]), problem)
    return problem


async def _next(tx: Tx, source: str, run: UUID, after: str, body: Any, compared: int) -> None:
    effect = Effect(COMPARE, source, f"after:{after}", {**body, "after": after, "compared": compared})
    await outbox.add(tx, run, None, [effect])
