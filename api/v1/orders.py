"""Orders: open, list, read, edit, and the actions that alone move them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Path

from api.actor import TheActor, TheDoor
from api.keys import IfMatch, IfMatchRequired, TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, found_at, router
from api.v1.order_query import TheOrderFilter
from api.v1.order_sent import ActionIn, OrderIn, OrderPatch
from api.v1.order_shown import (
    ChainVerdict,
    CustodyOut,
    EventOut,
    Merchandisers,
    Offers,
    OrderAndEvent,
    OrderOut,
    OrderRow,
    TaskOut,
)
from api.v1.types import Page
from persistence.queries.order_board import NOT_DUE
from usecases.door import Outcome
from usecases.kpis.who_had_it import who_had_it
from usecases.orders.edit_order import EditOrder, edit_order
from usecases.orders.list_merchandisers import list_merchandisers
from usecases.orders.list_tasks import TaskPage, list_tasks, task_position
from usecases.orders.open_order import NewLine, OpenOrder, open_order
from usecases.orders.perform_action import PerformAction, perform_action
from usecases.orders.read_orders import (
    HistoryPage,
    list_actions,
    list_orders,
    read_history,
    read_order,
    verify_history,
)

routes = router("orders")

OrderNo = Annotated[str, Path(max_length=40, pattern=r"^[A-Za-z0-9-]+$", examples=["SO100001"])]


@routes.post("/orders", status_code=201, response_model=OrderOut)
@found_at("/api/v1/orders/{order_no}")
async def create_order(body: OrderIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Open an order by hand or from another system. Channels deliver through hooks instead."""
    outcome = await door.run(actor, open_order, _opening(body), key=key)
    return _order_answer(outcome, 201)


@routes.get("/orders", response_model=Page[OrderRow])
async def find_orders(actor: TheActor, door: TheDoor, page: ThePage, asked: TheOrderFilter) -> Any:
    """Orders, newest first or by due date.

    `q` finds any part of a number, a customer's name or an article; extra fields filter by `x.NAME=VALUE`.
    """
    wanted = replace(asked, after=page.after, limit=page.fetch)
    rows = await door.read(actor, list_orders, wanted)
    return page.page(rows, _due_position if wanted.sort == "due" else _newest_position)


@routes.get("/orders/{order_no}", response_model=OrderOut)
async def get_order(order_no: OrderNo, actor: TheActor, door: TheDoor) -> Answer:
    """The whole order, as far as the reader may see it. The ETag is its version, whatever becomes of its forecast."""
    order = await door.read(actor, read_order, order_no)
    # A browser that asks by the version alone would be told that nothing is new while its forecast is.
    return Answer(order, version=order["version"], headers={"cache-control": "no-store"})


@routes.patch("/orders/{order_no}", response_model=OrderOut)
async def patch_order(
    order_no: OrderNo, body: OrderPatch, actor: TheActor, door: TheDoor, key: TheKey, version: IfMatchRequired
) -> Answer:
    """Edit fields while nothing has started; nothing is applied where any of them is refused."""
    command = EditOrder(order_no, body.model_dump(exclude_unset=True), version)
    return _order_answer(await door.run(actor, edit_order, command, key=key), 200)


@routes.get("/orders/{order_no}/actions", response_model=Offers)
async def get_actions(order_no: OrderNo, actor: TheActor, door: TheDoor) -> Any:
    """What the caller may do now with the form of each payload, and why the rest is refused."""
    return await door.read(actor, list_actions, order_no)


@routes.post("/orders/{order_no}/actions", response_model=OrderAndEvent)
async def act(
    order_no: OrderNo, body: ActionIn, actor: TheActor, door: TheDoor, key: TheKey, version: IfMatch
) -> Answer:
    """Perform a business action: the only way that an order moves."""
    command = PerformAction(order_no, body.action, body.payload, body.occurred_at, version)
    outcome = await door.run(actor, perform_action, command, key=key)
    return answer_of(outcome, version=outcome.answer["order"]["version"])


@routes.get("/orders/{order_no}/events", response_model=Page[EventOut])
async def get_events(order_no: OrderNo, actor: TheActor, door: TheDoor, page: ThePage) -> Any:
    """The order's history, oldest first; it is never rewritten."""
    after = page.after[0] if page.after else 0
    rows = await door.read(actor, read_history, HistoryPage(order_no, after, page.fetch))
    return page.page(rows, lambda event: [event["seq"]])


@routes.get("/orders/{order_no}/events/verify", response_model=ChainVerdict)
async def verify_events(order_no: OrderNo, actor: TheActor, door: TheDoor) -> Any:
    """Whether the chain of hashes holds and the order stands where its history says."""
    return await door.read(actor, verify_history, order_no)


@routes.get("/orders/{order_no}/custody", response_model=CustodyOut)
async def get_custody(order_no: OrderNo, actor: TheActor, door: TheDoor) -> Any:
    """Which role had the order in every hour of its life, and how long it lay there untouched."""
    return await door.read(actor, who_had_it, order_no)


@routes.get("/merchandisers", response_model=Merchandisers)
async def find_merchandisers(actor: TheActor, door: TheDoor) -> Any:
    """Everybody who may look after an order, by name."""
    return {"items": await door.read(actor, list_merchandisers, None)}


@routes.get("/tasks", response_model=Page[TaskOut])
async def get_tasks(actor: TheActor, door: TheDoor, page: ThePage) -> Any:
    """What the caller must do now, from every source, ordered by what is due."""
    tasks = await door.read(actor, list_tasks, TaskPage(page.after, page.fetch))
    return page.page(tasks, task_position)


def _order_answer(outcome: Outcome, status: int) -> Answer:
    order = outcome.answer["order"]
    return Answer(order, status, order["version"], outcome.replayed)


def _opening(body: OrderIn) -> OpenOrder:
    facts = body.model_dump(exclude={"lines", "customer", "discounts", "fees"})
    return OpenOrder(
        **facts,
        lines=[NewLine(**line.model_dump()) for line in body.lines],
        customer=body.customer.model_dump() if body.customer else None,
        discounts=[_adjustment(item) for item in body.discounts],
        fees=[_adjustment(item) for item in body.fees],
    )


def _adjustment(item: Any) -> dict[str, Any]:
    return {**item.model_dump(), "amount": f"{item.amount:f}"}


def _newest_position(row: Mapping[str, Any]) -> list[str]:
    return [row["id"]]


def _due_position(row: Mapping[str, Any]) -> list[str]:
    return [row["due_at"] or NOT_DUE, row["id"]]
