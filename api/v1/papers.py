"""Showing papers of an order to its customer, and taking them back."""

from __future__ import annotations

from uuid import UUID

from api.actor import TheActor, TheDoor
from api.keys import TheKey
from api.route import Answer, answer_of, router
from api.v1.order_shown import PaperReleased
from api.v1.orders import OrderNo
from usecases.portal.release_paper import ReleasePaper, release_paper

routes = router("customers")


@routes.post("/orders/{order_no}/attachments/{attachment_id}/release", response_model=PaperReleased)
async def release_attachment(
    order_no: OrderNo, attachment_id: UUID, actor: TheActor, door: TheDoor, key: TheKey
) -> Answer:
    """Let the order's customer download this paper; it stands in the order's history. 向客户开放。"""
    return answer_of(await door.run(actor, release_paper, ReleasePaper(order_no, attachment_id), key=key))


@routes.delete("/orders/{order_no}/attachments/{attachment_id}/release", response_model=PaperReleased)
async def withdraw_attachment(order_no: OrderNo, attachment_id: UUID, actor: TheActor, door: TheDoor) -> Answer:
    """Take it back; what was downloaded meanwhile was seen. 撤回。"""
    return answer_of(await door.run(actor, release_paper, ReleasePaper(order_no, attachment_id, released=False)))
