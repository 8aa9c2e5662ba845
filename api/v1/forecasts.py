"""Orders that are likely late, seen before they are; and how often what was foretold held."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.actor import TheActor, TheDoor
from api.paging import ThePage
from api.route import router
from api.v1.forecast_shapes import ForecastOut
from api.v1.types import BothLanguages, Page, Shown
from persistence.queries.forecast_board import LateFilter
from usecases.forecast.read_forecasts import list_likely_late, read_calibration

routes = router("alerts")


class LikelyLate(Shown):
    """An open order that will likely miss its date, and which stages take the time."""

    order_no: str
    order_type: str
    customer: str | None
    merchandiser: str | None
    stage: str
    stage_label: BothLanguages
    role: str | None
    category: str
    stage_since: str
    promised_date: str | None
    due_at: str
    held: bool
    short: bool
    since: str = Field(description="since when it is at least 30 % likely")
    forecast: ForecastOut


class Held(Shown):
    """How many deliveries were foretold, and how many were there by then."""

    said: int
    held: int


class CalibrationMonth(Shown):
    """Forecasts whose day fell into a month. They are right where `held` is 50, 80 and 95 of 100."""

    month: str
    p50: Held
    p80: Held
    p95: Held


class ModelOut(Shown):
    """What forecasts are made from: stays of orders in a stage, and earlier forecasts compared with what came."""

    made_at: str
    stays: int
    outcomes: int


class Calibration(Shown):
    """Months in order. Orders that were cancelled are not counted; those that have not come count as not in time."""

    items: list[CalibrationMonth]
    model: ModelOut | None


@routes.get("/forecasts/late", response_model=Page[LikelyLate])
async def find_likely_late(
    actor: TheActor, door: TheDoor, page: ThePage, percent: Annotated[int, Query(ge=30, le=100)] = 50
) -> Any:
    """Open orders whose date has not passed, at least so likely to miss it, the likeliest first. 预计延期。"""
    after = (int(page.after[0]), UUID(page.after[1])) if page.after else None
    rows = await door.read(actor, list_likely_late, LateFilter(percent, after, page.fetch))
    return page.page(rows, lambda row: [round(row["forecast"]["late_probability"] * 100), row["id"]])


@routes.get("/forecasts/calibration", response_model=Calibration)
async def get_calibration(actor: TheActor, door: TheDoor) -> Any:
    """How often p50, p80 and p95 held, by month, and of how much history forecasts are made. 预测准不准。"""
    return await door.read(actor, read_calibration, None)
