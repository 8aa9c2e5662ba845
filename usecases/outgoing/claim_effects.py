"""Take what is due from the outbox, under a lease. The relay's first verb."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from persistence import outbox
from persistence.outbox import Claimed
from persistence.tx import Tx
from usecases.door import use_case

LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class ClaimEffects:
    """How many at most of what this database carries out itself, and of what goes outside.

    `full_channels` have enough in flight already; `in_order` are kinds that follow each other within an order. Of
    the kinds `in_lanes` one at a time is carried out for an order and a channel.
    """

    inside: int
    outside: int
    full_channels: frozenset[str] = frozenset()
    in_order: frozenset[str] = frozenset()
    in_lanes: frozenset[str] = frozenset()


@use_case(right="admin.all", one_statement=True, quiet=True)
async def claim_effects(tx: Tx, command: ClaimEffects) -> list[Claimed]:
    """Rows that nobody else may carry out for the next minute, oldest first."""
    limits = (command.inside, command.outside)
    return await outbox.claim(tx, limits, LEASE, command.full_channels, command.in_order, command.in_lanes)
