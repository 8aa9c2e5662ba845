"""Workbooks of orders as people send and follow them: kept as they came, read by a worker, asked about meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.access.actor import Actor
from domain.access.remembered import recalled, remembered
from domain.orders.events import instant_text
from domain.refusals.general import NOT_FOUND
from persistence import order_imports
from persistence.order_imports import Finished, Progress
from persistence.tx import Tx
from usecases.door import use_case

# Whoever sent a small workbook reads it at once; a worker takes it over where that came to nothing.
_OWN_WAIT_SECONDS = 120
_RIGHTS = ("orders.open", "orders.read")


@dataclass(frozen=True, slots=True)
class KeepImport:
    """A workbook. `at_once`: whoever keeps it goes on to read it, so that the worker waits a while."""

    file_name: str
    workbook: bytes
    dry_run: bool
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class ImportPage:
    """Imports older than `before`, newest first."""

    before: UUID | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Told:
    """How far one import has come."""

    import_id: UUID
    progress: Progress


@dataclass(frozen=True, slots=True)
class Came:
    """What became of one import."""

    import_id: UUID
    finished: Finished


@use_case(right="orders.open")
async def keep_import(tx: Tx, command: KeepImport) -> dict[str, Any]:
    """Answers `{"id", "fresh"}`; `fresh` is false where the same bytes are an import already."""
    found, fresh = await order_imports.keep(
        tx,
        file_name=command.file_name,
        workbook=command.workbook,
        sha256=hashlib.sha256(command.workbook).hexdigest(),
        dry_run=command.dry_run,
        actor=remembered(tx.actor),
        wait_seconds=_OWN_WAIT_SECONDS if command.at_once else 0,
    )
    return {"id": str(found), "fresh": fresh}


@use_case(right="orders.open")
async def read_import(tx: Tx, import_id: UUID) -> dict[str, Any]:
    """How far one import has come and what is wrong in it. Raises NOT_FOUND."""
    row = await order_imports.find(tx, import_id, _only_own(tx.actor))
    if row is None:
        raise NOT_FOUND()
    opened = [{"row": place, "external_id": number, "order_no": order_no} for place, number, order_no in row["opened"]]
    return {**_row_view(row), "errors": row["faults"], "opened": opened}


@use_case(right="orders.open")
async def list_imports(tx: Tx, page: ImportPage) -> list[dict[str, Any]]:
    """Imports without what is wrong in them."""
    return [_row_view(row) for row in await order_imports.page(tx, _only_own(tx.actor), page.before, page.limit)]


@use_case(right="orders.open")
async def import_workbook(tx: Tx, import_id: UUID) -> Mapping[str, Any]:
    """The workbook as it came: `file_name`, `workbook`, `created_by`. Raises NOT_FOUND."""
    found = await order_imports.workbook(tx, import_id, _only_own(tx.actor))
    if found is None:
        raise NOT_FOUND()
    return found


@use_case(right="intake.write")
async def take_import(tx: Tx, import_id: UUID) -> dict[str, Any] | None:
    """`{"workbook", "actor", "dry_run"}`, to be read from the beginning; None where it has come to its end."""
    row = await order_imports.take(tx, import_id)
    return None if row is None else {**row, "actor": recalled(row["actor"], _RIGHTS)}


@use_case(right="intake.write", one_statement=True, quiet=True)
async def note_import(tx: Tx, told: Told) -> None:
    """Write how far it has come, for whoever asks."""
    await order_imports.note(tx, told.import_id, told.progress)


@use_case(right="intake.write")
async def finish_import(tx: Tx, came: Came) -> bool:
    """Write what became of it, where it did not come to orders; those write it themselves."""
    return await order_imports.finish(tx, came.import_id, came.finished)


@use_case(right="intake.write", quiet=True)
async def reserve_numbers(tx: Tx, count: int) -> list[int]:
    """That many fresh order numbers."""
    return await order_imports.reserve_numbers(tx, count)


def _only_own(actor: Actor) -> str | None:
    """Whoever sees only certain orders sees only their own imports."""
    return actor.id if actor.kind == "user" and actor.orders_of != "all" else None


def _row_view(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "file_name": row["file_name"],
        "size_bytes": row["size_bytes"],
        "sha256": row["sha256"],
        "dry_run": row["dry_run"],
        "state": row["state"],
        "rows": row["row_count"],
        "orders": row["order_count"],
        "checked_rows": row["checked_rows"],
        "opened_rows": row["opened_rows"],
        "error_count": row["fault_count"],
        "problem": row["problem"],
        "deliveries": row["repeats"] + 1,
        "created_at": instant_text(row["created_at"]),
        "created_by": row["created_by"],
        "finished_at": row["finished_at"] and instant_text(row["finished_at"]),
    }
