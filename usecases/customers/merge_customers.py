"""Merge two customers who are one: orders, contacts and what they are found by follow; each order's history says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from domain.orders.order import Order
from domain.orders.search import folded, grams
from domain.refusals.customers import CUSTOMER_MERGED, CUSTOMERS_THE_SAME, MERGE_NOT_UNDOABLE
from domain.refusals.general import NOT_FOUND
from persistence import customers
from persistence.faults import LostRace
from persistence.queries import customer_list
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.customers.read_customers import customer_view
from usecases.door import use_case
from usecases.orders.history import acting_role, next_event


@dataclass(frozen=True, slots=True)
class MergeCustomers:
    """`merged` becomes `kept`; `reason` is kept with the merge."""

    kept: UUID
    merged: UUID
    reason: str


@use_case(right="intake.review")
async def merge_customers(tx: Tx, command: MergeCustomers) -> dict[str, Any]:
    """The customer that is kept. Raises CUSTOMERS_THE_SAME, NOT_FOUND, CUSTOMER_MERGED."""
    if command.kept == command.merged:
        raise CUSTOMERS_THE_SAME()
    kept = await _both(tx, command.kept, command.merged)
    merge_id = tx.new_id()
    orders = await customers.orders_of(tx, command.merged)
    await _within_reach(tx, orders)
    told = {"merge": str(merge_id), "from": str(command.merged), "to": str(command.kept)}
    await _move(tx, orders, command.kept, "CustomerMerged", told, kept)
    moved = {
        "orders": [order.id for order in orders],
        "pointed": await customers.point(tx, command.merged, command.kept),
        "contacts": await customers.speak_too(tx, command.merged, command.kept),
        "substitutes": await customers.replace_for(tx, command.merged, command.kept),
    }
    await customers.keep_merge(tx, merge_id, command.kept, command.merged, command.reason, moved)
    return {"id": str(merge_id), "customer": await _shown(tx, command.kept), "orders": len(orders)}


@use_case(right="intake.review")
async def undo_merge(tx: Tx, merge_id: UUID) -> dict[str, Any]:
    """The customer who is themselves again. Orders that came after the merge stay where they are.

    Raises NOT_FOUND, MERGE_NOT_UNDOABLE.
    """
    merge = await customers.lock_merge(tx, merge_id)
    if merge is None:
        raise NOT_FOUND()
    kept_id, merged_id, moved = merge["kept_id"], merge["merged_id"], merge["moved"]
    found = await customers.lock(tx, [kept_id, merged_id])
    if merge["undone_at"] is not None or found[kept_id]["merged_into"] is not None:
        raise MERGE_NOT_UNDOABLE()
    orders = await customers.orders_of(tx, kept_id, [UUID(one) for one in moved["orders"]])
    await _within_reach(tx, orders)
    told = {"merge": str(merge_id), "from": str(kept_id), "to": str(merged_id)}
    await _move(tx, orders, merged_id, "CustomerMergeUndone", told, found[merged_id])
    await customers.unpoint(tx, merged_id, [UUID(one) for one in moved["pointed"]])
    await customers.speak_no_more(tx, kept_id, [UUID(one) for one in moved["contacts"]])
    await customers.replace_back(tx, merged_id, [UUID(one) for one in moved["substitutes"]])
    await customers.undo_merge(tx, merge_id)
    return {"id": str(merge_id), "customer": await _shown(tx, merged_id), "orders": len(orders)}


async def _both(tx: Tx, kept: UUID, merged: UUID) -> Mapping[str, Any]:
    """Both, so that nobody else merges them; the one that is kept."""
    reachable = await customer_list.some(tx, Scope.of(tx.actor), [kept, merged])
    if len(reachable) < 2:
        raise NOT_FOUND()
    found = await customers.lock(tx, [kept, merged])
    if any(row["merged_into"] is not None for row in found.values()):
        raise CUSTOMER_MERGED()
    return found[kept]


async def _within_reach(tx: Tx, orders: Sequence[Order]) -> None:
    """Nobody moves orders that do not exist for them."""
    scope = Scope.of(tx.actor)
    if scope == Scope() or not orders:
        return
    visible = await customer_list.orders_in_reach(tx, scope, [order.id for order in orders])
    if visible < len(orders):
        raise NOT_FOUND()


async def _move(
    tx: Tx, orders: Sequence[Order], to: UUID, kind: str, told: Mapping[str, Any], owner: Mapping[str, Any]
) -> None:
    """Give the orders to a customer; they are still found by the names that they were found by."""
    if not orders:
        return
    role = acting_role(tx.actor)
    moved = [
        next_event(tx, order, replace(order, customer_id=to), event_type=kind, role=role, payload=told)
        for order in orders
    ]
    known = await customers.search_words_of(tx, [order.id for order in orders])
    words = [{"order_id": order_id, **_found_by(text, owner)} for order_id, text in known.items()]
    if await customers.move_orders(tx, to, moved, words) != len(orders):
        raise LostRace


def _found_by(text: str, owner: Mapping[str, Any]) -> dict[str, Any]:
    named = (folded(owner[name]) for name in ("name", "company", "phone") if owner[name])
    words = "\n".join(dict.fromkeys([*text.split("\n"), *named]))
    return {"words": words, "grams": grams(words)}


async def _shown(tx: Tx, customer_id: UUID) -> dict[str, Any]:
    row = await customer_list.one(tx, Scope(), customer_id)
    if row is None:
        raise NOT_FOUND()
    return customer_view(row)
