"""Makes an export: reads page after page as whoever asked for it, and writes one workbook. A process that dies on the
way leaves nothing but progress; the next one begins again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.access.actor import Actor
from domain.access.fields import strip
from domain.exports.sheets import LINES, MOST_ROWS, NOTE, ORDERS, WORK, base_of, cells, heads, own_labels, with_own
from domain.orders.events import instant_text
from domain.orders.money import money_text, quantity_text
from domain.orders.view import line_view
from domain.text import Language, Text
from persistence import documents, exports
from persistence.order_rows import order_lines_from
from persistence.tx import Tx
from usecases.door import Door, use_case
from usecases.exports.own_exports import Finished, Noted, begin_export, finish_export, note_export
from usecases.intake.import_facts import order_types
from usecases.workflows.field_rights import FieldRights

Sheet = tuple[str, Sequence[str], Sequence[Sequence[Any]]]
_PAGE = 200
_ABOUT = Text("说明", "About")


@dataclass(slots=True)
class _Content:
    """What has been read so far; `own` are the orders' own fields, `cut_off` counts what did not fit."""

    orders: list[list[Any]] = field(default_factory=list)
    own: list[Mapping[str, Any]] = field(default_factory=list)
    lines: list[list[Any]] = field(default_factory=list)
    work: list[list[Any]] = field(default_factory=list)
    bases: list[dict[str, Any]] = field(default_factory=list)
    cut_off: int = 0

    @property
    def rows(self) -> int:
        return len(self.orders) + len(self.lines) + len(self.work)


class ExportDesk:
    """`write` makes a workbook of (title, heads, rows); it is asked in a thread."""

    def __init__(self, door: Door, worker: Actor, write: Callable[[Sequence[Sheet]], bytes]) -> None:
        self._door, self._worker, self._write = door, worker, write

    async def work_off(self, export_id: UUID) -> None:
        """Bring one export to its end; one that has come there already is left alone."""
        begun = (await self._door.run(self._worker, begin_export, export_id)).answer
        if begun is None:
            return
        actor: Actor = begun["actor"]
        language: Language = begun["language"]
        hidden = await FieldRights(self._door).hidden_from(actor)
        content = _Content()
        await self._read_orders(export_id, actor, language, hidden, content)
        await self._read_work(export_id, actor, content)
        types = await self._door.read(actor, order_types, None)
        labels = own_labels(one.form for one in types.values())
        file = await asyncio.to_thread(self._write, _sheets(content, hidden, labels, language))
        done = Finished(export_id, file, content.bases, len(content.lines), len(content.work), content.cut_off)
        await self._door.run(self._worker, finish_export, done)

    async def _read_orders(
        self, export_id: UUID, actor: Actor, language: Language, hidden: frozenset[str], content: _Content
    ) -> None:
        before: UUID | None = None
        while True:
            page = await self._door.read(actor, own_orders, (before, language))
            for order in page:
                _add(content, order, hidden)
            await self._tell(export_id, content)
            if len(page) < _PAGE:
                return
            before = page[-1]["id"]

    async def _read_work(self, export_id: UUID, actor: Actor, content: _Content) -> None:
        before: tuple[datetime, UUID] | None = None
        while len(content.work) < MOST_ROWS:
            page = await self._door.read(actor, own_reports, before)
            content.work += [cells(WORK, report, frozenset()) for report in page]
            await self._tell(export_id, content)
            if len(page) < _PAGE:
                return
            before = page[-1]["at"], page[-1]["id"]

    async def _tell(self, export_id: UUID, content: _Content) -> None:
        await self._door.run(self._worker, note_export, Noted(export_id, content.rows))


def _add(content: _Content, order: Mapping[str, Any], hidden: frozenset[str]) -> None:
    lines = order["lines"]
    if len(content.orders) >= MOST_ROWS or len(content.lines) + len(lines) > MOST_ROWS:
        content.cut_off += 1
        return
    content.orders.append(cells(ORDERS, order, hidden))
    # The type beside it says which of the fields are closed.
    told = strip({"order_type": order["order_type"], "extension": order["extension"]}, hidden)
    content.own.append(told.get("extension") or {})
    content.lines += [cells(LINES, {"order_no": order["order_no"], **line}, hidden) for line in lines]
    base = {"order_no": order["order_no"], "version": order["version"], "base": base_of(order, lines, hidden)}
    content.bases.append(base)


def _sheets(content: _Content, hidden: frozenset[str], labels: Mapping[str, Text], language: Language) -> list[Sheet]:
    own_heads, orders = with_own(content.orders, content.own, labels, language)
    return [
        (ORDERS.title.of(language), [*heads(ORDERS, hidden, language), *own_heads], orders),
        (LINES.title.of(language), heads(LINES, hidden, language), content.lines),
        (WORK.title.of(language), heads(WORK, frozenset(), language), content.work),
        (_ABOUT.of(language), [NOTE.of(language)], []),
    ]


@use_case(right="exports.own")
async def own_orders(tx: Tx, asked: tuple[UUID | None, Language]) -> list[dict[str, Any]]:
    """A page of the orders of which the actor is the merchandiser, as their sheets show them; newest first."""
    before, language = asked
    rows = await exports.own_orders(tx, before, _PAGE)
    return [{**as_exported(row), "id": row["id"], "stage": await _stage(tx, row, language)} for row in rows]


@use_case(right="exports.own")
async def own_reports(tx: Tx, before: tuple[datetime, UUID] | None) -> list[dict[str, Any]]:
    """A page of what the actor reported from the floor, newest first."""
    return [
        {
            "id": row["id"],
            "at": row["corrected_at"],
            "reported_at": instant_text(row["corrected_at"]),
            **{name: row[name] for name in ("kind", "order_no", "work_order", "operation")},
            **{name: None if row[name] is None else quantity_text(row[name]) for name in ("good", "scrap")},
        }
        for row in await exports.own_reports(tx, before, _PAGE)
    ]


def as_exported(row: Mapping[str, Any]) -> dict[str, Any]:
    """An order in the words of the export's columns, with its lines."""
    currency = row["currency"]
    return {
        **{
            name: row[name]
            for name in ("order_no", "external_id", "order_type", "customer", "currency", "version", "extension")
        },
        **{name: row[name] and row[name].isoformat() for name in ("signed_date", "promised_date", "requested_date")},
        "priority": str(row["priority"]),
        "total": money_text(row["total"], currency),
        "lines": [line_view(line, currency) for line in order_lines_from(row)],
    }


async def _stage(tx: Tx, row: Mapping[str, Any], language: Language) -> str:
    workflow = await documents.workflow(tx, row["workflow_key"], row["workflow_version"])
    return workflow.stage(row["stage"]).label.of(language)
