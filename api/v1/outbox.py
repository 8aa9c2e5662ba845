"""What must be carried out: who was told what, and what a person must decide because it could not be."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.actor import TheActor, TheDoor
from api.keys import TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, router
from api.v1.types import Page, SafeText, Sent, Shown
from usecases.outgoing.dead_letters import DropEffect, EffectPage, drop_effect, list_effects, retry_effect

routes = router("outbox")

State = Literal["ready", "leased", "done", "dead"]


class EffectOut(Shown):
    """One thing to carry out. `dropped`: closed by a person, whose reason is the `problem`."""

    id: str
    event_id: str
    order_no: str | None
    kind: str
    channel: str
    recipient: str
    state: State
    attempts: int
    provider_id: str | None
    problem: str | None
    created_at: str
    due_at: str
    settled_at: str | None
    settled_by: str | None
    dropped: bool


class DropIn(Sent):
    """Why it is not carried out."""

    reason: Annotated[SafeText, Field(min_length=1, max_length=500)]


@routes.get("/outbox", response_model=Page[EffectOut])
async def find_effects(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    state: State | None = None,
    order_no: Annotated[str | None, Query(max_length=40, pattern=r"^[A-Za-z0-9-]+$")] = None,
) -> Any:
    """What was, is and will be carried out, oldest first. `state=dead` is what needs a person."""
    after = UUID(page.after[0]) if page.after else None
    effects = await door.read(actor, list_effects, EffectPage(state, order_no, after, page.fetch))
    return page.page(effects, lambda effect: [effect["id"]])


@routes.post("/outbox/{effect_id}/retry", response_model=EffectOut)
async def retry(effect_id: UUID, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Try what failed for good once more, from the beginning."""
    return answer_of(await door.run(actor, retry_effect, effect_id, key=key))


@routes.post("/outbox/{effect_id}/drop", response_model=EffectOut)
async def drop(effect_id: UUID, body: DropIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Close what failed for good without carrying it out, and say why."""
    return answer_of(await door.run(actor, drop_effect, DropEffect(effect_id, body.reason), key=key))
