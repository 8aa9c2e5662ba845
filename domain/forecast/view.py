"""A forecast as it is shown: to the staff with its probabilities, to a customer as a day and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from domain.forecast.foretell import Confidence
from domain.forecast.paths import DONE
from domain.orders.dates import local_date
from domain.orders.events import instant_text
from domain.workflow.document import Workflow

Part = Literal["early", "middle", "late"]


def forecast_head(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """`{"p50", "p80", "p95", "late_probability", "confidence"}`; no instant lies before now, though a job be late."""
    percent = row["late_percent"]
    return {
        **{name: instant_text(max(_instant(row[name]), now)) for name in ("p50", "p80", "p95")},
        "late_probability": None if percent is None else percent / 100,
        "confidence": row["confidence"],
    }


def forecast_view(row: Mapping[str, Any], workflow: Workflow, now: datetime) -> dict[str, Any]:
    """The same with where it comes from and which stages take how long."""
    ahead = [_ahead(one, workflow, now) for one in row["ahead"]]
    return {
        **forecast_head(row, now),
        "basis": row["basis"],
        "made_at": instant_text(_instant(row["made_at"])),
        "ahead": ahead,
        "slowest": slowest(ahead),
    }


def slowest(ahead: Sequence[Mapping[str, Any]]) -> str | None:
    """The stage that takes most of the time that is left."""
    return max(ahead, key=lambda one: one["hours"])["stage"] if ahead else None


def _ahead(one: Mapping[str, Any], workflow: Workflow, now: datetime) -> dict[str, Any]:
    return {
        "stage": one["stage"],
        "label": workflow.stage(one["stage"]).label.as_json(),
        "hours": one["hours"],
        "until": instant_text(max(_instant(one["until"]), now)),
    }


def customer_forecast(row: Mapping[str, Any], zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """What a customer is told: from when and by which day it likely comes, and how sure that is.

    With low confidence there is no day, but `about`: a third of a month.
    """
    confidence: Confidence = row["confidence"]
    first, last = (local_date(max(_instant(row[name]), now), zone) for name in ("p50", "p80"))
    sure = confidence != "low"
    return {
        "from": first.isoformat() if sure else None,
        "by": last.isoformat() if sure else None,
        "about": None if sure else _about(last),
        "confidence": confidence,
    }


def reached(row: Mapping[str, Any], workflow: Workflow, zone: ZoneInfo, now: datetime) -> dict[str, str]:
    """The day on which each stage ahead is likely reached; nothing where no days are told."""
    if row["confidence"] == "low":
        return {}
    ends = [local_date(max(_instant(one["until"]), now), zone).isoformat() for one in row["ahead"]]
    following = [*(one["stage"] for one in row["ahead"][1:]), *_finished(workflow)]
    return dict(zip(following, [*ends, *ends[-1:] * len(workflow.stages)], strict=False))


def _finished(workflow: Workflow) -> list[str]:
    return [stage.key for stage in workflow.stages if stage.category == DONE]


def _about(day: date) -> dict[str, str]:
    part: Part = "early" if day.day <= 10 else "middle" if day.day <= 20 else "late"
    return {"month": f"{day:%Y-%m}", "part": part}


def _instant(value: datetime | str) -> datetime:
    """A column, or the same out of a JSON value."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
