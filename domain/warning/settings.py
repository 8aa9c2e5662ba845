"""What a warning of likely delays would have been worth at other settings: from what each look said, in one go.

A simulated year takes long, and a rule speaks by one setting. So what each look said is kept, and afterwards every
setting is asked when it would have spoken first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from domain.warning.foresight import Outcome, worth_of

PERCENTS = (50, 60, 70, 80, 90, 95)
HOURS = (0, 24, 72)
_NOT_BEGUN = "not_started"


@dataclass(frozen=True, slots=True)
class Look:
    """What a look said of one order: how likely late in percent, since when that is a risk, and where the order was."""

    at: datetime
    percent: int
    risk_since: datetime
    category: str


@dataclass(frozen=True, slots=True)
class Setting:
    """As a rule has it: `percent`, `hours` for which it has to be a risk, and whether work must have begun."""

    percent: int
    hours: float = 0
    begun: bool = False

    def met(self, look: Look) -> bool:
        """Whether a rule of this setting speaks at this look."""
        known = (look.at - look.risk_since).total_seconds() / 3600
        return look.percent >= self.percent and known >= self.hours and not (self.begun and look.category == _NOT_BEGUN)


SETTINGS = tuple(Setting(*values) for values in product(PERCENTS, HOURS, (False, True)))


def compare_settings(
    outcomes: Sequence[Outcome], looks: Mapping[str, Sequence[Look]], settings: Iterable[Setting] = SETTINGS
) -> list[dict[str, Any]]:
    """For each setting what it was worth, as `Foresight` writes it, with the setting.

    `looks` are each order's, by its number, in the sequence of time; an order's silence is no look at all.
    """
    return [_compared(outcomes, looks, setting) for setting in settings]


def _compared(outcomes: Sequence[Outcome], looks: Mapping[str, Sequence[Look]], setting: Setting) -> dict[str, Any]:
    name = "forecast_late"
    first = {order_no: at for order_no, seen in looks.items() if (at := _first(seen, setting)) is not None}
    said = [
        Outcome(
            one.order_no, one.due_at, one.delivered_at, {name: first[one.order_no]} if one.order_no in first else {}
        )
        for one in outcomes
    ]
    asked = {"percent": setting.percent, "hours": setting.hours, "begun": setting.begun}
    return {**asked, **worth_of(said, name, (name,)).as_json()}


def _first(seen: Sequence[Look], setting: Setting) -> datetime | None:
    return next((look.at for look in seen if setting.met(look)), None)
