"""Orders from Excel: a workbook to fill in, a dry run that names every error, an import that is whole or not at all."""

from __future__ import annotations

import asyncio
from pathlib import PureWindowsPath
from typing import Annotated, Any, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import Query, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.actor import TheActor, TheDoor
from api.files import GIVEN
from api.keys import TheKey
from api.language import language_of
from api.paging import ThePage
from api.route import Answer, found_at, hidden_of, max_body_bytes, router
from api.tables import uploaded
from api.v1.types import BothLanguages, Page, Shown
from domain.intake.order_sheet import COLUMNS, EXTENSION, NOTES, SHEET
from domain.intake.sheet_orders import TypeKnown
from domain.refusals.general import NOT_FOUND
from domain.refusals.kinds import FieldProblem
from domain.refusals.products import SHEET_INVALID
from domain.text import Language, Text
from integrations.sheet.form import MEDIA_TYPE, FormColumn, form_workbook
from integrations.sheet.workbook import LARGEST_BYTES, rows_of, unfolded_bytes
from usecases.intake.import_desk import ImportDesk
from usecases.intake.import_facts import order_types
from usecases.intake.order_imports import (
    ImportPage,
    KeepImport,
    import_workbook,
    keep_import,
    list_imports,
    read_import,
)

routes = router("orders")

_AT_ONCE_BYTES = 256 * 1024
"""What unfolds to no more is read while its sender waits: some hundred rows, well below a second."""
_NAMED = 100
_ENDED = ("done", "invalid")
State = Literal["queued", "reading", "checking", "opening", "done", "invalid"]
Lang = Annotated[
    Literal["zh", "en"] | None, Query(description="of headings and notes; by Accept-Language where left out 表头语言")
]


class RowError(Shown):
    """What is wrong in one cell: its row and column as the program shows them, the heading there, and why."""

    row: int
    column: str
    heading: str
    code: str
    detail: BothLanguages


class RowOpened(Shown):
    """An order that was opened, by the row that it begins with."""

    row: int
    external_id: str
    order_no: str


class OrdersImportRow(Shown):
    """How far a workbook has come. `checked_rows` and `opened_rows` grow to `rows`; `deliveries`: how often it came."""

    id: str
    file_name: str
    size_bytes: int
    sha256: str
    dry_run: bool
    state: State
    rows: int | None
    orders: int | None
    checked_rows: int
    opened_rows: int
    error_count: int
    problem: dict[str, Any] | None
    deliveries: int
    created_at: str
    created_by: str
    finished_at: str | None


class OrdersImport(OrdersImportRow):
    """With the first thousand errors and the orders that were opened."""

    errors: list[RowError]
    opened: list[RowOpened]


@routes.post(
    "/imports/orders",
    response_model=OrdersImport,
    responses={202: {"model": OrdersImport, "description": "Kept for a worker: ask again 已保存，稍后查询进度"}},
)
@max_body_bytes(LARGEST_BYTES + 64 * 1024)
@found_at("/api/v1/imports/orders/{id}")
async def post_orders_import(
    actor: TheActor,
    door: TheDoor,
    key: TheKey,
    file: UploadFile,
    dry_run: Annotated[bool, Query(description="only tell what is wrong 只检查")] = False,
) -> Answer:
    """Import orders from Excel, all of them or none; rows with one customer order number are one order.

    A small workbook is answered at once, 422 with every error where anything is wrong; a large one with 202, and
    `GET imports/orders/{id}` tells how far it has come. The same file again is the same import and opens nothing twice.
    """
    content = await uploaded(file)
    at_once = unfolded_bytes(content) <= _AT_ONCE_BYTES
    command = KeepImport(file_name(file.filename), content, dry_run, at_once)
    outcome = await door.run(actor, keep_import, command, key=key)
    import_id = UUID(outcome.answer["id"])
    if at_once:
        await ImportDesk(door, rows_of).work_off(import_id)
    found = await door.read(actor, read_import, import_id)
    if found["state"] == "invalid" and not dry_run:
        raise SHEET_INVALID(*_fields(found), count=found["error_count"], preview=found)
    status = 200 if found["state"] in _ENDED else 202
    return Answer(found, status, replayed=outcome.replayed or not outcome.answer["fresh"])


