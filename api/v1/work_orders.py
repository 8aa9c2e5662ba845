"""Work orders: what to do, with what, to which standard; and their tickets for the printer."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.actor import TheActor, TheDoor
from api.keys import IfMatch, TheKey
from api.language import language_of
from api.paging import ThePage
from api.printed import PRINTED, PrintLanguage, printed
from api.route import Answer, answer_of, found_at, router
from api.ticket import ticket_page
from api.v1.product_shapes import AlternativeOut, OperationIn, QualityOut
from api.v1.types import BothLanguages, Page, Positive, SafeText, Sent, Shown
from domain.text import Language
from persistence.queries.work_order_board import WorkOrderFilter
from usecases.floor.read_work_orders import list_work_orders, read_tickets, read_work_order
from usecases.floor.reroute import Reroute, SplitWorkOrder, reroute, split_work_order

routes = router("floor")

# The number of a work order, or the token of its ticket.
WorkOrderCode = Annotated[str, Path(pattern=r"^(WO[0-9]{1,18}(-[0-9]{1,4})?|[0-9a-f]{32})$", examples=["WO1001"])]
State = Literal["released", "in_progress", "done", "cancelled"]


class PersonAtWork(Shown):
    """Somebody who is at it."""

    id: str
    name: str


class OperationShown(Shown):
    """One operation and where it stands. `incoming` pieces have reached it, `open` of them are still to be reported."""

    code: str
    name: BothLanguages
    work_centre: str
    minutes: str
    setup_minutes: str
    requirements: BothLanguages | None
    outsourced: bool
    state: Literal["waiting", "ready", "running", "paused", "done"]
    incoming: str
    open: str
    good: str
    scrap: str
    rework: str
    people: list[PersonAtWork]
    started_at: str | None
    finished_at: str | None


class PickingLine(Shown):
    """A material and how much of it the whole work order takes; so much of that was `issued`."""

    material: str
    name: str
    name_en: str
    unit: str
    quantity: str
    issued: str
    alternatives: list[AlternativeOut]


class TicketDrawing(Shown):
    """A drawing of the version that is made; `GET drawings/{sha256}` gives its bytes."""

    name: str
    sha256: str
    media_type: str
    size_bytes: int


class InspectionShown(Shown):
    """The newest inspection."""

    passed: bool
    at: str
    person: str


class WorkOrderChange(Shown):
    """A change of the order that has to be acknowledged before work goes on."""

    change_id: str | None = None
    number: int | None = None
    revision: int
    text: BothLanguages | str | None = None
    announced_at: str | None = None


class WorkOrderOut(Shown):
    """One work order. `current` false is the full red stop: `change` says what has to be acknowledged first."""

    number: str
    token: str
    order_no: str
    line: int
    sku: str
    name: str
    name_en: str
    unit: str
    quantity: str
    good: str
    scrap: str
    state: State
    parent_number: str | None
    revision: int
    order_revision: int
    current: bool
    change: WorkOrderChange | None
    held: bool
    order_stage: str
    order_category: str
    priority: int
    promised_date: str | None
    due_at: str | None
    product_version: int
    options: dict[str, Any]
    technical: dict[str, Any]
    operations: list[OperationShown]
    picking: list[PickingLine]
    quality: list[QualityOut]
    drawings: list[TicketDrawing]
    inspection: InspectionShown | None
    released_at: str
    started_at: str | None
    finished_at: str | None
    changed_at: str
    version: int


class HistoryEntry(Shown):
    """What a planner changed: rerouted, split off, cancelled."""

    id: str
    kind: str
    changed_at: str
    changed_by: str
    changed_by_name: str | None
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]


class WorkOrderWithHistory(WorkOrderOut):
    """One work order and what was changed on it."""

    history: list[HistoryEntry]


@routes.get("/work-orders", response_model=Page[WorkOrderOut])
async def find_work_orders(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    state: Annotated[list[State], Query()] = [],  # noqa: B006 - FastAPI copies it
    work_centre: Annotated[SafeText, Query(max_length=200)] = "",
    order_no: Annotated[str, Query(max_length=40, pattern=r"^[A-Za-z0-9-]*$")] = "",
    mine: Annotated[bool, Query(description="only those of my work centres 只看我的工作中心")] = False,
    q: Annotated[SafeText, Query(max_length=100, description="any part of a number or of the article")] = "",
) -> Any:
    """Work orders by number, each with where its operations stand."""
    wanted = WorkOrderFilter(
        states=state,
        work_centre=work_centre,
        order_no=order_no,
        mine=UUID(actor.id) if mine and actor.kind == "user" else None,
        words=q,
        after=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    return page.page(await door.read(actor, list_work_orders, wanted), lambda row: [row["number"]])


@routes.get("/work-orders/tickets", response_class=Response, responses=PRINTED)
async def get_tickets(
    request: Request,
    actor: TheActor,
    door: TheDoor,
    number: Annotated[
        list[Annotated[str, Query(pattern=r"^WO[0-9]{1,18}(-[0-9]{1,4})?$")]], Query(min_length=1, max_length=200)
    ],
    language: PrintLanguage = None,
) -> Response:
    """The tickets of several work orders, two A5 to a sheet, to be printed."""
    return _printable(request, await door.read(actor, read_tickets, number), language)


@routes.get("/work-orders/{code}", response_model=WorkOrderWithHistory)
async def get_work_order(code: WorkOrderCode, actor: TheActor, door: TheDoor) -> Any:
    """One by its number or by what its ticket's code says; tells whether its revision is still the order's."""
    return await door.read(actor, read_work_order, code)


@routes.get("/work-orders/{code}/ticket", response_class=Response, responses=PRINTED)
async def get_ticket(
    request: Request, code: WorkOrderCode, actor: TheActor, door: TheDoor, language: PrintLanguage = None
) -> Response:
    """Its ticket on A5, to be printed. The code on it opens nothing without a login."""
    return _printable(request, [await door.read(actor, read_work_order, code)], language)


class RoutingIn(Sent):
    """The whole routing as it is to be: another machine, a step outside, one more or one less."""

    operations: list[OperationIn] = Field(min_length=1, max_length=200)
    reason: Annotated[SafeText, Field(max_length=1000)] = ""


class SplitIn(Sent):
    """So many pieces that nobody has begun go on under a number of their own."""

    quantity: Positive
    reason: Annotated[SafeText, Field(max_length=1000)] = ""


class SplitOut(Shown):
    """Both work orders as they now stand."""

    work_order: WorkOrderWithHistory
    split_off: WorkOrderWithHistory


@routes.put("/work-orders/{code}/routing", response_model=WorkOrderWithHistory)
async def put_routing(
    code: WorkOrderCode, body: RoutingIn, actor: TheActor, door: TheDoor, key: TheKey, version: IfMatch
) -> Answer:
    """Change the routing of a work order under way, with history. What has begun can be neither removed nor moved."""
    operations = body.model_dump(mode="json")["operations"]
    command = Reroute(code, operations, body.reason, version)
    outcome = await door.run(actor, reroute, command, key=key)
    return answer_of(outcome, version=outcome.answer["version"])


@routes.post("/work-orders/{code}/split", status_code=201, response_model=SplitOut)
@found_at("/api/v1/work-orders/{split_off[number]}")
async def post_split(code: WorkOrderCode, body: SplitIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Let a part of it go its own way: another machine, another shift, another ticket."""
    command = SplitWorkOrder(code, body.quantity, body.reason)
    return answer_of(await door.run(actor, split_work_order, command, key=key), status=201)


def _printable(request: Request, work_orders: list[dict[str, Any]], language: Language | None) -> Response:
    page = ticket_page(work_orders, request.app.state.public_url, language or language_of(request))
    return printed(page)
