"""Works off a workbook of orders: reads it, checks every row, opens all or nothing. No method opens a transaction
itself; a process that dies on the way leaves nothing but progress, and the next one begins again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.access.actor import Actor
from domain.customers.matching import DOUBTS
from domain.intake.catalogue import EMPTY
from domain.intake.order_sheet import Fault, Sheet, open_sheet
from domain.intake.sheet_orders import Known, SheetOrder, read_order
from domain.refusals.kinds import Nature, Refusal
from domain.refusals.people import FIELD_NOT_WRITABLE
from domain.text import Text
from persistence.order_imports import Finished, Progress
from usecases.door import Door
from usecases.intake.acting import INTAKE
from usecases.intake.apply_meaning import problem_of
from usecases.intake.import_facts import AskFacts, closed_columns, import_facts, order_types, skus_of
from usecases.intake.import_owners import doubtful_owners
from usecases.intake.open_import import OpenImport, open_import
from usecases.intake.order_imports import Came, Told, finish_import, note_import, reserve_numbers, take_import

Rows = Mapping[str, Sequence[Sequence[str]]]
FAULTS_TOLD = 1000
_CHUNK = 250
_PASSING = (Nature.UNAVAILABLE, Nature.FULL)


class ImportDesk:
    """`rows_of` reads the sheets of a workbook; it is asked in a thread. Raises as that does."""

    def __init__(self, door: Door, rows_of: Callable[[bytes], Rows]) -> None:
        self._door, self._rows_of = door, rows_of

    async def work_off(self, import_id: UUID) -> None:
        """Bring one import to its end; one that has come there already is left alone."""
        taken = (await self._door.run(INTAKE, take_import, import_id)).answer
        if taken is None:
            return
        try:
            await self._bring_in(import_id, taken)
        except Refusal as refusal:
            if refusal.kind.nature in _PASSING:
                raise
            finished = Finished("invalid", 0, 0, 1, problem=problem_of(refusal))
            await self._door.run(INTAKE, finish_import, Came(import_id, finished))

    async def _bring_in(self, import_id: UUID, taken: Mapping[str, Any]) -> None:
        actor: Actor = taken["actor"]
        rows = await asyncio.to_thread(self._rows_of, taken["workbook"])
        types = await self._door.read(actor, order_types, None)
        sheet = await asyncio.to_thread(open_sheet, rows, Known(EMPTY, types).own_fields)
        known = await self._door.read(actor, import_facts, AskFacts(sheet.orders.keys(), skus_of(sheet.orders)))
        await self._refuse_closed(actor, sheet)
        orders = await self._checked(import_id, sheet, known)
        faults = [*sheet.faults, *(fault for order in orders for fault in order.faults)]
        faults += await self._doubts(actor, sheet, orders)
        if faults or taken["dry_run"]:
            told = [fault.as_json() for fault in sorted(faults, key=lambda one: one.row)[:FAULTS_TOLD]]
            state = "invalid" if faults else "done"
            finished = Finished(state, sheet.rows, len(orders), len(faults), told)
            await self._door.run(INTAKE, finish_import, Came(import_id, finished))
            return
        await self._open(import_id, actor, sheet, orders)

    async def _refuse_closed(self, actor: Actor, sheet: Sheet) -> None:
        """A column that its sender may not write is told once, at its heading."""
        for key in await self._door.read(actor, closed_columns, list(sheet.letters)):
            text = Text("您不能填写此列", "you may not write this column")
            sheet.faults.append(sheet.fault(sheet.heading_row, key, FIELD_NOT_WRITABLE.code, text))

    async def _doubts(self, actor: Actor, sheet: Sheet, orders: Sequence[SheetOrder]) -> list[Fault]:
        """Orders of which it is not certain whose they are; the sheet can say it."""
        doubtful = await self._door.read(actor, doubtful_owners, orders)
        return [sheet.fault(order.rows[0], "customer", doubt, _doubt(doubt)) for order, doubt in doubtful]

    async def _checked(self, import_id: UUID, sheet: Sheet, known: Known) -> list[SheetOrder]:
        found: list[SheetOrder] = []
        numbers = list(sheet.orders)
        rows = 0
        for start in range(0, len(numbers), _CHUNK):
            part = numbers[start : start + _CHUNK]
            found += await asyncio.to_thread(_read, sheet, part, known)
            rows += sum(len(sheet.orders[number]) for number in part)
            await self._tell(import_id, Progress("checking", sheet.rows, len(numbers), rows))
        return found

    async def _open(self, import_id: UUID, actor: Actor, sheet: Sheet, orders: Sequence[SheetOrder]) -> None:
        numbers = (await self._door.run(INTAKE, reserve_numbers, len(orders))).answer
        command = OpenImport(import_id, orders, numbers, self._telling(import_id, sheet.rows, len(orders)))
        await self._door.run(actor, open_import, command)

    def _telling(self, import_id: UUID, rows: int, orders: int) -> Callable[[int], Awaitable[None]]:
        async def tell(opened: int) -> None:
            await self._tell(import_id, Progress("opening", rows, orders, rows, opened))

        return tell

    async def _tell(self, import_id: UUID, progress: Progress) -> None:
        await self._door.run(INTAKE, note_import, Told(import_id, progress))


def _doubt(code: str) -> Text:
    if code not in DOUBTS:
        return Text("没有这个客户编号", "there is no customer of this id")
    hint = Text("；请在“客户编号”列填写其编号或“新客户”", "; say in the column 'Customer id' who it is, or 'new'")
    return Text(DOUBTS[code].zh + hint.zh, DOUBTS[code].en + hint.en)


def _read(sheet: Sheet, numbers: Sequence[str], known: Known) -> list[SheetOrder]:
    return [read_order(sheet, number, known) for number in numbers]
