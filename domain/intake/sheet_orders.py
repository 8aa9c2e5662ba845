"""From the rows of one order to its meaning, with everything that is wrong in them by row and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.expressions.schema import FormSchema
from domain.intake.catalogue import Catalogue
from domain.intake.folding import key as folded
from domain.intake.order_sheet import BY_KEY, COLUMNS, EXTENSION, Column, Fault, Row, Sheet
from domain.intake.ordering import MAX_LINES, order_problems
from domain.intake.sheet_values import BROKEN, BROKEN_CELL, Unreadable, currency_of, date_of, decimal_of, flag_of
from domain.orders.money import computed_total, is_too_fine, line_amount, money_text
from domain.refusals.kinds import Refusal
from domain.text import Text

STANDARD = "standard"
_ADDRESS = ("country", "province", "city", "district", "street")
_CUSTOMER = {"customer": "name", "company": "company", "tax_no": "tax_no", "phone": "phone", "email": "email"}
_NEW = frozenset({"new", "新", "新客户"})


@dataclass(frozen=True, slots=True)
class TypeKnown:
    """An order type: what people call it, and its own fields."""

    key: str
    label: Text
    form: FormSchema


@dataclass(frozen=True)
class Known:
    """What the factory has that a sheet speaks of. `taken` are senders' numbers that are orders already, by number."""

    catalogue: Catalogue
    types: Mapping[str, TypeKnown]
    other_skus: frozenset[str] = frozenset()
    taken: Mapping[str, str] = field(default_factory=dict)

    def type_of(self, text: str) -> TypeKnown | None:
        """The order type of this key or label."""
        wanted = folded(text)
        named = (one for one in self.types.values() if wanted in map(folded, (one.label.zh, one.label.en)))
        return self.types.get(text) or next(named, None)

    @property
    def own_fields(self) -> dict[str, str]:
        """Order types' own fields, by every heading that may call them."""
        found: dict[str, str] = {}
        for one in self.types.values():
            for own in one.form.fields:
                labels = (own.label.zh, own.label.en) if own.label else ()
                found |= dict.fromkeys((f"{EXTENSION}{own.name}", *labels), own.name)
        return found


@dataclass(frozen=True, slots=True)
class SheetOrder:
    """One order: its meaning in the shape of samples/README.md, the rows of its lines, and what is wrong."""

    number: str
    rows: tuple[int, ...]
    content: Mapping[str, Any]
    faults: tuple[Fault, ...]


def read_order(sheet: Sheet, number: str, known: Known) -> SheetOrder:
    """The order of this number in a sheet."""
    rows = sheet.orders[number]
    return _Reading(sheet, rows, known).order(number)


