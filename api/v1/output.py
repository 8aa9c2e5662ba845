"""A day's output and the quality of its inspections, in one screen."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import Field

from api.actor import TheActor, TheDoor
from api.route import router
from api.v1.types import BothLanguages, Day, Shown
from usecases.floor.read_output import OutputDays, read_output

routes = router("floor")


class ScrapTotal(Shown):
    """How many were lost for one reason; one that the factory has no name for is told as it was told."""

    code: str
    label: BothLanguages
    quantity: str


class OutputRow(Shown):
    """What one person, team, work centre or shift made, or what was made of one product."""

    key: str | None
    label: BothLanguages
    good: str = Field(description="pieces through any operation")
    finished: str = Field(description="pieces through the last operation")
    scrap: str
    scrap_rate: str
    scrap_reasons: list[ScrapTotal]
    reworked: str
    standard_minutes: str = Field(description="what the pieces stand for by their standard times")
    reports: int


class OutputTotals(Shown):
    """All rows together."""

    good: str
    finished: str
    scrap: str
    reworked: str
    standard_minutes: str


class InspectionRow(Shown):
    """Inspections of one shift or inspector: `missed` were passed and proved bad; `times` compares with the best."""

    key: str | None
    label: BothLanguages
    inspected: int
    passed: int
    failed: int
    missed: int
    miss_rate: str
    times: str | None


class InspectionQuality(Shown):
    """How often what was passed proved bad."""

    shifts: list[InspectionRow]
    inspectors: list[InspectionRow]


class OutputOut(Shown):
    """Output and quality of the days of shifts; the night's work counts to the day on which it began."""

    date: str
    to_date: str
    by: str
    items: list[OutputRow]
    totals: OutputTotals
    quality: InspectionQuality


@routes.get("/output", response_model=OutputOut)
async def get_output(
    actor: TheActor,
    door: TheDoor,
    by: Annotated[
        Literal["person", "team", "work_centre", "shift", "product"], Query(description="what the rows are of 分组")
    ] = "person",
    date: Annotated[Day | None, Query(description="day of the shift; today if not named 班次日期")] = None,
    to_date: Annotated[Day | None, Query(description="last day, counted too; the same day if not named")] = None,
) -> Any:
    """Output by person, team, work centre, shift or product, scrap with its reasons, and what inspectors missed."""
    return await door.read(actor, read_output, OutputDays(by, date, to_date))
