"""Import products from a spreadsheet: a dry run tells every error by row and column; an import is whole or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.products.bill import bill_problems
from domain.products.sheet import SheetError, named_articles, read_workbook, unknown_articles
from domain.refusals.products import SHEET_INVALID
from persistence import products
from persistence.tx import Tx
from usecases.door import use_case
from usecases.products.load_catalogue import LoadCatalogue, write_catalogue

_TOLD = 500


@dataclass(frozen=True, slots=True)
class ImportProducts:
    """The sheets of a workbook by name, with their rows of cells as text."""

    sheets: Mapping[str, Sequence[Sequence[str]]]
    dry_run: bool = False


@use_case(right="floor.plan")
async def import_products(tx: Tx, command: ImportProducts) -> dict[str, Any]:
    """Answers `{"dry_run", "articles", "operations", "bill_lines", "quality_points", "errors"}`.

    Each product of which something is different gets its next version; what the workbook does not say stays.

    Raises SHEET_INVALID where anything is wrong and it is no dry run; then nothing is imported.
    """
    found = read_workbook(command.sheets)
    named = {sku for _, _, _, sku in named_articles(found)}
    known = await products.known_skus(tx, sorted(named))
    errors = [*found.errors, *unknown_articles(found, known.__contains__)]
    if not errors:
        errors = [
            SheetError("bill", 1, problem.pointer.rpartition("/")[2], problem.detail)
            for problem in bill_problems(found.bills, known | {one.sku for one in found.articles})
        ]
    if errors and not command.dry_run:
        raise SHEET_INVALID(count=len(errors), errors=[error.as_json() for error in errors[:_TOLD]])
    if not command.dry_run:
        await write_catalogue(tx, LoadCatalogue(found.articles, found.bills, found.quality), merge=True)
    return {
        "dry_run": command.dry_run,
        "articles": len(found.articles),
        "operations": sum(len(one.operations) for one in found.articles),
        "bill_lines": len(found.bills),
        "quality_points": sum(map(len, found.quality.values())),
        "errors": [error.as_json() for error in errors[:_TOLD]],
    }
