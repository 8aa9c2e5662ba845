"""The names of somebody whose password an administrator sets, so that it is not made of them."""

from __future__ import annotations

from uuid import UUID

from domain.refusals.general import NOT_FOUND
from persistence import people
from persistence.tx import Tx
from usecases.door import use_case


@use_case(right="people.edit")
async def names_of(tx: Tx, person_id: UUID) -> tuple[str | None, ...]:
    """Login, name and mail address. Raises NOT_FOUND."""
    row = await people.find_person(tx, person_id)
    if row is None:
        raise NOT_FOUND()
    return row["login"], row["name"], row["email"]