class _Reading:
    """One order being read; collects what is wrong on the way."""

    def __init__(self, sheet: Sheet, rows: Sequence[Row], known: Known) -> None:
        self._sheet, self._rows, self._known = sheet, rows, known
        self._faults: list[Fault] = []

    def order(self, number: str) -> SheetOrder:
        head = self._head()
        self._needed(head)
        currency = self._value(head, "currency") or "CNY"
        kind = self._type(head)
        lines = [self._line(row, currency) for row in self._rows]
        content = {
            "kind": "order",
            "action": "create",
            "source": "excel",
            "external_id": number,
            "order_type": kind.key,
            "customer": self._customer(head),
            "owner": self._owner(head),
            "currency": currency,
            "lines": lines,
            **self._sums(head, currency),
            "requested_date": _day(self._value(head, "requested_date")),
            "promised_date": _day(self._value(head, "promised_date")),
            "notes": {"seller": head["note"][1]} if "note" in head else {},
            **self._own(head, kind),
        }
        self._judge(number, content, currency)
        return SheetOrder(number, tuple(row.number for row in self._rows), content, tuple(self._faults))

    def _head(self) -> dict[str, tuple[int, str]]:
        """What the rows say about the whole order, each with the row that says it first; they may not disagree."""
        head: dict[str, tuple[int, str]] = {}
        for row in self._rows:
            for key, cell in row.cells.items():
                if key in BY_KEY and BY_KEY[key].of_line:
                    continue
                first, said = head.setdefault(key, (row.number, cell))
                if said != cell:
                    text = Text(f"与第 {first} 行（同一订单）不同", f"differs from row {first} of the same order")
                    self._fault(row.number, key, "differs", text)
        return head

    def _needed(self, head: Mapping[str, tuple[int, str]]) -> None:
        for column in COLUMNS:
            if column.needed and not column.of_line and column.key not in head and column.key != "order_no":
                self._fault(self._rows[0].number, column.key, "missing", _MISSING)

    def _value(self, head: Mapping[str, tuple[int, str]], key: str) -> Any:
        if key not in head:
            return None
        row, cell = head[key]
        return self._read(row, BY_KEY[key], cell)

    def _read(self, row: int, column: Column, cell: str) -> Any:
        """The value of a cell, None where it has none; then it is told why."""
        try:
            return _value_of(column, cell)
        except Unreadable as unreadable:
            self._fault(row, column.key, unreadable.code, unreadable.detail)
            return None

    def _type(self, head: Mapping[str, tuple[int, str]]) -> TypeKnown:
        row, cell = head.get("order_type", (0, STANDARD))
        found = self._known.type_of(cell)
        if found is None:
            names = "、".join(one.label.zh for one in self._known.types.values())
            english = ", ".join(one.label.en for one in self._known.types.values())
            self._fault(row, "order_type", "order_type_unknown", Text(f"应为：{names}", f"one of: {english}"))
        return found or self._known.types.get(STANDARD) or next(iter(self._known.types.values()))

    def _customer(self, head: Mapping[str, tuple[int, str]]) -> dict[str, Any]:
        told = {name: self._value(head, key) for key, name in _CUSTOMER.items()}
        address = {name: self._value(head, name) for name in _ADDRESS}
        return {**told, "address": {name: text for name, text in address.items() if text}}

    def _owner(self, head: Mapping[str, tuple[int, str]]) -> dict[str, Any]:
        """What the sheet says itself about whose the order is: a customer by id, or somebody new."""
        if "customer_id" not in head:
            return {}
        row, cell = head["customer_id"]
        if cell.casefold() in _NEW:
            return {"new": True}
        try:
            return {"customer_id": str(UUID(cell))}
        except ValueError:
            text = Text("应为客户编号或“新客户”", "a customer's id or 'new' is expected")
            self._fault(row, "customer_id", "not_a_customer", text)
            return {}

    def _line(self, row: Row, currency: str) -> dict[str, Any]:
        cells = {key: self._read(row.number, BY_KEY[key], cell) for key, cell in row.cells.items() if _of_line(key)}
        for key in ("quantity", "unit_price"):
            if key not in row.cells:
                self._fault(row.number, key, "missing", _MISSING)
        article = self._article(row)
        name, unit = cells.get("name"), cells.get("unit")
        if not (name or article):
            self._fault(
                row.number, "name", "missing", Text("没有货号时须填品名", "without an article number it is needed")
            )
        quantity, price = cells.get("quantity"), cells.get("unit_price")
        self._sensible(row.number, quantity, price)
        is_gift = cells.get("is_gift") or False
        return {
            "sku": article.sku if article else cells.get("sku"),
            "name": name or (article.name if article else None),
            "quantity": _plain(quantity),
            "unit": unit or (article.unit if article else None),
            "unit_price": _plain(price),
            "amount": self._amount(row.number, quantity, price, currency),
            "is_gift": is_gift,
            **({"gift_origin": "line", "gift_confirmed": True} if is_gift else {}),
            "options": {"note": cells["line_note"]} if cells.get("line_note") else {},
        }

    def _article(self, row: Row) -> Any:
        sku = row.cells.get("sku")
        found = self._known.catalogue.by_number(sku)
        if sku and found is None and sku not in self._known.other_skus:
            self._fault(row.number, "sku", "unknown_sku", Text(f"物料表中没有 {sku}", f"there is no article {sku}"))
        return found

    def _sensible(self, row: int, quantity: Decimal | None, price: Decimal | None) -> None:
        if quantity is not None and quantity <= 0:
            self._fault(row, "quantity", "not_positive", Text("数量须大于零", "the quantity must be above zero"))
        if price is not None and price < 0:
            self._fault(row, "unit_price", "negative", Text("单价不能为负", "the price cannot be negative"))

    def _amount(self, row: int, quantity: Decimal | None, price: Decimal | None, currency: str) -> str | None:
        if quantity is None or price is None:
            return None
        try:
            return money_text(line_amount(quantity, price, currency), currency)
        except Refusal as refusal:
            self._fault(row, "unit_price", refusal.code, refusal.detail)
            return None

    def _sums(self, head: Mapping[str, tuple[int, str]], currency: str) -> dict[str, Any]:
        amounts = {key: self._value(head, key) for key in ("discount", "shipping", "total")}
        for key, amount in amounts.items():
            if amount is not None and (amount < 0 or is_too_fine(amount, currency)):
                text = Text(
                    "金额不能为负，也不能比最小货币单位更细", "an amount is not negative and in whole minor units"
                )
                self._fault(head[key][0], key, "amount_not_usable", text)
        discount = amounts["discount"]
        lowered = [{"kind": "order", "label": None, "line": None, "amount": f"{discount:f}"}] if discount else []
        return {"discounts": lowered, "shipping": _plain(amounts["shipping"]) or "0", "total": _plain(amounts["total"])}

    def _own(self, head: Mapping[str, tuple[int, str]], kind: TypeKnown) -> dict[str, Any]:
        """The fields of the order's type; what only another type has, is told."""
        found: dict[str, Any] = {}
        for key, (row, cell) in head.items():
            if not key.startswith(EXTENSION):
                continue
            name = key.removeprefix(EXTENSION)
            schema = kind.form.schema.get("properties", {}).get(name)
            if schema is None:
                text = Text(f"{kind.label.zh}没有这个字段", f"{kind.label.en} has no such field")
                self._fault(row, key, "field_unknown", text)
            else:
                found[name] = self._own_value(row, key, schema, cell)
        for problem in kind.form.validate(found):
            name = problem.pointer.split("/")[1] if "/" in problem.pointer else ""
            row = head.get(EXTENSION + name, (self._rows[0].number, ""))[0]
            self._fault(row, EXTENSION + name, problem.code, problem.detail)
        return found

    def _own_value(self, row: int, key: str, schema: Mapping[str, Any], cell: str) -> Any:
        try:
            return _typed(schema, cell)
        except Unreadable as unreadable:
            self._fault(row, key, unreadable.code, unreadable.detail)
            return cell

    def _judge(self, number: str, content: Mapping[str, Any], currency: str) -> None:
        """What only shows when the whole order is known."""
        first = self._rows[0].number
        if number in self._known.taken:
            order_no = self._known.taken[number]
            text = Text(f"此单号已是订单 {order_no}", f"this number is order {order_no} already")
            self._fault(first, "order_no", "order_exists", text)
        if len(self._rows) > MAX_LINES:
            text = Text(f"一张订单最多 {MAX_LINES} 行", f"an order has at most {MAX_LINES} lines")
            self._fault(self._rows[MAX_LINES].number, "order_no", "too_many_lines", text)
        if self._faults:
            return
        for problem in order_problems(content):
            self._fault(first, problem.pointer.rpartition("/")[2], problem.code, problem.detail)
        self._check_total(content, currency)

    def _check_total(self, content: Mapping[str, Any], currency: str) -> None:
        if self._faults:
            return
        amounts = (Decimal(line["amount"]) for line in content["lines"])
        shipping = Decimal(content["shipping"])
        computed = computed_total(amounts, content["discounts"], (), shipping, Decimal(0), tax_included=True)
        said = content["total"]
        if said is not None and Decimal(said) != computed:
            shown = money_text(computed, currency)
            text = Text(f"各行相加为 {shown}，与总额不符", f"the lines come to {shown}")
            self._fault(self._rows[0].number, "total", "amounts_do_not_add_up", text)

    def _fault(self, row: int, key: str, code: str, detail: Text) -> None:
        self._faults.append(self._sheet.fault(row, key, code, detail))


