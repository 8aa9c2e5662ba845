"""The staff, as whoever administrates or plans sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.refusals.general import NOT_FOUND
from persistence import people
from persistence.tx import Tx
from usecases.door import use_case
from usecases.people.who_am_i import person_view


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """At most `limit` people whose login comes after `after_login`."""

    after_login: str | None
    limit: int


@use_case(right="people.read")
async def list_people(tx: Tx, page: PeoplePage) -> list[dict[str, Any]]:
    """People by login."""
    return [person_view(row) for row in await people.list_people(tx, page.after_login, page.limit)]


@use_case(right="people.read")
async def read_person(tx: Tx, person_id: UUID) -> dict[str, Any]:
    """One person. Raises NOT_FOUND."""
    row = await people.find_person(tx, person_id)
    if row is None:
        raise NOT_FOUND()
    return person_view(row)
