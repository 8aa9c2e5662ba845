"""What stands in an export: three sheets, their columns, and which of them an edited copy may bring back changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal

from domain.expressions.schema import FormSchema
from domain.text import Language, Text

KEPT_FOR = timedelta(days=7)
MOST_A_DAY = 5
# What can be read back of a sheet (integrations/sheet/workbook.py), without its heading.
MOST_ROWS = 19_000
HIGHEST_PRIORITY = 9

Kind = Literal["text", "number", "whole", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `key` is the name by which the table of rights hides it. `editable`: a changed cell is a proposal."""

    key: str
    label: Text
    kind: Kind = "text"
    editable: bool = False
    needed: bool = False


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """A sheet and its columns; the first of them name the row."""

    title: Text
    columns: tuple[Column, ...]


ORDERS = SheetPlan(
    Text("订单", "Orders"),
    (
        Column("order_no", Text("订单号", "Order no.")),
        Column("external_id", Text("来源单号", "Sender's number")),
        Column("order_type", Text("订单类型", "Order type")),
        Column("customer", Text("客户", "Customer")),
        Column("stage", Text("阶段", "Stage")),
        Column("signed_date", Text("签约日期", "Signed"), "date"),
        Column("promised_date", Text("承诺交期*", "Promised date*"), "date", editable=True),
        Column("requested_date", Text("客户要求日期*", "Requested date*"), "date", editable=True),
        Column("priority", Text("优先级*", "Priority*"), "whole", editable=True, needed=True),
        Column("currency", Text("币种", "Currency")),
        Column("total", Text("订单总额", "Total"), "number"),
    ),
)
LINES = SheetPlan(
    Text("明细", "Lines"),
    (
        Column("order_no", Text("订单号", "Order no.")),
        Column("line", Text("行号", "Line"), "whole"),
        Column("sku", Text("货号*", "Article no.*"), editable=True),
        Column("name", Text("品名*", "Name*"), editable=True, needed=True),
        Column("quantity", Text("数量*", "Quantity*"), "number", editable=True, needed=True),
        Column("unit", Text("单位*", "Unit*"), editable=True),
        Column("unit_price", Text("单价*", "Unit price*"), "number", editable=True, needed=True),
        Column("amount", Text("金额", "Amount"), "number"),
        Column("shipped_quantity", Text("已发数量", "Shipped"), "number"),
    ),
)
WORK = SheetPlan(
    Text("我的报工", "My reports"),
    (
        Column("reported_at", Text("时间", "At")),
        Column("kind", Text("类别", "Kind")),
        Column("order_no", Text("订单号", "Order no.")),
        Column("work_order", Text("工单", "Work order")),
        Column("operation", Text("工序", "Operation")),
        Column("good", Text("合格", "Good"), "number"),
        Column("scrap", Text("报废", "Scrap"), "number"),
    ),
)
PLANS = (ORDERS, LINES, WORK)
NOTE = Text(
    "带 * 的列可以修改。把改过的文件在“我的数据”里交回，先看到每处改动与冲突，确认后才生效：未开工的直接修改，"
    "已开工的成为改单申请。增删行与其他列的改动不会带回。",
    "Columns with * may be changed. Hand the edited file back under 'My data': you see every change and every conflict "
    "first, and nothing is applied before you confirm. Orders that have not started are edited; for others a change is "
    "asked for. Added or removed rows, and changes of other columns, do not come back.",
)


def heads(plan: SheetPlan, hidden: frozenset[str], language: Language) -> list[str]:
    """The headings of a sheet as far as its reader may see it."""
    return [column.label.of(language) for column in visible(plan, hidden)]


def visible(plan: SheetPlan, hidden: frozenset[str]) -> list[Column]:
    """The columns that a reader may see."""
    return [column for column in plan.columns if column.key not in hidden]


def cells(plan: SheetPlan, row: Mapping[str, Any], hidden: frozenset[str]) -> list[Any]:
    """One row: numbers as numbers, everything else as text."""
    return [_cell(column, row.get(column.key)) for column in visible(plan, hidden)]


def own_labels(forms: Iterable[FormSchema]) -> dict[str, Text]:
    """The fields that order types add, by name, with what they are called; of one name the first type says."""
    found: dict[str, Text] = {}
    for form in forms:
        for own in form.fields:
            found.setdefault(own.name, own.label or Text(own.name, own.name))
    return found


def with_own(
    rows: Sequence[Sequence[Any]],
    extensions: Sequence[Mapping[str, Any]],
    labels: Mapping[str, Text],
    language: Language,
) -> tuple[list[str], list[list[Any]]]:
    """Headings and cells of the orders' own fields behind the rows: a column for each that any of them holds.

    `extensions` are the rows' own, without what the reader may not see. A field that is called like a column of all
    orders has its name beside it, so that a copy that comes back is not read wrongly.
    """
    held = [name for name in labels if any(one.get(name) not in _NOTHING for one in extensions)]
    return [_own_head(name, labels[name], language) for name in held], [
        [*row, *(own_cell(own.get(name), language) for name in held)] for row, own in zip(rows, extensions, strict=True)
    ]


_NOTHING: tuple[Any, ...] = (None, "", [], {})


def _own_head(name: str, label: Text, language: Language) -> str:
    words = label.of(language)
    taken = {one.rstrip("*").casefold() for column in ORDERS.columns for one in (column.label.zh, column.label.en)}
    return f"{words} ({name})" if words.strip().rstrip("*").strip().casefold() in taken else words


def own_cell(value: Any, language: Language) -> Any:
    """What an order's own field says in one cell: lists and tables in a row, yes and no in words."""
    if isinstance(value, bool):
        return (Text("是", "yes") if value else Text("否", "no")).of(language)
    if isinstance(value, Mapping):
        return value.get(language) if value.keys() == {"zh", "en"} else "; ".join(f"{k}: {v}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(str(own_cell(part, language)) for part in value)
    return value


def _cell(column: Column, value: Any) -> Any:
    if value is None or value == "":
        return None
    return Decimal(str(value)) if column.kind in ("number", "whole") else str(value)


def base_of(order: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], hidden: frozenset[str]) -> dict[str, Any]:
    """What the editable cells of an order said when it was exported, so that it can be told later who changed what."""
    return {
        "fields": _editable(ORDERS, order, hidden),
        "lines": {str(line["line"]): _editable(LINES, line, hidden) for line in lines},
    }


def _editable(plan: SheetPlan, row: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    return {column.key: row.get(column.key) for column in visible(plan, hidden) if column.editable}
