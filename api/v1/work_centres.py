"""Work centres with their people, and the shifts of the factory."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path
from pydantic import Field

from api.actor import TheActor, TheDoor
from api.keys import TheKey
from api.route import Answer, answer_of, router
from api.v1.types import Flag, Key, Name, Page, SafeText, Sent, Shown, Whole
from usecases.floor.work_centres import (
    SaveShift,
    SaveWorkCentre,
    drop_shift,
    list_shifts,
    list_work_centres,
    save_shift,
    save_work_centre,
)

routes = router("floor")

CentreCode = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[^/\x00-\x1f]+$", examples=["焊机"])]
ShiftKey = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,63}$", examples=["night"])]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["20:00"])]
EnglishName = Annotated[SafeText, Field(max_length=200)]


class CentrePerson(Shown):
    """Somebody who works there."""

    id: str
    name: str


class WorkCentreOut(Shown):
    """A machine, a bench, a team, or somebody outside who does a step."""

    code: str
    name: str
    name_en: str
    outsourced: bool
    active: bool
    people: list[CentrePerson]


class WorkCentreIn(Sent):
    """`people` left out keeps who works there."""

    name: Name
    name_en: EnglishName = ""
    outsourced: Flag = False
    active: Flag = True
    people: Annotated[list[UUID], Field(max_length=500)] | None = None


class ShiftOut(Shown):
    """A shift in the factory's local time; one that ends before it starts ends on the next day."""

    key: Key
    name: str
    name_en: str
    starts: str
    ends: str
    weekdays: list[int]


class ShiftIn(Sent):
    """`weekdays` are those on which it starts; 1 is Monday."""

    name: Name
    name_en: EnglishName = ""
    starts: Clock
    ends: Clock
    weekdays: list[Annotated[Whole, Field(ge=1, le=7)]] = Field(
        default_factory=lambda: [1, 2, 3, 4, 5, 6, 7], min_length=1, max_length=7
    )


class ShiftDropped(Shown):
    """A shift that is no more."""

    key: str
    dropped: bool


@routes.get("/work-centres", response_model=Page[WorkCentreOut])
async def get_work_centres(actor: TheActor, door: TheDoor) -> Any:
    """Every work centre with its people."""
    return {"items": await door.read(actor, list_work_centres, None), "next_cursor": None}


@routes.put("/work-centres/{code}", response_model=WorkCentreOut)
async def put_work_centre(code: CentreCode, body: WorkCentreIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Name a work centre, and who works there; their phones then show its work orders first."""
    return answer_of(await door.run(actor, save_work_centre, SaveWorkCentre(code, **body.model_dump()), key=key))


@routes.get("/shifts", response_model=Page[ShiftOut])
async def get_shifts(actor: TheActor, door: TheDoor) -> Any:
    """The factory's shifts by when they start."""
    return {"items": await door.read(actor, list_shifts, None), "next_cursor": None}


@routes.put("/shifts/{key}", response_model=ShiftOut)
async def put_shift(key: ShiftKey, body: ShiftIn, actor: TheActor, door: TheDoor, once: TheKey) -> Answer:
    """Set a shift. What was reported before keeps the shift that it was counted to."""
    command = SaveShift(
        key, body.name, body.name_en, time.fromisoformat(body.starts), time.fromisoformat(body.ends), body.weekdays
    )
    return answer_of(await door.run(actor, save_shift, command, key=once))


@routes.delete("/shifts/{key}", response_model=ShiftDropped)
async def delete_shift(key: ShiftKey, actor: TheActor, door: TheDoor, once: TheKey) -> Answer:
    """Remove a shift."""
    return answer_of(await door.run(actor, drop_shift, key, key=once))
