"""The ERP: how current each connection is, and the daily report of where it and this house disagree."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request
from pydantic import Field

from api.actor import TheActor, TheDoor, parts_of
from api.keys import TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, router
from api.v1.stock import SourceProblem
from api.v1.types import BothLanguages, Page, Shown
from persistence.queries.erp_reports import ReportPage
from usecases.erp.compare_orders import ask_comparison_again
from usecases.erp.read_reports import ReportsBefore, expect_connected, list_reports, list_systems, read_report
from wiring.erp_trial import try_erp

routes = router("erp")

Source = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[a-z0-9_]+$", examples=["kingdee"])]
TheDay = Annotated[date, Path(description="a day of the factory 工厂日", examples=["2026-11-24"])]
Kind = Literal[
    "order_missing",
    "order_cancelled",
    "currency_differs",
    "sum_differs",
    "not_told",
    "material_unknown",
    "entry_unknown",
]


class Currentness(Shown):
    """How current what was read is, and why it is not newer."""

    as_of: str | None
    problem: SourceProblem | None


class ToldOut(Shown):
    """How many documents the system was told of, and when the last time."""

    documents: int
    at: str | None


class ErpSystemOut(Shown):
    """One ERP. `waiting` orders are still to be told; `refused` ones it did not take, see the outbox."""

    source: str
    connected: bool
    does: list[Literal["comparison", "ledger", "orders", "shipments"]] = Field(
        description="what it is asked for besides its stock; nothing where it is not connected"
    )
    stock: Currentness
    ledger: Currentness
    ledger_report: dict[str, int]
    told: ToldOut
    waiting: int
    refused: int


class ErpSystems(Shown):
    """Every ERP that is or was connected."""

    items: list[ErpSystemOut]


class ErpExchange(Shown):
    """One call of a trial: its address and the beginning of its answer, secrets masked. Null: nothing was answered."""

    method: str
    url: str
    status: int | None
    ms: int
    answer: str
    cut: bool = Field(description="the answer went on")


class CountedOut(Shown):
    """One row of a stock list; `row` names it there."""

    row: str
    material: str
    quantity: str


class DescribedOut(Shown):
    """Master data of one material. Null: not known there."""

    material: str
    name: str
    specification: str
    unit: str
    safety_level: str | None
    unit_cost: str | None = None
    lead_days: int | None
    active: bool


class TriedProblem(Shown):
    """Why a page was not understood."""

    reason: str
    problem: str
    needs_person: bool


class TriedStock(Shown):
    """The first rows of the stock list, as they were understood."""

    problem: TriedProblem | None
    items: list[CountedOut]
    more: bool


class TriedMaterials(Shown):
    """The first materials, as they were understood."""

    problem: TriedProblem | None
    items: list[DescribedOut]
    more: bool


class ErpTried(Shown):
    """What came of trying a connection: every call, and what was read from it. Nothing of it is kept."""

    source: str
    at: str
    ok: bool
    exchanges: list[ErpExchange]
    stock: TriedStock
    materials: TriedMaterials


class DifferenceCount(Shown):
    """How many differences there are of one kind."""

    kind: Kind
    words: BothLanguages
    number: int


class ErpReportOut(Shown):
    """One day's report. `made_at` null: it is not whole yet, or could not be made; `problem` says why."""

    source: str
    day: str
    made_at: str | None
    compared: int = Field(description="orders that were compared 已核对订单数")
    counts: list[DifferenceCount]
    problem: SourceProblem | None


class DifferenceOut(Shown):
    """One disagreement. Null: that side has nothing."""

    kind: Kind
    words: BothLanguages
    subject: str = Field(description="number of the order, material or document")
    here: str | None
    there: str | None


class ErpReportFull(ErpReportOut, Page[DifferenceOut]):
    """One day's report with a page of what differs."""


class ReportsAsked(Shown):
    """Of which systems a report is being made now."""

    asked: list[str]


@routes.get("/erp/systems", response_model=ErpSystems)
async def find_systems(request: Request, actor: TheActor, door: TheDoor) -> Any:
    """Every ERP with how current its stock and ledger are, and what it was told."""
    return {"items": await door.read(actor, list_systems, parts_of(request).settings.erps_do)}


@routes.post("/erp/systems/{source}/try", response_model=ErpTried)
async def try_system(source: Source, request: Request, actor: TheActor, door: TheDoor) -> Any:
    """Sign in to an ERP and read one page of its stock and materials: the raw answers, and how they are understood."""
    parts = parts_of(request)
    await door.read(actor, expect_connected, (source, parts.settings.erps))
    return await try_erp(parts.settings, source, parts.clock)


@routes.get("/erp/reports", response_model=Page[ErpReportOut])
async def find_reports(actor: TheActor, door: TheDoor, page: ThePage) -> Any:
    """Daily reports of where an ERP and this house disagree, the newest first."""
    before = (date.fromisoformat(page.after[0]), page.after[1]) if page.after else None
    rows = await door.read(actor, list_reports, ReportsBefore(before, page.fetch))
    return page.page(rows, lambda row: [row["day"], row["source"]])


@routes.get("/erp/reports/{source}/{day}", response_model=ErpReportFull)
async def get_report(
    source: Source,
    day: TheDay,
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    kind: Annotated[Kind | None, Query(description="only differences of this kind 只看一类")] = None,
) -> Any:
    """One day's report: orders missing there, sums that differ, materials and documents that are unknown here."""
    after = (page.after[0], page.after[1]) if page.after else ("", "")
    found = await door.read(actor, read_report, ReportPage(source, day, kind, after, page.fetch))
    return {**found, **page.page(found["rows"], lambda row: [row["kind"], row["subject"]])}


@routes.post("/erp/reports", status_code=202, response_model=ReportsAsked)
async def make_reports(request: Request, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Make today's reports now, again where there are some; the one before stays until the new one is whole."""
    compared = parts_of(request).settings.compared_erps
    return answer_of(await door.run(actor, ask_comparison_again, compared, key=key), status=202)
