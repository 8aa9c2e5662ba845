"""A measure's figure: its value made of what counts, day by day and part by part, and beside another period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from math import ceil
from typing import Any

from domain.kpis.counting import Count, Part, Row
from domain.kpis.measures import Measure
from domain.kpis.periods import Period
from domain.orders.events import instant_text
from domain.orders.money import quantity_text

_MOST = Decimal("0.8")
_MIDDLE = Decimal("0.5")
_RELATIVE = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` None: there is nothing to say. `p80` is what eight of ten stay within, where the value is a median."""

    value: Decimal | None
    n: int
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    p80: Decimal | None = None

    def as_json(self) -> dict[str, Any]:
        """As the API shows it; numbers as text."""
        return {
            "value": _text(self.value),
            "numerator": _text(self.numerator),
            "denominator": _text(self.denominator),
            "n": self.n,
            "p80": _text(self.p80),
        }


def figure(measure: Measure, rows: Sequence[Row], base: int) -> Figure:
    """The value of these rows. `base` is what a ratio divides by."""
    match measure.kind:
        case "median":
            values = sorted(row.value for row in rows if row.value is not None)
            return Figure(rank(values, _MIDDLE), len(rows), p80=rank(values, _MOST))
        case "share":
            return _parts_of(measure, Decimal(sum(row.hit for row in rows)), Decimal(len(rows)), len(rows))
        case "ratio":
            total = sum((row.value for row in rows if row.value is not None), Decimal(0))
            return _parts_of(measure, total, Decimal(base), len(rows))
        case "count":
            return Figure(Decimal(len(rows)), len(rows))


def rank(values: Sequence[Decimal], share: Decimal) -> Decimal | None:
    """The smallest of the sorted values that so large a share of them does not exceed; one that is really there."""
    if not values:
        return None
    return values[max(ceil(share * len(values)), 1) - 1]


def _parts_of(measure: Measure, numerator: Decimal, denominator: Decimal, n: int) -> Figure:
    value = None
    if denominator:
        times = 100 if measure.per_hundred else 1
        value = (times * numerator / denominator).quantize(Decimal(1).scaleb(-measure.places), ROUND_HALF_EVEN)
    return Figure(value, n, numerator, denominator)


def measure_view(measure: Measure, now: tuple[Count, Period], then: tuple[Count, Period] | None) -> dict[str, Any]:
    """A measure with its figure, the one beside it, their difference, its days and its parts."""
    present = _whole(measure, now[0])
    past = _whole(measure, then[0]) if then else None
    return {
        "key": measure.key,
        "label": measure.label.as_json(),
        "definition": measure.definition.as_json(),
        "rows": measure.row.as_json(),
        "unit": measure.unit,
        "kind": measure.kind,
        "better": measure.better,
        **present.as_json(),
        "comparison": past.as_json() if past else None,
        "difference": _difference(measure, present, past),
        "days": _days(measure, *now),
        "comparison_days": _days(measure, *then) if then else None,
        "parts": _parts(measure, now[0], then[0] if then else None),
    }


def _whole(measure: Measure, counted: Count) -> Figure:
    return figure(measure, counted.rows, sum(counted.base.values()))


def _difference(measure: Measure, present: Figure, past: Figure | None) -> dict[str, Any] | None:
    """How far the value moved, and whether that is for the better; None where one of both says nothing."""
    if past is None or present.value is None or past.value is None:
        return None
    moved = present.value - past.value
    relative = (moved / past.value).quantize(_RELATIVE) if past.value else None
    return {"absolute": _text(moved), "relative": _text(relative), "verdict": _verdict(measure, moved)}


def _verdict(measure: Measure, moved: Decimal) -> str | None:
    if measure.better is None:
        return None
    if not moved:
        return "same"
    return "better" if (moved > 0) == (measure.better == "higher") else "worse"


def _days(measure: Measure, counted: Count, period: Period) -> list[dict[str, Any]]:
    """Every day of the period, also those on which nothing counted."""
    by_day: Mapping[date, list[Row]] = _grouped((row.day, row) for row in counted.rows)
    return [
        {
            "date": day.isoformat(),
            **figure(measure, by_day.get(day, []), counted.base.get(day, 0)).as_json(),
        }
        for day in period.days()
    ]


def _parts(measure: Measure, now: Count, then: Count | None) -> list[dict[str, Any]]:
    """By part, those of which most counts first; each divided by the whole base, so that ratios add up."""
    present = _grouped((row.part, row) for row in now.rows if row.part)
    past = _grouped((row.part, row) for row in then.rows if row.part) if then else {}
    names: dict[str, Part] = {part.key: part for part in (*past, *present)}
    bases = sum(now.base.values()), sum(then.base.values()) if then else 0
    shown = []
    for part in names.values():
        one = figure(measure, _of(present, part), bases[0])
        beside = figure(measure, _of(past, part), bases[1]).as_json() if then else None
        shown.append({"key": part.key, "label": part.label.as_json(), **one.as_json(), "comparison": beside})
    return sorted(shown, key=lambda part: (-part["n"], part["key"]))


def _of(groups: Mapping[Part, list[Row]], part: Part) -> list[Row]:
    """The rows of a part; its label may have been another one then."""
    return [row for one, rows in groups.items() if one.key == part.key for row in rows]


def _grouped(pairs: Iterable[tuple[Any, Row]]) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for key, row in pairs:
        groups[key].append(row)
    return dict(groups)


def row_view(measure: Measure, row: Row) -> dict[str, Any]:
    """One row of the list behind a figure. `counted`: it is one of the share's."""
    return {
        "id": row.id,
        "date": row.day.isoformat(),
        "at": instant_text(row.at),
        "order_no": row.order_no,
        "customer": row.customer,
        "what": row.what.as_json(),
        "value": _text(row.value),
        "counted": row.hit,
        "part": row.part.key if row.part else None,
    } | {"unit": "days" if measure.key == "on_time_share" else measure.unit}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else quantity_text(value)
