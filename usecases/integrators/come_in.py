"""Who comes with an API key: looked up anew for every request, so that a revoked key is refused at once."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.access.actor import NOBODY, Actor
from domain.integrators.keys import SCOPES
from domain.refusals.integrators import KEY_ENDED
from domain.refusals.people import UNAUTHENTICATED
from persistence import api_keys
from persistence.tx import Tx
from usecases.door import Door, use_case
from usecases.integrators.tokens import MARK, KeyToken

# Of when a key was used last, nobody needs to know more exactly; a write for each request would cost more than reading.
USE_NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class CameIn:
    """Who it is, and whether the list of keys should hear of it."""

    actor: Actor
    note_use: bool


@use_case(right=None)
async def find_key(tx: Tx, token: KeyToken) -> CameIn:
    """The actor of a valid key. Raises UNAUTHENTICATED for one that is not ours, KEY_ENDED for one that was."""
    row = await api_keys.come_in(tx, token.prefix)
    if row is None or not hmac.compare_digest(row["hash"], token.hash):
        raise UNAUTHENTICATED()
    if row["revoked_at"] is not None or _past(row["expires_at"], tx.now):
        raise KEY_ENDED()
    return CameIn(_actor(row), _past(row["last_used_at"], tx.now - USE_NOTED_EVERY, missing=True))


@use_case(right=None, one_statement=True, quiet=True)
async def note_use(tx: Tx, token: KeyToken) -> dict[str, Any]:
    """Writes that the key was used, unless another process just did. Answers nothing."""
    await api_keys.note_use(tx, token.prefix, tx.now - USE_NOTED_EVERY)
    return {}


class KeyGate:
    """Lets other systems in: one statement for each request."""

    def __init__(self, door: Door) -> None:
        self._door = door

    @staticmethod
    def knows(text: str) -> bool:
        """Whether a bearer token is meant to be an API key."""
        return text.startswith(MARK)

    async def actor(self, text: str) -> Actor:
        """Who sends this key. Raises UNAUTHENTICATED, KEY_ENDED."""
        token = KeyToken.parse(text)
        if token is None:
            raise UNAUTHENTICATED()
        came: CameIn = await self._door.read(NOBODY, find_key, token)
        if came.note_use:
            await self._door.run(NOBODY, note_use, token)
        return came.actor


def _actor(row: Mapping[str, Any]) -> Actor:
    return Actor(
        kind="key",
        id=str(row["id"]),
        name=row["name"],
        roles=frozenset(row["roles"]),
        rights=SCOPES.intersection(row["scopes"]),
        session_id=row["id"],
        field_roles=frozenset(row["field_roles"]),
    )


def _past(instant: datetime | None, now: datetime, *, missing: bool = False) -> bool:
    return missing if instant is None else instant <= now
