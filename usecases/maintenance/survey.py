"""What an installation holds at one moment, for a backup to say and for a restore to be measured by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from persistence import heads, survey
from persistence.proofs import snapshot
from persistence.tx import Tx
from usecases.door import use_case


@dataclass(frozen=True, slots=True)
class Holding:
    """What one snapshot holds.

    `root` and `orders` cover the histories of all transactions below `frontier` (docs/decisions/0014). `files` are the
    SHA-256 and length of each file that is named, the length None where no row tells it. `table_bytes` is more than a
    dump will take.
    """

    revision: str
    server_major: int
    frontier: str
    root: str
    orders: int
    counts: Mapping[str, int]
    files: tuple[tuple[str, int | None], ...]
    table_bytes: int


@dataclass(frozen=True, slots=True)
class Survey:
    """`meanwhile` is called with what was found and with the snapshot's name, while that can still be read by name."""

    meanwhile: Callable[[Holding, str], Awaitable[None]]
    frontier: str | None = None


@use_case(right="admin.all")
async def take_survey(tx: Tx, command: Survey) -> Holding:
    """Everything as at one moment. With an earlier `frontier`, the root is the one of then."""
    async with snapshot(tx):
        name = await survey.export(tx)
        root = await heads.root(tx, command.frontier)
        found = Holding(
            revision=await survey.revision(tx),
            server_major=await survey.server_major(tx),
            frontier=root.frontier,
            root=root.root,
            orders=root.orders,
            counts=await survey.counts(tx),
            files=tuple([named async for named in survey.files(tx)]),
            table_bytes=await survey.table_bytes(tx),
        )
        await command.meanwhile(found, name)
    return found
