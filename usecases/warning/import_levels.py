"""Take stock from a spreadsheet: a dry run tells every error by row and column; an import is whole or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.refusals.products import SHEET_INVALID
from domain.warning.sheet import read_levels
from persistence.tx import Tx
from usecases.door import use_case
from usecases.orders.writing import refuse_unwritable
from usecases.warning.take_stock import TakeStock, take_stock

_TOLD = 500


@dataclass(frozen=True, slots=True)
class ImportLevels:
    """The sheets of a file by name, with their rows of cells as text.

    `source` names whose figures they are; `whole`: it is everything the source has, so that the rest is gone.
    """

    source: str
    sheets: Mapping[str, Sequence[Sequence[str]]]
    whole: bool = False
    dry_run: bool = False


@use_case(right="stock.write")
async def import_levels(tx: Tx, command: ImportLevels) -> dict[str, Any]:
    """Answers `{"dry_run", "source", "materials", "counted", "errors", "taken"}`; `taken` is null in a dry run.

    Raises SHEET_INVALID where anything is wrong and it is no dry run; then nothing is taken.
    """
    found = read_levels(command.sheets)
    if any(one.unit_cost is not None for one in found.described):
        # A dry run tells of it too: whoever tries a file is not surprised when it counts.
        refuse_unwritable(tx.actor, [("/unit_cost", "unit_cost")])
    errors = [error.as_json() for error in found.errors[:_TOLD]]
    if errors and not command.dry_run:
        raise SHEET_INVALID(count=len(found.errors), errors=errors)
    taken = None
    if not command.dry_run:
        levels = TakeStock(command.source, None, found.on_hand, found.described, command.whole)
        taken = await take_stock(tx, levels)
    return {
        "dry_run": command.dry_run,
        "source": command.source,
        "materials": len(found.described),
        "counted": len(found.on_hand),
        "errors": errors,
        "taken": taken,
    }
