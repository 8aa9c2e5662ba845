"""Read an ERP's ledger page by page: each page is taken in a transaction of its own, which also asks for the next.

What dies in the middle goes on with the page at which it stopped; what is read twice changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.effects import Effect
from domain.orders.events import instant_text
from domain.orders.money import is_too_fine
from domain.orders.reconciliation import LedgerEntry
from persistence import erp, outbox
from persistence.outbox import Claimed
from persistence.tx import Tx
from usecases.door import use_case
from usecases.finance.take_entries import TakeEntries, take_entries
from usecases.warning.take_stock import SourceFailed

PULL_LEDGER = "pull_ledger"


@use_case(right="admin.all")
async def ask_for_ledgers(tx: Tx, sources: Sequence[str]) -> dict[str, Any]:
    """Begin to read those that are not being read. Answers `{"asked"}`."""
    busy = await erp.under_way(tx, PULL_LEDGER, sources) if sources else set()
    asked = sorted(set(sources) - busy)
    for source in asked:
        began: dict[str, Any] = {
            "since": await erp.ledger_until(tx, source),
            "began_at": instant_text(tx.now),
            "report": {},
        }
        await _next(tx, source, tx.new_id(), None, began)
    return {"asked": asked}


@dataclass(frozen=True, slots=True)
class LedgerRead:
    """One page that came, and where the next begins."""

    effect: Claimed
    entries: Sequence[LedgerEntry]
    next_place: str | None
    until: str | None
    unassigned: int


@use_case(right="admin.all")
async def keep_ledger(tx: Tx, page: LedgerRead) -> dict[str, Any]:
    """Take a page's documents; the last page moves the cursor. Answers the counts so far."""
    source, body = page.effect.channel, page.effect.body
    usable = [entry for entry in page.entries if not is_too_fine(entry.amount, entry.currency)]
    counts = Counter(body["report"])
    counts.update(unassigned=page.unassigned, refused=len(page.entries) - len(usable))
    if usable:
        taken = await take_entries(tx, TakeEntries(source, usable))
        counts.update({name: taken[name] for name in ("told", "new", "changed")})
    until = max(filter(None, (page.until, body.get("until"))), default=None)
    if page.next_place is not None:
        more = {**body, "until": until, "report": dict(counts)}
        await _next(tx, source, page.effect.event_id, page.next_place, more)
    else:
        await erp.ledger_read(tx, source, until, datetime.fromisoformat(body["began_at"]), dict(counts))
    return dict(counts)


@use_case(right="admin.all")
async def note_silent_ledger(tx: Tx, failed: SourceFailed) -> dict[str, Any]:
    """Keep why there is nothing newer; what was read stays."""
    problem = failed.as_problem(tx.now)
    await erp.ledger_silent(tx, failed.source, problem)
    return problem


async def _next(tx: Tx, source: str, run: UUID, place: str | None, body: Mapping[str, Any]) -> None:
    effect = Effect(PULL_LEDGER, source, place or "first", {**body, "place": place})
    await outbox.add(tx, run, None, [effect])
