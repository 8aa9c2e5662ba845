"""Editing an order before work begins: a merge patch applied to it, with what changed named for its history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.orders.amounts import insist_on_whole_minor_units
from domain.orders.money import computed_total, line_amount, quantity_text
from domain.orders.order import Line, Order
from domain.refusals.general import FIELD_INVALID, FIELD_UNKNOWN
from domain.refusals.kinds import FieldProblem
from domain.refusals.orders import AMOUNTS_DO_NOT_ADD_UP, CHANGE_REQUIRED
from domain.text import Text

PLAIN_FIELDS = (
    "priority",
    "merchandiser_id",
    "signed_date",
    "promised_date",
    "requested_date",
    "discounts",
    "fees",
    "shipping",
    "tax",
    "tax_included",
    "cost",
    "margin",
)
MERGED_FIELDS = ("extension", "notes")
LINE_FIELDS = ("sku", "name", "quantity", "unit", "unit_price", "is_gift", "options", "technical")
FIELDS = (*PLAIN_FIELDS, *MERGED_FIELDS, "lines", "total")

# Free text may name people, and people must be forgettable: history keeps that it changed, not what it said.
_UNTOLD = {"notes"}


@dataclass(frozen=True, slots=True)
class Edited:
    """The order as it will stand, and `{field: [before, after]}` for its history."""

    order: Order
    changed: Mapping[str, Any]


def touched(patch: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every field that a patch writes, as (JSON pointer, field name), lines by their own fields."""
    for name, value in patch.items():
        if name == "lines":
            for index, line in enumerate(value):
                yield from ((f"/lines/{index}/{part}", part) for part in line if part != "line")
        else:
            yield f"/{name}", name


def unknown_fields(patch: Mapping[str, Any]) -> list[FieldProblem]:
    """The fields of a patch that no order has."""
    text = Text("没有这个字段", "there is no such field")
    known = {*FIELDS, *LINE_FIELDS}
    return [FieldProblem(pointer, "field_unknown", text) for pointer, name in touched(patch) if name not in known]


def edit(order: Order, patch: Mapping[str, Any]) -> Edited:
    """Apply typed values. Raises CHANGE_REQUIRED once work has begun, AMOUNTS_DO_NOT_ADD_UP for a wrong total."""
    if order.category != "not_started":
        raise CHANGE_REQUIRED()
    return amended(order, patch)


def amended(order: Order, patch: Mapping[str, Any]) -> Edited:
    """Apply typed values whatever has begun: what an order change does. Raises AMOUNTS_DO_NOT_ADD_UP."""
    if unknown := unknown_fields(patch):
        raise FIELD_UNKNOWN(*unknown, names=", ".join(problem.pointer for problem in unknown))
    values = {name: patch[name] for name in PLAIN_FIELDS if name in patch}
    values |= {name: merged(getattr(order, name), patch[name]) for name in MERGED_FIELDS if name in patch}
    if "promised_date" in values:
        values["promised_derived"] = False
    after = replace(order, **values, lines=_edited_lines(order, patch.get("lines", ())))
    insist_on_whole_minor_units(after)
    after = replace(after, total=_total(after, patch.get("total")))
    return Edited(after, changes(order, after))


def merged(before: Mapping[str, Any], patch: Mapping[str, Any] | None) -> dict[str, Any]:
    """RFC 7396: null removes a member, an object merges, anything else replaces."""
    result = dict(before)
    for name, value in (patch or {}).items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, Mapping):
            kept = result.get(name)
            result[name] = merged(kept if isinstance(kept, Mapping) else {}, value)
        else:
            result[name] = value
    return result


def _edited_lines(order: Order, patches: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    """Lines named by their number change; a number one above the last adds a line."""
    lines = {line.line: line for line in order.lines}
    for index, patch in enumerate(patches):
        number = patch.get("line", len(lines) + 1)
        if number in lines:
            lines[number] = _priced(replace(lines[number], **_line_values(lines[number], patch)), order.currency)
        elif number == len(lines) + 1 and {"name", "quantity", "unit_price"} <= patch.keys():
            blank = Line(line=number, name="", quantity=Decimal(0), unit_price=Decimal(0), amount=Decimal(0))
            lines[number] = _priced(replace(blank, **_line_values(blank, patch)), order.currency)
        else:
            raise _line_problem(index, number)
    return tuple(lines.values())


def _line_problem(index: int, number: int) -> Exception:
    text = Text(
        f"没有第 {number} 行；新行须有名称、数量、单价",
        f"there is no line {number}; a new line needs name, quantity and unit_price",
    )
    return FIELD_INVALID(FieldProblem(f"/lines/{index}/line", "line_unknown", text), summary=text.en)


def _line_values(line: Line, patch: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: patch[name] for name in LINE_FIELDS if name in patch}
    for name in ("options", "technical"):
        if name in values:
            values[name] = merged(getattr(line, name), values[name])
    return values


def _priced(line: Line, currency: str) -> Line:
    return replace(line, amount=line_amount(line.quantity, line.unit_price, currency))


def _total(order: Order, given: Decimal | None) -> Decimal:
    computed = computed_total(
        [line.amount for line in order.lines],
        order.discounts,
        order.fees,
        order.shipping,
        order.tax,
        tax_included=order.tax_included,
    )
    if given is not None and given != computed:
        raise AMOUNTS_DO_NOT_ADD_UP(computed=f"{computed:f}", total=f"{given:f}")
    return computed


def changes(before: Order, after: Order) -> dict[str, Any]:
    """`{field: [before, after]}` as history tells it, lines by their number."""
    names = [name for name in (*PLAIN_FIELDS, *MERGED_FIELDS, "total") if getattr(before, name) != getattr(after, name)]
    changed: dict[str, Any] = {
        name: [] if name in _UNTOLD else [_told(getattr(before, name)), _told(getattr(after, name))] for name in names
    }
    if lines := _line_changes(before, after):
        changed["lines"] = lines
    return changed


def _line_changes(before: Order, after: Order) -> list[dict[str, Any]]:
    was = {line.line: line for line in before.lines}
    told = []
    for line in after.lines:
        old = was.get(line.line)
        fields = {
            name: [_told(getattr(old, name)) if old else None, _told(getattr(line, name))]
            for name in (*LINE_FIELDS, "amount")
            if old is None or getattr(old, name) != getattr(line, name)
        }
        if fields:
            told.append({"line": line.line, **fields})
    return told


def _told(value: Any) -> Any:
    if isinstance(value, Decimal):
        return quantity_text(value)
    if isinstance(value, date | UUID):
        return str(value)
    return value
