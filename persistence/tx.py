"""What a use case is given: one connection, who acts, one `now`, ids, and the key whose answer it will be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.access.actor import Actor
from persistence.database import Connection


@dataclass(frozen=True, slots=True)
class Key:
    """Names one attempt to do something: the same key gives the first answer again.

    `scope` tells whose key and for what (actor, method, route); `fingerprint` is a hash of what was asked.
    """

    scope: str
    key: str
    fingerprint: str


@dataclass(slots=True)
class Tx:
    """One transaction, or one statement that is a transaction by itself. Only the door makes one."""

    connection: Connection
    actor: Actor
    now: datetime
    new_id: Callable[[], UUID]
    zone: ZoneInfo
    key: Key | None = None
    transaction: Any = None
    key_claimed: bool = False

    @property
    def unclaimed_key(self) -> Key | None:
        """The key whose answer the use case's own statement must write, because the door has not claimed it."""
        return None if self.key_claimed else self.key

    async def open(self) -> None:
        """Make what follows one transaction, where a single statement does not suffice; harmless when open."""
        if self.transaction is None:
            self.transaction = self.connection.driver.transaction()
            await self.transaction.start()

    async def finish(self) -> None:
        """Commit, where a transaction is open."""
        if self.transaction is not None:
            transaction, self.transaction = self.transaction, None
            await transaction.commit()

    async def abandon(self) -> None:
        """Roll back, where a transaction is open."""
        if self.transaction is not None:
            transaction, self.transaction = self.transaction, None
            await transaction.rollback()
