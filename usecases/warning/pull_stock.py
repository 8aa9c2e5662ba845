"""Read an ERP's stock page by page: each page is kept in a transaction of its own, which also asks for the next.

What dies in the middle goes on with the page at which it stopped. Nothing counts before the last page is there, and a
list that has shrunk beyond belief does not count at all. First come materials, then substitutes, then stock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from domain.effects import Effect
from domain.orders.events import instant_text
from domain.refusals.warning import NO_STOCK_SOURCE
from domain.warning.shortage import is_believable
from domain.warning.stock import Described
from domain.warning.substitutes import Substitute
from persistence import outbox, stock, stock_pages, substitutes
from persistence.outbox import Claimed
from persistence.tx import Tx
from usecases.door import use_case
from usecases.warning.judge_shortages import judge_shortages
from usecases.warning.take_stock import SourceFailed, TakeStock, note_failure, take_stock

PULL = "pull_stock"
Phase = Literal["materials", "substitutes", "stock"]
# Pages that lie further apart are no picture of one moment: the run begins anew.
LONGEST_RUN = timedelta(minutes=30)


@use_case(right="stock.write")
async def ask_for_stock(tx: Tx, sources: Sequence[str]) -> dict[str, Any]:
    """Answers `{"asked", "under_way"}`. Raises NO_STOCK_SOURCE where no ERP is connected."""
    if not sources:
        raise NO_STOCK_SOURCE()
    return await _ask(tx, sources)


@use_case(right="admin.all")
async def ask_in_turn(tx: Tx, sources: Sequence[str]) -> dict[str, Any]:
    """The same without complaint, as it recurs."""
    return await _ask(tx, sources) if sources else {"asked": [], "under_way": []}


async def _ask(tx: Tx, sources: Sequence[str]) -> dict[str, Any]:
    busy = await stock_pages.under_way(tx, sources)
    for source in sources:
        if source not in busy:
            await _next(tx, source, tx.new_id(), "materials", 0, {"since": await stock.materials_until(tx, source)})
    return {"asked": sorted(set(sources) - busy), "under_way": sorted(busy)}


@dataclass(frozen=True, slots=True)
class Page:
    """One page that came, and where the next begins; `until` is the newest change among the materials."""

    effect: Claimed
    next_start: int | None
    materials: Sequence[Described] = ()
    until: str | None = None
    substitutes: Sequence[Substitute] = ()
    counted: Sequence[tuple[str, str, Decimal]] = ()


@use_case(right="admin.all")
async def keep_materials(tx: Tx, page: Page) -> None:
    """Master data counts at once: a changed safety level turns orders red or clears them."""
    source, body = page.effect.channel, page.effect.body
    changed = await stock.describe(tx, source, _each_once(page.materials)) if page.materials else set()
    await judge_shortages(tx, changed)
    since = {"since": body.get("since"), "until": max(filter(None, (page.until, body.get("until"))), default=None)}
    if page.next_start is None:
        await _next(tx, source, page.effect.event_id, "substitutes", 0, since)
    else:
        await _next(tx, source, page.effect.event_id, "materials", page.next_start, since)


@use_case(right="admin.all")
async def keep_substitutes(tx: Tx, page: Page) -> None:
    """The whole list of what may stand for what."""
    source = page.effect.channel
    await substitutes.save_substitutes(tx, source, page.substitutes)
    await stock_pages.forget(tx, source)
    began = {"until": page.effect.body.get("until"), "began_at": instant_text(tx.now)}
    await _next(tx, source, page.effect.event_id, "stock", 0, began)


@use_case(right="admin.all")
async def keep_stock(tx: Tx, page: Page) -> dict[str, Any] | None:
    """One page of the count; the last one makes it count. Answers what the count came to, then."""
    source, run, body = page.effect.channel, page.effect.event_id, page.effect.body
    began_at = datetime.fromisoformat(body["began_at"])
    if tx.now - began_at > LONGEST_RUN:
        await stock_pages.forget(tx, source)
        await _next(tx, source, tx.new_id(), "materials", 0, {"since": await stock.materials_until(tx, source)})
        return None
    await stock_pages.keep(tx, source, run, page.counted)
    if page.next_start is not None:
        await _next(tx, source, run, "stock", page.next_start, body)
        return None
    return await _count(tx, source, run, began_at, body.get("until"))


async def _count(tx: Tx, source: str, run: UUID, began_at: datetime, until: str | None) -> dict[str, Any]:
    totals = await stock_pages.totals(tx, source, run)
    await stock_pages.forget(tx, source)
    before = await stock_pages.counted_before(tx, source)
    if not is_believable(len(totals), before):
        problem = f"{len(totals)} materials, {before} before"
        return await note_failure(tx, SourceFailed(source, "answer_shrunk", problem, needs_person=True))
    command = TakeStock(source, began_at, totals, whole=True, materials_until=until)
    counted: dict[str, Any] = await take_stock(tx, command)
    return counted


async def _next(tx: Tx, source: str, run: UUID, phase: Phase, start: int, more: Mapping[str, Any]) -> None:
    effect = Effect(PULL, source, f"{phase}:{start}", {**more, "phase": phase, "start": start})
    await outbox.add(tx, run, None, [effect])


def _each_once(materials: Sequence[Described]) -> list[Described]:
    """An article that several organisations use comes several times; the last one counts."""
    return list({one.material: one for one in materials}.values())