_MISSING = Text("不能为空", "must not be empty")


def _of_line(key: str) -> bool:
    return key in BY_KEY and BY_KEY[key].of_line


def _value_of(column: Column, cell: str) -> Any:
    if cell.upper() in BROKEN:
        raise Unreadable("formula_failed", BROKEN_CELL)
    if len(cell) > column.longest:
        text = Text(f"最多 {column.longest} 个字符", f"at most {column.longest} characters")
        raise Unreadable("too_long", text)
    match column.kind:
        case "decimal":
            return decimal_of(cell)
        case "date":
            return date_of(cell)
        case "flag":
            return flag_of(cell)
        case "currency":
            return currency_of(cell)
        case _:
            return cell


def _typed(schema: Mapping[str, Any], cell: str) -> Any:
    """A cell as the field's schema takes it; what it does not take, its own check tells."""
    match schema.get("type"), schema.get("format"):
        case "boolean", _:
            return flag_of(cell)
        case "integer", _:
            number = decimal_of(cell)
            return int(number) if number == int(number) else cell
        case "string", "date":
            return date_of(cell).isoformat()
        case "string", "decimal":
            return f"{decimal_of(cell):f}"
        case "array", _:
            return list(_parts(cell))
        case _:
            return cell


def _parts(cell: str) -> Iterator[str]:
    for part in cell.replace("；", ";").replace("、", ";").replace("\n", ";").split(";"):
        if part.strip():
            yield part.strip()


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
