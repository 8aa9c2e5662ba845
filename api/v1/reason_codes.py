"""Why pieces are lost and what inspections find: the codes that phones offer, as data."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import Field

from api.actor import TheActor, TheDoor
from api.keys import TheKey
from api.route import Answer, answer_of, router
from api.v1.types import Flag, Name, Page, Sent, Shown, Whole
from api.v1.work_centres import EnglishName
from usecases.floor.reason_codes import ReasonKind, SaveReason, list_reasons, save_reason

routes = router("floor")

Kind = Annotated[ReasonKind, Path(description="scrap or defect 报废或缺陷")]
Code = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[^/\x00-\x1f]+$", examples=["scratch"])]


class ReasonCodeOut(Shown):
    """A code of `complete`'s scrap reasons or of `inspect`'s defects. What is not `active` is no longer offered."""

    kind: Literal["scrap", "defect"]
    code: str
    name: str
    name_en: str
    place: int
    active: bool


class ReasonCodeIn(Sent):
    """`place` orders what is offered, the least first."""

    name: Name
    name_en: EnglishName = ""
    place: Annotated[Whole, Field(ge=0, le=9999)] = 0
    active: Flag = True


@routes.get("/reason-codes", response_model=Page[ReasonCodeOut])
async def get_reasons(
    actor: TheActor, door: TheDoor, kind: Annotated[ReasonKind | None, Query(description="only these 只看此类")] = None
) -> Any:
    """Every code in the order in which it is offered. A report may tell others, which are kept as they are told."""
    return {"items": await door.read(actor, list_reasons, kind), "next_cursor": None}


@routes.put("/reason-codes/{kind}/{code}", response_model=ReasonCodeOut)
async def put_reason(kind: Kind, code: Code, body: ReasonCodeIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Name a code; phones offer it after their next `GET sync`."""
    return answer_of(await door.run(actor, save_reason, SaveReason(kind, code, **body.model_dump()), key=key))
