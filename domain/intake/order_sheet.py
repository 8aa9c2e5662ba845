"""A workbook of orders as people fill it in: its columns, and its rows gathered into orders by the customer's number.

A row is a line. What belongs to the whole order stands on its first row and is repeated, or left empty, on the others;
an empty order number means the order above, as in merged cells. Headings are known in both languages and by their
keys, in any order; `x.NAME` and the labels of order types' own fields are headings, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from domain.intake.folding import key as folded
from domain.text import Text

Kind = Literal["text", "decimal", "date", "flag", "currency", "order_type"]
SHEET = Text("订单", "Orders")
NOTES = Text("说明", "Notes")
EXTENSION = "x."


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `of_line`: it may differ from row to row of an order."""

    key: str
    label: Text
    note: Text
    example: str = ""
    kind: Kind = "text"
    of_line: bool = False
    needed: bool = False
    longest: int = 200


def _head(key: str, zh: str, en: str, note: Text, example: str = "", **more: Any) -> Column:
    return Column(key, Text(zh, en), note, example, **more)


def _line(key: str, zh: str, en: str, note: Text, example: str = "", **more: Any) -> Column:
    return Column(key, Text(zh, en), note, example, of_line=True, **more)


_DAY = Text("日期，如 2026-12-24", "a day, such as 2026-12-24")
_PLACE = Text("收货地址", "where it goes")
COLUMNS: tuple[Column, ...] = (
    _head(
        "order_no",
        "客户单号",
        "Customer order no.",
        Text(
            "客户自己的单号；同一单号的多行合为一张订单",
            "the customer's own number; rows with the same number are one order",
        ),
        "PO-2026-118",
        needed=True,
    ),
    _head(
        "order_type",
        "订单类型",
        "Order type",
        Text("留空为标准订单", "a standard order where empty"),
        kind="order_type",
        longest=64,
    ),
    _head(
        "customer",
        "客户名称",
        "Customer",
        Text("联系人或公司名称", "a person or a company"),
        "宁波海润暖通有限公司",
        needed=True,
        longest=300,
    ),
    _head(
        "customer_id",
        "客户编号",
        "Customer id",
        Text(
            "系统中客户的编号；仅在认不出是哪位客户时需要，新客户可填“新客户”",
            "the customer's id here; only where it is not certain who is meant, or 'new' for somebody new",
        ),
        longest=60,
    ),
    _head(
        "tax_no",
        "税号",
        "Tax no.",
        Text("统一社会信用代码，用来认出老客户", "finds a customer who is known already"),
        longest=40,
    ),
    _head("company", "公司", "Company", Text("客户是个人时其公司", "the company of a person"), longest=300),
    _head(
        "phone",
        "电话",
        "Phone",
        Text("用来认出老客户", "finds a customer who is known already"),
        "13800002222",
        longest=100,
    ),
    _head(
        "email", "邮箱", "E-mail", Text("客户可凭此登录门户", "the customer signs in to the portal by it"), longest=300
    ),
    _head("country", "国家", "Country", _PLACE),
    _head("province", "省", "Province", _PLACE, "浙江省"),
    _head("city", "市", "City", _PLACE, "宁波市"),
    _head("district", "区县", "District", _PLACE, "鄞州区"),
    _head("street", "详细地址", "Street", _PLACE, "科技路 18 号", longest=500),
    _head("currency", "币种", "Currency", Text("留空为 CNY", "CNY where empty"), "CNY", kind="currency", longest=20),
    _head("requested_date", "客户要求日期", "Requested date", _DAY, "2026-12-20", kind="date"),
    _head("promised_date", "承诺交期", "Promised date", _DAY, "2026-12-24", kind="date"),
    _head(
        "discount",
        "整单优惠",
        "Discount",
        Text("从总额中减去的金额", "an amount that lowers the total"),
        kind="decimal",
    ),
    _head("shipping", "运费", "Shipping", Text("加到总额上的金额", "an amount that raises the total"), kind="decimal"),
    _head(
        "total",
        "订单总额",
        "Total",
        Text("填写则核对：各行−优惠+运费", "checked where given: lines - discount + shipping"),
        "3800.00",
        kind="decimal",
    ),
    _head("note", "备注", "Remark", Text("写给我方的话", "words for our side"), longest=2000),
    _line(
        "sku",
        "货号",
        "Article no.",
        Text("物料表中的编号；留空则须填品名", "a number of the article list; without it the name is needed"),
        "RAD-CU6012-W",
        longest=100,
    ),
    _line(
        "name",
        "品名",
        "Name",
        Text("留空则按货号取", "taken from the article where empty"),
        "铜铝复合散热器",
        longest=300,
    ),
    _line("quantity", "数量", "Quantity", Text("大于零", "above zero"), "20", kind="decimal", needed=True),
    _line("unit", "单位", "Unit", Text("留空则按货号取", "taken from the article where empty"), "组", longest=100),
    _line(
        "unit_price",
        "单价",
        "Unit price",
        Text("优惠之前的单价，最多 6 位小数", "before every discount, up to 6 decimals"),
        "190.00",
        kind="decimal",
        needed=True,
    ),
    _line("is_gift", "赠品", "Gift", Text("是 / 否，留空为否", "yes / no, no where empty"), "否", kind="flag"),
    _line("line_note", "行备注", "Line remark", Text("颜色、尺寸等要求", "colour, size and the like"), longest=500),
)
BY_KEY: Mapping[str, Column] = {column.key: column for column in COLUMNS}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where: rows count from 1 as the program shows them, columns are its letters."""

    row: int
    column: str
    heading: str
    code: str
    detail: Text

    def as_json(self) -> dict[str, Any]:
        """As the API tells it."""
        plain = {"row": self.row, "column": self.column, "heading": self.heading, "code": self.code}
        return {**plain, "detail": self.detail.as_json()}


@dataclass(frozen=True, slots=True)
class Row:
    """One row that says anything: its number, and its cells by column key."""

    number: int
    cells: Mapping[str, str]


@dataclass(slots=True)
class Sheet:
    """The rows of a sheet under the headings that it has, gathered by order. `letters` are the columns' letters."""

    letters: dict[str, str] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    orders: dict[str, list[Row]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    heading_row: int = 1

    @property
    def rows(self) -> int:
        """How many lines there are."""
        return sum(map(len, self.orders.values()))

    def fault(self, row: int, key: str, code: str, detail: Text) -> Fault:
        """What is wrong in a cell of a column; one that the sheet has not got is told by its name alone."""
        heading = self.headings.get(key) or (BY_KEY[key].label.zh if key in BY_KEY else key)
        return Fault(row, self.letters.get(key, ""), heading, code, detail)


def open_sheet(sheets: Mapping[str, Sequence[Sequence[str]]], own: Mapping[str, str]) -> Sheet:
    """The rows of the sheet that holds orders. `own` names order types' own fields by what a heading may call them."""
    rows = _orders_sheet(sheets)
    found = Sheet()
    start = next((index for index, row in enumerate(rows) if any(cell.strip() for cell in row)), None)
    if start is None:
        found.faults.append(Fault(1, "", "", "sheet_empty", Text("表中没有内容", "the sheet is empty")))
        return found
    found.heading_row = start + 1
    keys = _headings(found, rows[start], own)
    if not any(fault.code == "column_missing" for fault in found.faults):
        _gather(found, keys, rows[start + 1 :])
    if not found.orders and not found.faults:
        found.faults.append(found.fault(start + 2, "order_no", "no_rows", Text("没有订单行", "there are no orders")))
    return found


def _orders_sheet(sheets: Mapping[str, Sequence[Sequence[str]]]) -> Sequence[Sequence[str]]:
    """The one that is named so, in whichever language; else the first."""
    names = {SHEET.zh, SHEET.en.lower()}
    named = next((rows for name, rows in sheets.items() if name in names), None)
    return named if named is not None else next(iter(sheets.values()), ())


def _headings(found: Sheet, cells: Sequence[str], own: Mapping[str, str]) -> list[str | None]:
    """The key of each column, in order; what nobody knows and what is there twice is told."""
    known = {folded(name): column.key for column in COLUMNS for name in _names(column)}
    known |= {folded(name): EXTENSION + key for name, key in own.items() if folded(name) not in known}
    keys: list[str | None] = []
    for index, cell in enumerate(cells):
        heading = cell.strip()
        key = known.get(folded(heading.rstrip("*"))) if heading else None
        keys.append(key)
        if heading and (key is None or key in found.letters):
            code = "column_unknown" if key is None else "column_twice"
            found.faults.append(Fault(found.heading_row, letter(index), heading[:100], code, _COLUMN[code]))
        elif key is not None:
            found.letters[key], found.headings[key] = letter(index), heading[:100]
    for column in COLUMNS:
        if column.needed and column.key not in found.letters:
            found.faults.append(found.fault(found.heading_row, column.key, "column_missing", _COLUMN["column_missing"]))
    return keys


_COLUMN = {
    "column_unknown": Text("没有这一列；不需要的列请删除", "there is no such column; delete what is not needed"),
    "column_twice": Text("这一列出现了两次", "this column is there twice"),
    "column_missing": Text("缺少这一列", "this column is missing"),
}


def _names(column: Column) -> Iterable[str]:
    return column.key, column.label.zh, column.label.en


def _gather(found: Sheet, keys: Sequence[str | None], rows: Sequence[Sequence[str]]) -> None:
    number = ""
    for place, row in enumerate(rows, found.heading_row + 1):
        cells = {key: _clean(cell) for key, cell in zip(keys, row, strict=False) if key is not None}
        cells = {key: cell for key, cell in cells.items() if cell}
        if not cells:
            continue
        number = cells.get("order_no") or number
        if number:
            found.orders.setdefault(number, []).append(Row(place, cells))
        else:
            text = Text("第一行须有客户单号", "the first row needs the customer's order number")
            found.faults.append(found.fault(place, "order_no", "missing", text))


def _clean(cell: str) -> str:
    """Without blanks around it, and without the sign that our own exports put before what begins like a formula."""
    text = cell.strip()
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@" else text


def letter(index: int) -> str:
    """The letter of a column, counted from 0: A, B, ... Z, AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
