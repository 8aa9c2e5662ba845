"""The board: all open orders stage by stage. It is read; what moves an order is its actions alone."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import Field

from api.actor import TheActor, TheDoor
from api.route import router
from api.v1.order_shown import OrderRow
from api.v1.types import BothLanguages, Shown
from usecases.orders.read_board import BoardQuery, read_board

routes = router("orders")


class RunningWorkflow(Shown):
    """A workflow that open orders run by."""

    key: str
    label: BothLanguages
    orders: int


class BoardColumn(Shown):
    """One stage: how many open orders stand there in all, and the most urgent of them."""

    stage: str
    label: BothLanguages
    role: str
    category: Literal["not_started", "in_production", "quality", "shipping"]
    count: int
    late: int
    held: int
    orders: list[OrderRow]


class Board(Shown):
    """The stages of one workflow in their sequence."""

    as_of: str
    workflow: str | None = Field(description="null: no order is open")
    workflows: list[RunningWorkflow]
    columns: list[BoardColumn]


@routes.get("/board", response_model=Board)
async def get_board(
    actor: TheActor,
    door: TheDoor,
    workflow: Annotated[
        str | None,
        Query(max_length=100, pattern=r"^[a-z0-9_]+$", description="unless said, the one that most orders run by"),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="orders of each stage")] = 20,
) -> Any:
    """All open orders by stage, the most urgent of each stage first. 看板。"""
    return await door.read(actor, read_board, BoardQuery(workflow, limit))
