"""One's own data as Excel for seven days, and the edited copy that comes back as proposals."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, UploadFile
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.actor import TheActor, TheDoor
from api.keys import TheKey
from api.language import language_of
from api.paging import ThePage
from api.route import Answer, answer_of, found_at, max_body_bytes, router
from api.sheet import MEDIA_TYPE, as_download
from api.tables import uploaded
from api.v1.order_imports import file_name
from api.v1.types import BothLanguages, Flag, Page, SafeText, Sent, Shown
from domain.text import Text
from integrations.sheet.workbook import LARGEST_BYTES, rows_of
from usecases.exports.own_exports import (
    ExportPage,
    HeldPage,
    ask_export,
    list_exports,
    list_held,
    read_export,
    take_file,
)
from usecases.exports.return_copy import Pick, ReturnAsked, ReturnCopy, ReturnDesk, read_return, return_copy

routes = router("exports")

OrderNo = Annotated[SafeText, Field(min_length=1, max_length=40, examples=["SO100001"])]


class ExportIn(Sent):
    """In which language headings are; by Accept-Language where it is not said."""

    language: Literal["zh", "en"] | None = None


class Exporter(Shown):
    """Whose data it is."""

    id: str
    name: str


class ReturnNamed(Shown):
    """A copy that came back."""

    id: str
    file_name: str
    created_at: str
    confirmed_at: str | None


class ExportShown(Shown):
    """How far an export has come, what it holds, and how often it was taken. `cut_off` orders did not fit."""

    id: str
    person: Exporter
    state: Literal["queued", "making", "done", "expired"]
    language: str
    rows_done: int
    orders: int
    lines: int
    reports: int
    cut_off: int
    size_bytes: int | None
    downloads: int
    created_at: str
    finished_at: str | None
    expires_at: str | None
    removed_at: str | None
    downloaded_at: str | None
    returns: list[ReturnNamed]


class HeldOrder(Shown):
    """An order that an export held, in the version that it had then."""

    order_no: str
    version: int


class ChangedCell(Shown):
    """A cell as exported, as returned, and as it stands now; `conflict`: somebody else changed it meanwhile."""

    field: str
    line: int | None
    base: str | None
    yours: str | None
    now: str | None
    conflict: bool


class ProposalResult(Shown):
    """What became of a confirmed proposal: the order was edited, a change was asked for, or why neither."""

    state: Literal["edited", "proposed", "refused"]
    version: int | None = None
    change_id: str | None = None
    number: int | None = None
    problem: dict[str, Any] | None = None


class ProposalShown(Shown):
    """What a copy asks of one order. `way`: an edit of what has not started, or an order change."""

    order_no: str
    way: Literal["edit", "change"]
    state: Literal["ready", "conflict", "gone"]
    version: int
    moved: bool
    cells: list[ChangedCell]
    result: ProposalResult | None


class CopyFault(Shown):
    """A row or cell that could not be read."""

    sheet: str
    row: int
    column: str
    code: str
    detail: BothLanguages


class ReturnShown(Shown):
    """What a copy asks for; nothing of it is applied before it is confirmed."""

    id: str
    export_id: str
    file_name: str
    created_at: str
    confirmed_at: str | None
    items: list[ProposalShown]
    faults: list[CopyFault]


class PickIn(Sent):
    """An order whose proposal holds; `overwrite` also where the order moved meanwhile."""

    order_no: OrderNo
    overwrite: Flag = False


class ConfirmIn(Sent):
    """Which of the proposals hold."""

    orders: list[PickIn] = Field(min_length=1, max_length=500)


@routes.post("/exports", status_code=202, response_model=ExportShown)
@found_at("/api/v1/exports/{id}")
async def post_export(
    request: Request, actor: TheActor, door: TheDoor, key: TheKey, body: ExportIn | None = None
) -> Answer:
    """Export the orders of which one is the merchandiser and what one reported, as far as one may read it."""
    language = (body.language if body else None) or language_of(request)
    return answer_of(await door.run(actor, ask_export, language, key=key), status=202)


@routes.get("/exports", response_model=Page[ExportShown])
async def find_exports(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    of: Annotated[Literal["me", "everybody"], Query(description="everybody's for whoever may see the staff")] = "me",
) -> Any:
    """Exports, newest first: who took what, and when."""
    asked = ExportPage(of == "everybody", UUID(page.after[0]) if page.after else None, page.fetch)
    return page.page(await door.read(actor, list_exports, asked), lambda row: [row["id"]])


@routes.get("/exports/{export_id:uuid}", response_model=ExportShown)
async def get_export(export_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """How far one's own export has come."""
    return await door.read(actor, read_export, export_id)


@routes.get("/exports/{export_id:uuid}/orders", response_model=Page[HeldOrder])
async def get_export_orders(export_id: UUID, actor: TheActor, door: TheDoor, page: ThePage) -> Any:
    """Which orders it held; kept when the file itself has expired."""
    asked = HeldPage(export_id, page.after[0] if page.after else "", page.fetch)
    return page.page(await door.read(actor, list_held, asked), lambda row: [row["order_no"]])


@routes.get(
    "/exports/{export_id:uuid}/file",
    response_class=Response,
    responses={200: {"description": "The workbook 导出的文件", "content": {MEDIA_TYPE: {}}}},
)
async def get_export_file(export_id: UUID, actor: TheActor, door: TheDoor) -> Response:
    """The workbook, for whoever asked for it, until it expires; each download is written down."""
    found = (await door.run(actor, take_file, export_id)).answer
    return as_download(found["content"], f"{Text('我的数据', 'my-data').of(found['language'])}.xlsx")


@routes.post("/exports/{export_id:uuid}/return", status_code=201, response_model=ReturnShown)
@max_body_bytes(LARGEST_BYTES + 64 * 1024)
@found_at("/api/v1/exports/{export_id}/returns/{id}")
async def post_export_return(export_id: UUID, actor: TheActor, door: TheDoor, key: TheKey, file: UploadFile) -> Answer:
    """Hand back an edited copy: what it asks for, with conflicts marked. Nothing is applied yet."""
    await door.read(actor, read_export, export_id)
    sheets = await asyncio.to_thread(rows_of, await uploaded(file))
    command = ReturnCopy(export_id, file_name(file.filename), sheets)
    return answer_of(await door.run(actor, return_copy, command, key=key), status=201)


@routes.get("/exports/{export_id:uuid}/returns/{return_id:uuid}", response_model=ReturnShown)
async def get_export_return(export_id: UUID, return_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """A returned copy, and what became of what was confirmed."""
    return await door.read(actor, read_return, ReturnAsked(export_id, return_id))


@routes.post("/exports/{export_id:uuid}/returns/{return_id:uuid}/confirm", response_model=ReturnShown)
async def confirm_export_return(
    export_id: UUID, return_id: UUID, body: ConfirmIn, actor: TheActor, door: TheDoor, key: TheKey
) -> Answer:
    """Apply what was confirmed, each order by itself and once: edited, or asked for as an order change."""
    picks = [Pick(one.order_no, one.overwrite) for one in body.orders]
    return answer_of(await ReturnDesk(door).confirm(actor, ReturnAsked(export_id, return_id), picks, key))
