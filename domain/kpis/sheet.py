"""Measures as tables: what stands in which column of a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from domain.kpis.measures import Measure
from domain.text import Language, Text

Sheet = tuple[str, Sequence[str], Sequence[Sequence[Any]]]

UNITS: Mapping[str, Text] = {
    "days": Text("天", "days"),
    "share": Text("占比", "share"),
    "hours": Text("小时/人·天", "hours per person and day"),
    "per_100_orders": Text("每百单", "per 100 orders"),
    "pieces": Text("件/天", "pieces a day"),
    "minutes": Text("分钟", "minutes"),
    "alerts": Text("条", "alerts"),
}
_FIGURES = (
    Text("指标", "Measure"),
    Text("数值", "Value"),
    Text("单位", "Unit"),
    Text("分子", "Numerator"),
    Text("分母", "Denominator"),
    Text("计入数", "Counted"),
    Text("八成以内", "Eight of ten within"),
    Text("对比期", "Compared with"),
    Text("差值", "Difference"),
    Text("变化率", "Relative change"),
    Text("口径", "Definition"),
)
_DAYS = (Text("日期", "Day"), Text("指标", "Measure"), Text("数值", "Value"), Text("计入数", "Counted"))
_ROWS = (
    Text("日期", "Day"),
    Text("订单号", "Order no."),
    Text("客户", "Customer"),
    Text("内容", "What"),
    Text("数值", "Value"),
    Text("计入分子", "In the numerator"),
    Text("时间", "At"),
)


def figure_rows(found: Mapping[str, Any], language: Language) -> list[Sheet]:
    """Two sheets: the figures, and their days."""
    period, beside = found["period"], found["comparison"]
    days = f"{period['from']} – {period['to']}"
    title = Text(f"指标 {period['from']}", f"Figures {period['from']}").of(language)
    head = [text.of(language) for text in _FIGURES]
    head[1] = f"{head[1]} ({days})"
    if beside:
        head[7] = f"{head[7]} ({beside['from']} – {beside['to']})"
    figures = [_figure(item, language) for item in found["items"]]
    by_day = [
        [day["date"], item["label"][language], _number(day["value"]), day["n"]]
        for item in found["items"]
        for day in item["days"]
    ]
    return [(title, head, figures), (Text("按日", "By day").of(language), [t.of(language) for t in _DAYS], by_day)]


def _figure(item: Mapping[str, Any], language: Language) -> list[Any]:
    beside, difference = item["comparison"] or {}, item["difference"] or {}
    return [
        item["label"][language],
        _number(item["value"]),
        UNITS[item["unit"]].of(language),
        _number(item["numerator"]),
        _number(item["denominator"]),
        item["n"],
        _number(item["p80"]),
        _number(beside.get("value")),
        _number(difference.get("absolute")),
        _number(difference.get("relative")),
        item["definition"][language],
    ]


def row_rows(measure: Measure, rows: Sequence[Mapping[str, Any]], language: Language) -> Sheet:
    """One sheet of what a figure counts."""
    yes, no = Text("是", "yes").of(language), Text("否", "no").of(language)
    cells = [
        [
            row["date"],
            row["order_no"],
            row["customer"],
            row["what"][language],
            _number(row["value"]),
            yes if row["counted"] else no,
            row["at"],
        ]
        for row in rows
    ]
    return measure.row.of(language), [text.of(language) for text in _ROWS], cells


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
