"""What hangs on an order goes with it: work orders, material and undecided changes, in the order's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.orders.changes import actions_with_effect, stops_of
from domain.orders.following import follow
from domain.orders.order import Line, Order
from domain.workflow.document import Workflow
from persistence import changes, following, work_orders
from persistence.tx import Tx


async def make_up(tx: Tx, order: Order, *, released: bool, reserves: bool) -> None:
    """Work orders for what none makes yet, and material for what is needed now, where the order has come so far."""
    if released:
        await work_orders.release(tx, order.order_no)
    if reserves:
        await work_orders.reserve(tx, order.order_no)


async def call_off(tx: Tx, order: Order) -> None:
    """The order is cancelled: no work, no material, no undecided change is left of it."""
    await following.cancel_all(tx, order.id)
    await changes.withdraw_open(tx, order.id, "订单已取消 the order is cancelled")


async def follow_split(tx: Tx, workflow: Workflow, before: Sequence[Line], parent: Order, child: Order) -> None:
    """Both parts of a split order get the work orders and the material of their own lines, as far as it has come."""
    releases = actions_with_effect(workflow, "create_work_orders")
    reserves = actions_with_effect(workflow, "reserve_material")
    await following.lock_work(tx, parent.id)
    facts = await following.facts(tx, following.Asked([parent], releases, reserves))
    steps = follow(before, parent.lines, facts.work_orders, facts.made_here).altered
    await following.take_steps(tx, parent, steps, f"拆单 split off {child.order_no}")
    for order in (parent, child):
        await make_up(tx, order, released=facts.released, reserves=facts.reserves)


async def set_stops(tx: Tx, order_id: UUID) -> None:
    """The red stop stands on exactly those work orders whose change some department has not acknowledged."""
    found = await changes.open_acknowledgements(tx, [order_id])
    stops = stops_of(await following.standing_work(tx, order_id), found.get(order_id, ()))
    await following.write_stops(tx, stops)
