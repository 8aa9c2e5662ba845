"""The papers of an order: deliverables that a stage waits for, and whatever else belongs to it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.actor import TheActor, TheDoor
from api.files import FORM_BYTES, GIVEN, KeptFile, give, keep
from api.keys import TheKey
from api.route import Answer, found_at, max_body_bytes, router
from api.v1.order_shown import PaperAdded, PaperOut
from api.v1.orders import OrderNo
from api.v1.types import Key, Page
from usecases.orders.attach_paper import AttachPaper, attach_paper, find_paper, list_papers

routes = router("orders")


@routes.post("/orders/{order_no}/attachments", status_code=201, response_model=PaperAdded)
@max_body_bytes(FORM_BYTES)
@found_at("/api/v1/attachments/{attachment[id]}")
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
    kept = await keep(request, file)
    paper = AttachPaper(order_no, kind, kept.file_name, kept.media_type, kept.size_bytes, kept.sha256)
    outcome = await door.run(actor, attach_paper, paper, key=key)
    return Answer(outcome.answer, 201, replayed=outcome.replayed)


@routes.get("/orders/{order_no}/attachments", response_model=Page[PaperOut])
async def get_attachments(order_no: OrderNo, actor: TheActor, door: TheDoor) -> Any:
    """The papers of an order, oldest first."""
    return {"items": await door.read(actor, list_papers, order_no), "next_cursor": None}


@routes.get("/attachments/{attachment_id}", response_class=Response, responses=GIVEN)
async def get_attachment(request: Request, attachment_id: UUID, actor: TheActor, door: TheDoor) -> Response:
    """The bytes of a paper, to be saved and never shown in our own pages; a single `Range` of them where asked."""
    paper = await door.read(actor, find_paper, attachment_id)
    return await give(request, KeptFile(paper.file_name, paper.media_type, paper.size_bytes, paper.sha256))
