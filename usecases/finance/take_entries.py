"""Take what finance's own system invoiced and was paid: pushed, as often as one likes, each document once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from domain.orders.money import is_too_fine
from domain.orders.reconciliation import LedgerEntry
from domain.refusals.general import FIELD_INVALID
from domain.refusals.kinds import FieldProblem
from domain.text import Text
from persistence import ledger
from persistence.tx import Tx
from usecases.door import use_case


@dataclass(frozen=True, slots=True)
class TakeEntries:
    """`source` names the system; within it an `external_id` is one document."""

    source: str
    entries: Sequence[LedgerEntry]


@use_case(right="ledger.write")
async def take_entries(tx: Tx, command: TakeEntries) -> dict[str, Any]:
    """`{"told", "new", "changed", "unchanged", "unknown_orders"}`. Raises FIELD_INVALID, and then takes nothing."""
    problems = list(_problems(command.entries))
    if problems:
        raise FIELD_INVALID(*problems[:100], summary=", ".join(problem.pointer for problem in problems[:10]))
    counted = await ledger.take(tx, command.source, [asdict(entry) for entry in command.entries])
    return {**counted, "unchanged": counted["told"] - counted["new"] - counted["changed"]}


def _problems(entries: Sequence[LedgerEntry]) -> Sequence[FieldProblem]:
    """A document told twice in one call, and amounts that no currency has."""
    seen: set[str] = set()
    found = []
    for index, entry in enumerate(entries):
        if entry.external_id in seen:
            text = Text("同一凭证在一次调用里出现两次", "the same document twice in one call")
            found.append(FieldProblem(f"/entries/{index}/external_id", "duplicate", text))
        seen.add(entry.external_id)
        if is_too_fine(entry.amount, entry.currency):
            text = Text("比币种的最小单位还细", "finer than the currency's minor unit")
            found.append(FieldProblem(f"/entries/{index}/amount", "too_fine", text))
    return found
