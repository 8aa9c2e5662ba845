"""The papers of an order: deliverables that a stage waits for, and whatever else belongs to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import PurePath
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Form, UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.actor import TheActor, TheDoor, parts_of
from api.keys import TheKey
from api.route import Answer, max_body_bytes, router
from api.v1.order_shown import PaperAdded, PaperOut
from api.v1.orders import OrderNo
from api.v1.types import Key, Page
from domain.refusals.general import BODY_TOO_LARGE, FIELD_INVALID, NOT_FOUND
from domain.refusals.kinds import FieldProblem
from domain.text import Text
from integrations.ports import BlobMissing, BlobTooLarge
from usecases.orders.attach_paper import AttachPaper, attach_paper, find_paper, list_papers

routes = router("orders")

LARGEST_PAPER_BYTES = 64 * 1024 * 1024
# A file comes back under a policy that lets it do nothing, whatever it is.
_SANDBOX = "default-src 'none'; sandbox"
_PIECE_BYTES = 256 * 1024


@routes.post("/orders/{order_no}/attachments", status_code=201, response_model=PaperAdded)
@max_body_bytes(LARGEST_PAPER_BYTES + 64 * 1024)
async def add_attachment(
    request: Request,
    order_no: OrderNo,
    actor: TheActor,
    door: TheDoor,
    key: TheKey,
    kind: Annotated[Key, Form(description="a deliverable's kind, such as rendering_3d")],
    file: UploadFile,
) -> Answer:
    """Attach a file. Its SHA-256 goes into the order's history; the bytes are stored before the order knows of them."""
    await door.read(actor, list_papers, order_no)
    name = PurePath(file.filename or "").name[:200]
    if not name or any(letter < " " for letter in name):
        raise FIELD_INVALID(
            FieldProblem("/file", "name_missing", Text("文件须有名称", "needs a name")), summary="/file"
        )
    try:
        stored = await parts_of(request).blobs.put(_pieces(file), LARGEST_PAPER_BYTES)
    except BlobTooLarge:
        raise BODY_TOO_LARGE(limit_bytes=LARGEST_PAPER_BYTES) from None
    paper = AttachPaper(order_no, kind, name, _media_type(file), stored.size_bytes, stored.sha256)
    outcome = await door.run(actor, attach_paper, paper, key=key)
    return Answer(outcome.answer, 201, replayed=outcome.replayed)


@routes.get("/orders/{order_no}/attachments", response_model=Page[PaperOut])
async def get_attachments(order_no: OrderNo, actor: TheActor, door: TheDoor) -> Any:
    """The papers of an order, oldest first."""
    return {"items": await door.read(actor, list_papers, order_no), "next_cursor": None}


@routes.get(
    "/attachments/{attachment_id}",
    response_class=Response,
    responses={200: {"description": "The file itself 文件内容", "content": {"application/octet-stream": {}}}},
)
async def get_attachment(request: Request, attachment_id: UUID, actor: TheActor, door: TheDoor) -> Response:
    """The bytes of a paper, to be saved and never shown in our own pages."""
    paper = await door.read(actor, find_paper, attachment_id)
    pieces = parts_of(request).blobs.stream(paper.sha256)
    try:
        first = await anext(pieces, b"")
    except BlobMissing:
        raise NOT_FOUND() from None
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(paper.file_name)}",
        "content-length": str(paper.size_bytes),
        "content-security-policy": _SANDBOX,
        "etag": f'"{paper.sha256}"',
    }
    return StreamingResponse(_with_first(first, pieces), headers=headers, media_type="application/octet-stream")


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(_PIECE_BYTES):
        yield piece


async def _with_first(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def _media_type(file: UploadFile) -> str:
    given = (file.content_type or "").partition(";")[0].strip().lower()
    return given if given.isascii() and given.count("/") == 1 and len(given) <= 100 else "application/octet-stream"
