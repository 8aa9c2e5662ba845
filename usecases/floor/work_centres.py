"""Work centres with their people, and the shifts of the factory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any
from uuid import UUID

from domain.floor.shifts import Shift
from domain.refusals.general import FIELD_INVALID, NOT_FOUND
from domain.refusals.kinds import FieldProblem
from domain.text import Text
from persistence import work_centres
from persistence.tx import Tx
from usecases.door import use_case
from usecases.rights import staff_only


@dataclass(frozen=True, slots=True)
class SaveWorkCentre:
    """A work centre and, where `people` is given, everybody who works there."""

    code: str
    name: str
    name_en: str = ""
    outsourced: bool = False
    active: bool = True
    people: Sequence[UUID] | None = None


@dataclass(frozen=True, slots=True)
class SaveShift:
    """A shift in local times; `weekdays` counts from Monday as 1."""

    key: str
    name: str
    name_en: str
    starts: time
    ends: time
    weekdays: Sequence[int] = (1, 2, 3, 4, 5, 6, 7)


@use_case(right="orders.read")
async def list_work_centres(tx: Tx, _: None) -> list[dict[str, Any]]:
    """Every work centre with its people."""
    staff_only(tx)
    return await work_centres.listed(tx)


@use_case(right="floor.plan")
async def save_work_centre(tx: Tx, command: SaveWorkCentre) -> dict[str, Any]:
    """Answers the work centre. Raises FIELD_INVALID for people who do not exist."""
    await work_centres.save(
        tx,
        {
            "code": command.code,
            "name": command.name,
            "name_en": command.name_en,
            "outsourced": command.outsourced,
            "active": command.active,
        },
    )
    if command.people is not None:
        await _set_people(tx, command.code, command.people)
    return (await work_centres.listed(tx, command.code))[0]


async def _set_people(tx: Tx, code: str, people: Sequence[UUID]) -> None:
    known = await work_centres.known_people(tx, people)
    text = Text("没有这个人", "there is no such person")
    problems = [
        FieldProblem(f"/people/{index}", "unknown_reference", text)
        for index, person in enumerate(people)
        if person not in known
    ]
    if problems:
        raise FIELD_INVALID(*problems, summary=problems[0].pointer)
    await work_centres.set_people(tx, code, people)


@use_case(right="orders.read")
async def list_shifts(tx: Tx, _: None) -> list[dict[str, Any]]:
    """The shifts by when they start."""
    staff_only(tx)
    return [_shift_view(shift) for shift in await work_centres.shifts(tx)]


@use_case(right="floor.plan")
async def save_shift(tx: Tx, command: SaveShift) -> dict[str, Any]:
    """Answers the shift. What was reported before keeps the shift that it was counted to."""
    label = Text(command.name, command.name_en)
    shift = Shift(command.key, label, command.starts, command.ends, tuple(sorted(set(command.weekdays))))
    await work_centres.save_shift(tx, shift)
    return _shift_view(shift)


@use_case(right="floor.plan")
async def drop_shift(tx: Tx, key: str) -> dict[str, Any]:
    """Remove a shift. Raises NOT_FOUND."""
    if not await work_centres.drop_shift(tx, key):
        raise NOT_FOUND()
    return {"key": key, "dropped": True}


def _shift_view(shift: Shift) -> dict[str, Any]:
    return {
        "key": shift.key,
        "name": shift.label.zh,
        "name_en": shift.label.en,
        "starts": shift.starts.isoformat("minutes"),
        "ends": shift.ends.isoformat("minutes"),
        "weekdays": list(shift.weekdays),
    }