@routes.get("/imports/orders", response_model=Page[OrdersImportRow])
async def find_orders_imports(actor: TheActor, door: TheDoor, page: ThePage) -> Any:
    """Workbooks that were sent, newest first."""
    before = UUID(page.after[0]) if page.after else None
    return page.page(await door.read(actor, list_imports, ImportPage(before, page.fetch)), lambda row: [row["id"]])


@routes.get(
    "/imports/orders/template",
    response_class=Response,
    responses={200: {"description": "An Excel workbook 导入模板", "content": {MEDIA_TYPE: {}}}},
)
async def get_orders_template(request: Request, actor: TheActor, door: TheDoor, language: Lang = None) -> Response:
    """The workbook to fill in, with a sheet that explains each column; without those that the asker may not see."""
    types = await door.read(actor, order_types, None)
    spoken = language or language_of(request)
    content = await asyncio.to_thread(_form, spoken, types, frozenset(hidden_of(request)))
    return _download(content, Text("订单导入模板.xlsx", "orders-template.xlsx").of(spoken))


@routes.get("/imports/orders/{import_id:uuid}", response_model=OrdersImport)
async def get_orders_import(import_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """How far one workbook has come, what is wrong in it, and which orders it has become."""
    return await door.read(actor, read_import, import_id)


@routes.get("/imports/orders/{import_id:uuid}/workbook", response_class=Response, responses=GIVEN)
async def get_orders_import_workbook(request: Request, import_id: UUID, actor: TheActor, door: TheDoor) -> Response:
    """The workbook as it came, byte for byte; for whoever sent it, or may see all that can stand in it."""
    found = await door.read(actor, import_workbook, import_id)
    if "original" in hidden_of(request) and found["created_by"] != actor.id:
        raise NOT_FOUND()
    return _download(found["workbook"], found["file_name"])


def _fields(found: dict[str, Any]) -> list[FieldProblem]:
    """The first errors as problem+json names fields: `/rows/7/F`. All of them are in the preview, in both languages."""
    return [
        FieldProblem(f"/rows/{one['row']}/{one['column']}", one["code"], Text(**one["detail"]))
        for one in found["errors"][:_NAMED]
    ]


def file_name(given: str | None) -> str:
    """The name as it is kept: no folders, nothing that is no letter."""
    name = "".join(letter for letter in PureWindowsPath(given or "").name if letter.isprintable())
    return name[:200] or "orders.xlsx"


def _download(content: bytes, name: str) -> Response:
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(content, headers=headers, media_type=MEDIA_TYPE)


_NOTE_HEADS = (Text("列", "Column"), Text("必填", "Needed"), Text("填写说明", "What it holds"), Text("示例", "Example"))
_YES_NO = (Text("是", "yes"), Text("否", "no"))
_CURRENCIES = ("CNY", "USD", "EUR", "JPY", "GBP", "HKD")
_MONEY = {"unit_price": "unit_price", "discount": "discounts", "shipping": "shipping", "total": "total"}


def _form(language: Language, types: dict[str, TypeKnown], hidden: frozenset[str]) -> bytes:
    choices = {
        "flag": [one.of(language) for one in _YES_NO],
        "currency": list(_CURRENCIES),
        "order_type": [one.label.of(language) for one in types.values()],
    }
    columns = [
        FormColumn(
            one.label.of(language), one.needed, one.note.of(language), one.example, choices.get(one.kind, ()),
            one.kind not in ("decimal", "date"),
        )
        for one in COLUMNS
        if _MONEY.get(one.key, one.key) not in hidden
    ]  # fmt: skip
    notes = (NOTES.of(language), [head.of(language) for head in _NOTE_HEADS])
    return form_workbook(SHEET.of(language), [*columns, *_own_columns(language, types)], notes)


def _own_columns(language: Language, types: dict[str, TypeKnown]) -> list[FormColumn]:
    """The order types' own fields that fit into a cell, each under the name by which it is unmistakable."""
    found: dict[str, FormColumn] = {}
    for one in types.values():
        for own in one.form.fields:
            schema = one.form.schema["properties"][own.name]
            simple = schema.get("type") in ("string", "integer", "boolean") or _of_texts(schema)
            if simple and own.name not in found and own.write is None and own.read is None:
                label = own.label.of(language) if own.label else own.name
                note = f"{label} ({one.label.of(language)})"
                found[own.name] = FormColumn(EXTENSION + own.name, False, note, "", schema.get("enum") or ())
    return list(found.values())


def _of_texts(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "array" and schema.get("items", {}).get("type") == "string"
