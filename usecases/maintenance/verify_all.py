"""Prove everything: every chain, every order against its history, and every invariant that is stated in the product.

Nothing is written; everything is read in one snapshot, so that it may run beside a factory at work.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from domain.text import Text
from persistence import heads, invariants, proofs
from persistence.tx import Tx
from usecases.door import use_case
from usecases.maintenance.prove_floor import prove_floor
from usecases.maintenance.prove_orders import prove_orders
from usecases.maintenance.tally import Tally

_ROOTS_CHECKED = 24
_LABELS = {
    "splits": Text("拆单金额守恒", "split orders together are worth what was agreed"),
    "quantities": Text("发货与退货数量合理", "no more came back than was shipped, or was shipped than ordered"),
    "outbox": Text("待办效果不重不漏", "every effect is there once and none lies about"),
    "intake": Text("来单与订单一致", "what arrived is untouched and has its order"),
    "documents": Text("文档版本连续", "published documents have gapless versions"),
    "reports": Text("报告各有一判", "every report was decided once, and what waits has its conflict"),
    "changes": Text("改单无遗留", "order changes left no work order, material or task behind"),
}


@dataclass(frozen=True, slots=True)
class VerifyAll:
    """`tell` hears each check as it ends; `clock` counts seconds.

    `read_file` answers the bytes that the store holds under a SHA-256; it raises OSError, or what says that they are
    missing or damaged, in words. Files are read one at a time.
    """

    tell: Callable[[Tally], None]
    clock: Callable[[], float]
    read_file: Callable[[str], Awaitable[bytes]]


class FileProblem(Exception):
    """The store does not give the bytes; the text says why."""


@use_case(right="admin.all")
async def verify_all(tx: Tx, command: VerifyAll) -> list[Tally]:
    """Every check with what it found; all of them hold where every `found` is 0."""
    tallies: list[Tally] = []
    began = command.clock()

    def note(*found: Tally) -> None:
        nonlocal began
        for tally in found:
            tally.seconds = command.clock() - began
            command.tell(tally)
        tallies.extend(found)
        began = command.clock()

    async with proofs.snapshot(tx):
        note(*await prove_orders(tx))
        note(await prove_floor(tx))
        for key, label in _LABELS.items():
            note(await _rows(tx, Tally(key, label)))
        note(await _papers(tx, command))
        note(await _roots(tx, command))
    return tallies


async def _rows(tx: Tx, tally: Tally) -> Tally:
    """One of the checks that SQL decides."""
    tally.counted = await invariants.count(tx, tally.key)
    for table, sql in invariants.BROKEN[tally.key]:
        async with _unbroken(tx, tally, table):
            async for row, problem in invariants.broken(tx, sql):
                tally.add(table, row, problem)
    if tally.key == "outbox":
        async for row, problem in invariants.broken(tx, invariants.DEAD):
            tally.warn("outbox", row, problem)
    return tally


async def _papers(tx: Tx, command: VerifyAll) -> Tally:
    """Every attachment stands in its order's history and has its bytes; files named twice are read once."""
    tally = Tally("papers", Text("附件齐全且未改动", "every paper has its file and its place in history"))
    known: tuple[str, str | int] = ("", "")
    async for paper in proofs.stream(tx, invariants.PAPERS):
        tally.counted += 1
        row = f"{paper['id']} of {paper['order_no']}"
        if not paper["in_history"]:
            tally.add("attachments", row, "no event of its order tells of it with this kind and SHA-256")
        if known[0] != paper["sha256"]:
            known = (paper["sha256"], await _size_or_problem(command, paper["sha256"]))
        if known[1] != paper["size_bytes"]:
            told = known[1] if isinstance(known[1], str) else f"has {known[1]} bytes, not {paper['size_bytes']}"
            tally.add("attachments", row, f"its file {paper['sha256']} {told}")
    async with _unbroken(tx, tally, "events"):
        async for row, problem in invariants.broken(tx, invariants.LOST_PAPERS):
            tally.add("events", row, problem)
    return tally


async def _size_or_problem(command: VerifyAll, sha256: str) -> int | str:
    try:
        return len(await command.read_file(sha256))
    except (FileProblem, OSError) as problem:
        return str(problem)


async def _roots(tx: Tx, command: VerifyAll) -> Tally:
    """The newest hourly roots over all heads: as the events give them now, and as the file outside keeps them."""
    tally = Tally("roots", Text("每小时总根与外存一致", "the hourly roots kept outside are met"))
    for kept in await tx.connection.rows(invariants.ROOTS, _ROOTS_CHECKED):
        tally.counted += 1
        row, result = f"chain_heads {kept['period_start'].isoformat()}", kept["result"]
        found = await heads.root(tx, result["frontier"])
        if (found.root, found.orders) != (result["root"], result["orders"]):
            tally.add("events", row, f"the root over {found.orders} orders is {found.root}, it was {result['root']}")
        if problem := await _outside_problem(command, result):
            tally.add("ticks", row, problem)
    return tally


async def _outside_problem(command: VerifyAll, result: dict[str, Any]) -> str | None:
    try:
        kept = json.loads(await command.read_file(result["blob"]))
    except (FileProblem, OSError, ValueError) as problem:
        return f"its file {result['blob']} {problem}"
    return None if kept["root"] == result["root"] else f"its file {result['blob']} keeps another root"


@asynccontextmanager
async def _unbroken(tx: Tx, tally: Tally, table: str) -> Any:
    """A row so forged that a statement stumbles over it is a violation too, and the other checks go on."""
    try:
        async with tx.connection.driver.transaction():
            yield
    except asyncpg.DataError as error:
        tally.add(table, "-", f"holds what cannot be checked: {error}")
