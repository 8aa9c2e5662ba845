"""What measures look like on the wire."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.v1.types import BothLanguages, Shown
from domain.kpis.measures import Key, Unit


class MeasuredPeriod(Shown):
    """Whole days in the factory's own time, both counted; `over`: nothing more can come to it."""

    from_: str = Field(alias="from")
    to: str
    days: int
    over: bool


class FigureShown(Shown):
    """A value and what it is made of. `value` null: nothing counted."""

    value: str | None
    numerator: str | None
    denominator: str | None
    n: int = Field(description="how many rows it counts")
    p80: str | None = Field(description="what eight of ten stay within, where the value is a median")


class DayFigure(FigureShown):
    """The figure of one day."""

    date: str


class PartFigure(FigureShown):
    """The figure of one shift, role, category or kind of alert; a ratio's parts add up to the whole."""

    key: str
    label: BothLanguages
    comparison: FigureShown | None


class Difference(Shown):
    """How far the value moved from the comparison's; `relative` as a share of that one."""

    absolute: str
    relative: str | None
    verdict: Literal["better", "worse", "same"] | None


class MeasureShown(FigureShown):
    """One measure of a period, beside another period."""

    key: Key
    label: BothLanguages
    definition: BothLanguages
    rows: BothLanguages = Field(description="what one row of `GET kpis/{key}/rows` is")
    unit: Unit
    kind: Literal["median", "share", "ratio", "count"]
    better: Literal["higher", "lower"] | None
    comparison: FigureShown | None
    difference: Difference | None
    days: list[DayFigure]
    comparison_days: list[DayFigure] | None
    parts: list[PartFigure]


class KpisOut(Shown):
    """Every measure of a period."""

    time_zone: str
    period: MeasuredPeriod
    comparison: MeasuredPeriod | None
    items: list[MeasureShown]


class KpiRow(Shown):
    """One order, handover, complaint, report, answer or alert that a figure counts."""

    id: str
    date: str = Field(description="the day on which it counts")
    at: str
    order_no: str | None
    customer: str | None
    what: BothLanguages
    value: str | None
    unit: Unit
    counted: bool = Field(description="it is one of the share's numerator")
    part: str | None
