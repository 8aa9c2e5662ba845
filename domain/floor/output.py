"""A day's output and the quality of its inspections, as people compare them: by rate, and by how many times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from domain.orders.money import quantity_text
from domain.text import Text

By = Literal["person", "team", "work_centre", "shift", "product"]
_NOBODY: Mapping[str, Text] = {
    "person": Text("未记名", "nobody named"),
    "team": Text("未分班组", "of no team"),
    "work_centre": Text("无工作中心", "at no work centre"),
    "shift": Text("班次之外", "outside every shift"),
    "product": Text("无货号", "no article"),
}
_RATE = Decimal("0.0001")
_TIMES = Decimal("0.1")


def output_view(row: Mapping[str, Any], by: By) -> dict[str, Any]:
    """One row of the day: pieces through any operation, pieces through the last one, and what was lost and why."""
    good, scrap = Decimal(row["good"]), Decimal(row["scrap"])
    return {
        "key": row["key"] or None,
        "label": _label(row, by),
        "good": quantity_text(good),
        "finished": quantity_text(Decimal(row["finished"])),
        "scrap": quantity_text(scrap),
        "scrap_rate": _rate(scrap, good + scrap),
        "scrap_reasons": [
            {
                "code": reason["code"],
                "label": {"zh": reason["name"], "en": reason["name_en"]},
                "quantity": quantity_text(Decimal(reason["quantity"])),
            }
            for reason in row["reasons"]
        ],
        "reworked": quantity_text(Decimal(row["reworked"])),
        "standard_minutes": quantity_text(Decimal(row["standard_minutes"])),
        "reports": row["reports"],
    }


def quality_view(rows: Sequence[Mapping[str, Any]], by: By) -> list[dict[str, Any]]:
    """Inspections by shift or inspector. `missed` were passed and proved bad later; `times` compares with the best.

    The best is the lowest rate of those that missed anything at all; where nobody did, there is nothing to compare.
    """
    rates = {row["key"]: _share(row["missed"], row["passed"]) for row in rows}
    missing = [rate for rate in rates.values() if rate > 0]
    return [
        {
            "key": row["key"] or None,
            "label": _label(row, by),
            "inspected": row["passed"] + row["failed"],
            "passed": row["passed"],
            "failed": row["failed"],
            "missed": row["missed"],
            "miss_rate": f"{rates[row['key']].quantize(_RATE):f}",
            "times": f"{(rates[row['key']] / min(missing)).quantize(_TIMES):f}" if missing else None,
        }
        for row in rows
    ]


def _label(row: Mapping[str, Any], by: By) -> dict[str, str]:
    if not row["key"]:
        return _NOBODY[by].as_json()
    name = row["name"] or row["key"]
    return {"zh": name, "en": row["name_en"] or name}


def _share(part: int, whole: int) -> Decimal:
    return Decimal(part) / Decimal(whole) if whole else Decimal(0)


def _rate(part: Decimal, whole: Decimal) -> str:
    return f"{(part / whole if whole else Decimal(0)).quantize(_RATE):f}"
