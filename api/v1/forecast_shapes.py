"""What is shown of forecasts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.v1.types import BothLanguages, Shown


class StageAhead(Shown):
    """A stage still to be gone through; `hours` are working hours in the middle, `until` is when it is left."""

    stage: str
    label: BothLanguages
    hours: float
    until: str


class ForecastHead(Shown):
    """When an open order is delivered: by `p80` in 8 of 10 cases. `late_probability` (0 to 1): after its due date."""

    p50: str
    p80: str
    p95: str
    late_probability: float | None = Field(default=None, description="null where nothing is promised")
    confidence: Literal["high", "medium", "low"]


class ForecastOut(ForecastHead):
    """With where it comes from: the factory's own history, service levels where there is none, or a mixture."""

    basis: Literal["history", "mixed", "service_levels"]
    made_at: str = Field(description="since when it is foretold so")
    ahead: list[StageAhead]
    slowest: str | None = Field(description="the stage that takes most of the time that is left")
