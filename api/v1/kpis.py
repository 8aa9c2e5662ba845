"""Measures of two periods side by side, the list behind each figure, and both as workbooks."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api.actor import TheActor, TheDoor
from api.language import language_of
from api.paging import ThePage
from api.route import router, stripped
from api.sheet import MEDIA_TYPE, as_download, workbook
from api.v1.kpi_shapes import KpiRow, KpisOut
from api.v1.types import Day, Page
from domain.kpis.measures import MEASURES
from domain.kpis.periods import Asked
from domain.kpis.sheet import figure_rows, row_rows
from domain.refusals.general import NOT_FOUND
from domain.text import Text
from persistence.queries.kpis import Chosen
from usecases.kpis.read_kpis import KpisAsked, RowsAsked, read_kpi_rows, read_kpis

routes = router("kpis")

Spoken = Annotated[Literal["zh", "en"] | None, Query(description="of headings 表头语言")]
_TABLE: dict[int | str, dict[str, Any]] = {200: {"description": "A workbook 表格", "content": {MEDIA_TYPE: {}}}}


async def _chosen(
    customer_id: Annotated[UUID | None, Query(description="of one customer 客户")] = None,
    order_type: Annotated[str | None, Query(max_length=64, description="of one order type 订单类型")] = None,
    team: Annotated[
        str | None,
        Query(max_length=200, description="of one department: the merchandiser's, or whoever reported's 部门"),
    ] = None,
) -> Chosen:
    return Chosen(customer_id, order_type, team)


async def _days(
    from_: Annotated[Day | None, Query(alias="from", description="first day; this month if not named 起始日")] = None,
    to: Annotated[Day | None, Query(description="last day, counted too; today if not named 截止日")] = None,
) -> Asked:
    return Asked(from_, to)


TheDays = Annotated[Asked, Depends(_days)]
TheChosen = Annotated[Chosen, Depends(_chosen)]
CompareFrom = Annotated[Day | None, Query(description="first day of the period beside it 对比期起始日")]
CompareTo = Annotated[Day | None, Query(description="its last day 对比期截止日")]
TheKey = Annotated[str, Path(max_length=64, description="a measure's `key` 指标")]
Only = Annotated[
    Literal["counted", "rest"] | None,
    Query(description="of a share: its numerator, or what is not in it 仅计入或未计入"),
]
PartKey = Annotated[str | None, Query(max_length=200, description="`key` of one of the measure's parts 分项")]


@routes.get("/kpis", response_model=KpisOut)
async def get_kpis(
    actor: TheActor,
    door: TheDoor,
    days: TheDays,
    chosen: TheChosen,
    compare_from: CompareFrom = None,
    compare_to: CompareTo = None,
) -> Any:
    """Every measure of a period with what it is made of, its days for a chart, and another period beside it."""
    return await door.read(actor, read_kpis, KpisAsked(_beside(days, compare_from, compare_to), chosen))


@routes.get("/kpis/{key}/rows", response_model=Page[KpiRow])
async def get_kpi_rows(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    key: TheKey,
    days: TheDays,
    chosen: TheChosen,
    part: PartKey = None,
    only: Only = None,
) -> Any:
    """What the figure of a measure counts, row by row, newest first; they come to the figure exactly."""
    after = (datetime.fromisoformat(page.after[0]), page.after[1]) if page.after else None
    asked = RowsAsked(key, days, chosen, part, only, after, page.fetch)
    rows = await door.read(actor, read_kpi_rows, asked)
    return page.page(rows, lambda row: [row["at"], row["id"]])


@routes.get("/exports/kpis", response_class=Response, responses=_TABLE)
async def export_kpis(
    request: Request,
    actor: TheActor,
    door: TheDoor,
    days: TheDays,
    chosen: TheChosen,
    compare_from: CompareFrom = None,
    compare_to: CompareTo = None,
    language: Spoken = None,
) -> Response:
    """What `GET kpis` answers as a workbook: the figures with their definitions, and a sheet of days."""
    spoken = language or language_of(request)
    asked = KpisAsked(_beside(days, compare_from, compare_to), chosen)
    found = stripped(request, await door.read(actor, read_kpis, asked))
    content = await asyncio.to_thread(workbook, figure_rows(found, spoken))
    return as_download(content, f"{Text('指标', 'figures').of(spoken)}.xlsx")


@routes.get("/exports/kpis/{key}", response_class=Response, responses=_TABLE)
async def export_kpi_rows(
    request: Request,
    actor: TheActor,
    door: TheDoor,
    key: TheKey,
    days: TheDays,
    chosen: TheChosen,
    part: PartKey = None,
    only: Only = None,
    language: Spoken = None,
) -> Response:
    """The whole list behind a figure as a workbook."""
    spoken = language or language_of(request)
    measure = MEASURES.get(key)
    if measure is None:
        raise NOT_FOUND()
    asked = RowsAsked(key, days, chosen, part, only, limit=None)
    rows = stripped(request, await door.read(actor, read_kpi_rows, asked))
    content = await asyncio.to_thread(workbook, [row_rows(measure, rows, spoken)])
    return as_download(content, f"{measure.label.of(spoken)}.xlsx")


def _beside(days: Asked, first: Any, last: Any) -> Asked:
    return replace(days, compare_first=first, compare_last=last)
