"""Reports by hand, at a desk or by an integrator; the list of all; and the two questions of a recall."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Path, Query

from api.actor import TheActor, TheDoor
from api.keys import TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, router
from api.v1.conflicts import Somebody
from api.v1.orders import OrderNo
from api.v1.types import BothLanguages, Facts, Instant, Page, Sent, Shown
from api.v1.work_orders import WorkOrderCode, WorkOrderWithHistory
from persistence.queries.report_list import ReportFilter
from usecases.floor.report_work import ReportWork, list_reports, report_work
from usecases.floor.trace_lots import Lot, lots_of_order, orders_of_lot

routes = router("floor")

WorkKind = Literal[
    "start", "pause", "resume", "complete", "fault", "shortage", "handover", "rework", "inspect", "photo", "note"
]
AnyKind = Literal[
    "fault", "shortage", "issue_stock", "receive_stock", "transfer_stock", "count_stock", "load", "depart", "position",
    "arrive", "sign", "ack_change", "photo", "note",
]  # fmt: skip
Status = Literal["applied", "conflict", "rejected", ""]
Word = Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9_-]*$")]
Named = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[^/\x00-\x1f]+$")]


class WorkReportIn(Sent):
    """`body` is that of the kind in `POST sync`, without the work order that the address names."""

    kind: WorkKind
    body: Facts
    occurred_at: Instant | None = None


class ReportIn(Sent):
    """`body` is that of the kind in `POST sync`."""

    kind: AnyKind
    body: Facts
    occurred_at: Instant | None = None


class ReportResult(Shown):
    """What became of it."""

    id: str
    status: Literal["applied"]
    code: str | None
    detail: BothLanguages | None
    conflict_id: str | None
    event_ids: list[str]
    flags: list[str]


class ReportTaken(Shown):
    """The report's result and, where it was about one, the work order as it now stands."""

    result: ReportResult
    work_order: WorkOrderWithHistory | None


class ReportOut(Shown):
    """A report as it came, and what became of it. Append-only: output and quality are counted from these."""

    id: str
    device_id: str | None
    person: Somebody | None
    kind: str
    v: int
    seq: int | None
    status: Literal["applied", "conflict", "rejected"]
    code: str | None
    texts: BothLanguages | None
    flags: list[str]
    work_order: str | None
    order_no: str | None
    operation: str | None
    work_centre: str | None
    revision: int | None
    good: str | None
    scrap: str | None
    scrap_reasons: list[dict[str, Any]]
    body: dict[str, Any]
    occurred_at: str
    corrected_at: str
    received_at: str
    shift: str | None
    shift_date: str | None
    event_ids: list[str]
    conflict_id: str | None
    resolves: str | None
    repeats: int


class LotStep(Shown):
    """Material of a lot that was used (`used`, `issue`), or a product of a lot that was made (`made`)."""

    order_no: str | None
    work_order: str | None
    operation: str | None
    sku: str
    lot: str
    direction: Literal["used", "issue", "made"]
    quantity: str
    unit: str | None
    first_at: str
    last_at: str
    customer_name: str | None = None
    name: str | None = None
    name_en: str | None = None


@routes.post("/work-orders/{code}/reports", status_code=201, response_model=ReportTaken)
async def post_work_report(
    code: WorkOrderCode, body: WorkReportIn, actor: TheActor, door: TheDoor, key: TheKey
) -> Answer:
    """Report on a work order by hand. What does not fit is refused, and nothing of it is kept."""
    command = ReportWork(body.kind, body.body, code, body.occurred_at)
    return answer_of(await door.run(actor, report_work, command, key=key), status=201)


@routes.post("/reports", status_code=201, response_model=ReportTaken)
async def post_report(body: ReportIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Report stock, a delivery or anything that is not about one work order."""
    command = ReportWork(body.kind, body.body, occurred_at=body.occurred_at)
    return answer_of(await door.run(actor, report_work, command, key=key), status=201)


@routes.get("/reports", response_model=Page[ReportOut])
async def get_reports(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    work_order: Word = "",
    order_no: Word = "",
    device_id: UUID | None = None,
    person_id: UUID | None = None,
    status: Status = "",
    kind: Word = "",
) -> Any:
    """Reports in the order in which they came."""
    after = (page.after[0], page.after[1]) if page.after else None
    wanted = ReportFilter(work_order, order_no, device_id, person_id, status, kind, after, page.fetch)
    return page.page(await door.read(actor, list_reports, wanted), lambda one: [one["received_at"], one["id"]])


@routes.get("/lots/{sku}/{lot}/orders", response_model=Page[LotStep])
async def get_lot_orders(sku: Named, lot: Named, actor: TheActor, door: TheDoor) -> Any:
    """Which orders got this lot, directly or in something that was made of it."""
    return {"items": await door.read(actor, orders_of_lot, Lot(sku, lot)), "next_cursor": None}


@routes.get("/orders/{order_no}/lots", response_model=Page[LotStep])
async def get_order_lots(order_no: OrderNo, actor: TheActor, door: TheDoor) -> Any:
    """Which lots are in this order, directly or in something that went into it."""
    return {"items": await door.read(actor, lots_of_order, order_no), "next_cursor": None}
