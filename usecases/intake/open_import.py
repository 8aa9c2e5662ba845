"""Open every order of a workbook in one transaction: all of them, or none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.access.actor import Actor
from domain.intake.sheet_orders import SheetOrder
from domain.refusals.orders import ORDER_EXISTS
from domain.workflow.document import Workflow
from persistence import documents, order_imports
from persistence.opening_many import Opening, insert_many
from persistence.order_imports import Finished
from persistence.tx import Tx
from usecases.door import use_case
from usecases.intake.import_facts import CHANNEL
from usecases.intake.import_owners import Owners
from usecases.intake.meaning_to_order import Source, opening_of
from usecases.orders.open_order import OpenOrder, begin, looked_after

CHUNK = 250
# The values of own fields are typed already, so that their schemas need not be asked how to write them.
_ANY: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class OpenImport:
    """Orders without faults, as many fresh numbers, and what is told after each chunk: how many rows are in orders."""

    import_id: UUID
    orders: Sequence[SheetOrder]
    numbers: Sequence[int]
    told: Callable[[int], Awaitable[None]]


@use_case(right="orders.open")
async def open_import(tx: Tx, command: OpenImport) -> str:
    """The state that it came to. Raises ORDER_EXISTS where another got one of the numbers meanwhile."""
    state = await order_imports.state(tx, command.import_id)
    if state in (None, "done", "invalid"):
        return str(state)
    taken = await order_imports.taken(tx, CHANNEL, [order.number for order in command.orders])
    if taken:
        raise ORDER_EXISTS(order_no=next(iter(taken.values())))
    openings = await _openings(tx, command)
    rows = 0
    for start in range(0, len(openings), CHUNK):
        chunk = openings[start : start + CHUNK]
        await insert_many(tx, chunk)
        rows += sum(len(one.order.lines) for one in chunk)
        await command.told(rows)
    opened = [
        (one.rows[0], one.number, made.order.order_no) for one, made in zip(command.orders, openings, strict=True)
    ]
    await order_imports.finish(tx, command.import_id, Finished("done", rows, len(openings), opened=opened))
    return "done"


async def _openings(tx: Tx, command: OpenImport) -> list[Opening]:
    """Everything is made before the first row is written, so that others' transactions wait the less for this one."""
    workflows = await _workflows(tx, {order.content["order_type"] for order in command.orders})
    owners = await Owners.of(tx, command.orders)
    made: list[Opening] = []
    pairs = list(zip(command.orders, command.numbers, strict=True))
    for start in range(0, len(pairs), CHUNK):
        chunk = pairs[start : start + CHUNK]
        made += await asyncio.to_thread(_made, tx, chunk, workflows, owners, command.import_id)
    return made


def _made(
    tx: Tx,
    pairs: Sequence[tuple[SheetOrder, int]],
    workflows: Mapping[str, tuple[Workflow, tuple[str, ...]]],
    owners: Owners,
    import_id: UUID,
) -> list[Opening]:
    made = []
    for order, number in pairs:
        workflow, own = workflows[order.content["order_type"]]
        command = _command(tx.actor, order, own, import_id)
        owner = owners.of_order(order)
        known = {"number": number, "customer": owner.row, "workflow_version": workflow.version}
        after, customer, sealed = begin(tx, command, known, workflow)
        made.append(owners.opening(owner, after, customer, sealed, command.customer))
    return made


def _command(actor: Actor, order: SheetOrder, own: Sequence[str], import_id: UUID) -> OpenOrder:
    source = Source(CHANNEL, "", order.number, None, str(import_id))
    return looked_after(actor, opening_of(order.content, source, dict.fromkeys(own, _ANY)))


async def _workflows(tx: Tx, types: set[str]) -> dict[str, tuple[Workflow, tuple[str, ...]]]:
    """By order type: the workflow that its orders begin with, and the names of its own fields."""
    found = {}
    for key in types:
        version = await documents.latest_version(tx, "order_type", key)
        parsed = await documents.order_type(tx, key, version or 1)
        newest = await documents.latest_version(tx, "workflow", parsed.workflow)
        workflow = await documents.workflow(tx, parsed.workflow, newest or 1)
        found[key] = (workflow, tuple(parsed.fields.get("properties", {})))
    return found
