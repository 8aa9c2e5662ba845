"""Features for chosen people, and the orders that still run beside the system."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from api.actor import TheActor, TheDoor
from api.keys import TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, router
from api.v1.types import BothLanguages, Key, Page, Sent, Shown
from persistence.queries.beside import BesidePage
from usecases.exports.read_beside import list_beside
from usecases.people.previews import GiveFeature, give_feature, list_features

routes = router("people")

Audience = Literal["everybody", "people", "nobody"]


class FeatureIn(Sent):
    """Whose a feature is; `people` are named where the audience is people."""

    audience: Audience
    people: list[UUID] = Field(default_factory=list, max_length=500)


class FeatureShown(Shown):
    """A feature and whose it is."""

    key: str
    label: BothLanguages
    audience: Audience
    people: list[UUID]
    changed_at: str | None


class FeatureList(Shown):
    """Every feature that may be given to some."""

    items: list[FeatureShown]


class BesideReason(Shown):
    """By what it is seen."""

    code: Literal["returned_from_excel", "past_date_in_silence"]
    zh: str
    en: str


class BesideOrder(Shown):
    """An order that somebody still runs elsewhere."""

    id: UUID
    order_no: str
    customer: str | None
    merchandiser: str | None
    stage: str
    category: str
    promised_date: str | None
    last_action_at: str
    returned_at: str | None
    returned_times: int
    reasons: list[BesideReason]


@routes.get("/features", response_model=FeatureList)
async def get_features(actor: TheActor, door: TheDoor) -> Any:
    """Features that are given to everybody, to chosen people, or to nobody; `GET me` tells one's own."""
    return {"items": await door.read(actor, list_features, None)}


@routes.put("/features/{feature}", response_model=FeatureShown)
async def put_feature(feature: Key, body: FeatureIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Say whose a feature is."""
    command = GiveFeature(feature, body.audience, body.people)
    return answer_of(await door.run(actor, give_feature, command, key=key))


@routes.get("/orders-beside", response_model=Page[BesideOrder])
async def find_orders_beside(actor: TheActor, door: TheDoor, page: ThePage) -> Any:
    """Orders that came back by Excel, or whose date passed without any action here; newest first."""
    asked = BesidePage(UUID(page.after[0]) if page.after else None, page.fetch)
    return page.page(await door.read(actor, list_beside, asked), lambda row: [row["id"]])
