"""What arrived: the review queue, replay, and trying a payload without keeping it."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query

from api.actor import TheActor, TheDoor
from api.keys import TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, router
from api.v1.intake_models import ApproveIn, Item, ItemFull, ItemRow, RejectIn, Status, TemplateTried, Tried, TryIn
from api.v1.types import Page
from domain.refusals.general import FIELD_INVALID
from domain.refusals.kinds import FieldProblem
from domain.text import Text
from usecases.intake.read_items import ItemPage, list_items, read_item
from usecases.intake.review_items import ApproveItem, RejectItem, approve_item, reject_item, reparse_item
from usecases.intake.try_payload import TryPayload, try_payload
from usecases.intake.try_template import TryTemplate, try_template

routes = router("intake")

_Channel = Annotated[str, Query(pattern=r"^[a-z0-9_]{1,40}$", examples=["shopify"])]


@routes.get("/intake", response_model=Page[ItemRow])
async def find_items(
    actor: TheActor, door: TheDoor, page: ThePage, status: Status | None = None, channel: _Channel | None = None
) -> Any:
    """What arrived, newest first. `status=review` is the review queue."""
    before = UUID(page.after[0]) if page.after else None
    items = await door.read(actor, list_items, ItemPage(status, channel, before, page.fetch))
    return page.page(items, lambda item: [item["id"]])


@routes.post("/intake/try", response_model=Tried)
async def try_item(body: TryIn, actor: TheActor, door: TheDoor) -> Any:
    """What the channel's template reads from a payload. Nothing is stored."""
    command = TryPayload(body.channel, _decoded(body), body.content_type, body.headers, body.template == "draft")
    return await door.read(actor, try_payload, command)


@routes.post("/intake-templates/{channel}/draft/try", response_model=TemplateTried)
async def try_draft(
    channel: Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,63}$", examples=["shopify"])],
    actor: TheActor,
    door: TheDoor,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> Any:
    """Read the channel's newest stored payloads by the draft, and say what the published version reads otherwise."""
    return await door.read(actor, try_template, TryTemplate(channel, limit))


@routes.get("/intake/{intake_id:uuid}", response_model=ItemFull)
async def get_item(intake_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """One item: its meaning, where each finding came from, and the original beside it."""
    return await door.read(actor, read_item, intake_id)


@routes.post("/intake/{intake_id:uuid}/approve", response_model=Item)
async def approve(
    intake_id: UUID, actor: TheActor, door: TheDoor, key: TheKey, body: ApproveIn | None = None
) -> Answer:
    """Make the order, of the meaning as it was read or as it is corrected here."""
    command = ApproveItem(intake_id, body.meaning if body else None)
    return answer_of(await door.run(actor, approve_item, command, key=key))


@routes.post("/intake/{intake_id:uuid}/reject", response_model=Item)
async def reject(intake_id: UUID, body: RejectIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Make no order of it, and say why."""
    return answer_of(await door.run(actor, reject_item, RejectItem(intake_id, body.reason), key=key))


@routes.post("/intake/{intake_id:uuid}/reparse", status_code=202, response_model=Item)
async def reparse(intake_id: UUID, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Have it read again by today's template; the answer comes before the reading."""
    return answer_of(await door.run(actor, reparse_item, intake_id, key=key), status=202)


def _decoded(body: TryIn) -> bytes:
    try:
        return base64.b64decode(body.body_base64, validate=True)
    except binascii.Error:
        text = Text("不是 base64", "is not base64")
        raise FIELD_INVALID(FieldProblem("/body_base64", "not_base64", text), summary="/body_base64") from None
