"""Which fields the published documents close, known to a process for as long as nothing new is published."""

from __future__ import annotations

import time
from dataclasses import dataclass

from domain.access.actor import Actor, system
from domain.access.fields import ClosedField, hidden_fields
from persistence import library
from persistence.tx import Tx
from usecases.door import Door, use_case

FRESH_SECONDS = 1.0
"""How long another process may not yet know of a document that was just published."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What is closed; `state` changes with every published version."""

    state: str
    fields: frozenset[ClosedField]


@use_case(right="admin.all")
async def read_closed_fields(tx: Tx, known: Closed | None) -> Closed:
    """What documents close: one small question, and a second one where something was published since `known`."""
    state = await library.state(tx)
    if known is not None and known.state == state:
        return known
    rows = await library.closed_fields(tx)
    return Closed(
        state, frozenset(ClosedField(row["place"], row["within"], row["name"], frozenset(row["read"])) for row in rows)
    )


class FieldRights:
    """Answers what a reader may not see. It asks the database once a second at most, and after `forget` at once."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._closed: Closed | None = None
        self._asked_at = float("-inf")

    async def hidden_from(self, actor: Actor | None) -> frozenset[str]:
        """The names that `strip` drops for this reader: table and documents together."""
        if time.monotonic() - self._asked_at > FRESH_SECONDS:
            self._closed = await self._door.read(_SYSTEM, read_closed_fields, self._closed)
            self._asked_at = time.monotonic()
        return hidden_fields(actor, self._closed.fields if self._closed else frozenset())

    def forget(self) -> None:
        """Something was published here: ask again before the next answer."""
        self._asked_at = float("-inf")


_SYSTEM = system("field rights")
