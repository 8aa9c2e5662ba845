"""Being away: until when, and who answers customers meanwhile. One says so oneself, or an administrator does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.orders.events import instant_text
from domain.refusals.general import FIELD_INVALID, NOT_FOUND
from domain.refusals.kinds import FieldProblem
from domain.text import Text
from persistence import absences
from persistence.tx import Tx
from usecases.door import use_case


@dataclass(frozen=True, slots=True)
class SetAbsence:
    """Away until an instant, with a deputy; both None: back again. `person_id` None is the actor."""

    away_until: datetime | None
    deputy_id: UUID | None
    person_id: UUID | None = None


@use_case(right="orders.read")
async def read_own_absence(tx: Tx, _: None) -> dict[str, Any]:
    """`{"away_until", "deputy"}`, both None for whoever is here."""
    return await _view(tx, _own(tx))


@use_case(right="orders.read")
async def set_own_absence(tx: Tx, command: SetAbsence) -> dict[str, Any]:
    """Answers as `read_own_absence`. Raises FIELD_INVALID for a deputy who could not stand in."""
    return await _set(tx, _own(tx), command)


@use_case(right="people.edit")
async def set_absence_of(tx: Tx, command: SetAbsence) -> dict[str, Any]:
    """The same for somebody else. Raises NOT_FOUND, FIELD_INVALID."""
    if command.person_id is None or not await absences.is_person(tx, command.person_id):
        raise NOT_FOUND()
    return await _set(tx, command.person_id, command)


def _own(tx: Tx) -> UUID:
    if tx.actor.kind != "user":
        raise NOT_FOUND()
    return UUID(tx.actor.id)


async def _set(tx: Tx, person_id: UUID, command: SetAbsence) -> dict[str, Any]:
    if (command.away_until is None) != (command.deputy_id is None):
        pointer = "/deputy_id" if command.deputy_id is None else "/away_until"
        text = Text("外出时间和代理人须一并填写", "say both until when, and who stands in")
        raise FIELD_INVALID(FieldProblem(pointer, "needs_another", text), summary=pointer)
    if command.away_until is None or command.deputy_id is None:
        await absences.end(tx, person_id)
    elif command.deputy_id == person_id or not await absences.put(tx, person_id, command.deputy_id, command.away_until):
        text = Text("此人不能代理", "cannot stand in for you")
        raise FIELD_INVALID(FieldProblem("/deputy_id", "unknown_reference", text), summary="/deputy_id")
    return await _view(tx, person_id)


async def _view(tx: Tx, person_id: UUID) -> dict[str, Any]:
    row = await absences.find(tx, person_id)
    if row is None:
        return {"away_until": None, "deputy": None}
    deputy = {"id": str(row["deputy_id"]), "name": row["name"]}
    return {"away_until": instant_text(row["away_until"]), "deputy": deputy}
