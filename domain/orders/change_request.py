"""What a change asks for, applied to the order as it stands: the order after it, or why it cannot be.

A request is a JSON merge patch of the order in plain JSON values: the fields of `PATCH orders` (lines named by number),
and besides `lines[].cancel`, `address`, `drawings` (`[{attachment_id, line?}]`), `substitutes` (`[{material,
substitute, ratio?, line?}]`), and `cancel` for the whole order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.orders.editing import amended, merged, touched
from domain.orders.money import money_text, quantity_text
from domain.orders.order import Line, Order
from domain.refusals.changes import (
    CHANGE_EMPTY,
    CHANGE_LEAVES_NOTHING,
    CHANGE_TOO_LATE,
    LINE_SHIPPED,
    QUANTITY_BELOW_SHIPPED,
    TOTAL_BELOW_NOTHING,
)
from domain.refusals.general import FIELD_INVALID
from domain.refusals.kinds import FieldProblem
from domain.text import Text

# What may still be put right when the goods have arrived: what was agreed on paper, never the goods.
_ON_PAPER = frozenset(
    {"unit_price", "discounts", "fees", "shipping", "tax", "tax_included", "total", "cost", "margin", "notes"}
    | {"priority", "merchandiser_id", "signed_date", "requested_date"}
)
_MONEY = ("shipping", "tax", "total", "cost", "margin")
_DAYS = ("signed_date", "promised_date", "requested_date")
_OWN = frozenset({"address", "drawings", "substitutes", "cancel"})
# The field whose right a request of this name needs, where it is another one.
_STANDS_FOR = {"cancel": "quantity"}


@dataclass(frozen=True, slots=True)
class Requested:
    """The order after the change, what changed for its history, and what has no place in the order itself.

    `address` is the whole new address, None where it stays; `evidence` are the papers that the change brings.
    """

    order: Order
    changed: Mapping[str, Any]
    address: Mapping[str, Any] | None = None
    evidence: Sequence[Mapping[str, Any]] = ()
    cancels: bool = False
    fields: frozenset[str] = field(default_factory=frozenset)


def asked_fields(patch: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(JSON pointer, field whose right is needed) of everything that a request writes."""
    for pointer, name in touched(patch):
        yield pointer, _STANDS_FOR.get(name, name)


def request(
    order: Order,
    patch: Mapping[str, Any],
    *,
    papers: Mapping[str, Mapping[str, Any]],
    address: Mapping[str, Any],
    stage: Text,
    today: date,
) -> Requested:
    """Apply the request. `papers` are the order's own by id, `address` is where it goes now, `stage` names its stage.

    Raises the refusals of domain.refusals.changes, FIELD_INVALID, and those of editing.
    """
    names = frozenset(name for _, name in touched(patch))
    _in_time(order, names, stage)
    if patch.get("cancel"):
        if names != {"cancel"}:
            raise _bad("/patch/cancel", "alone", Text("整单取消不能与其他改动并提", "stands by itself"))
        return Requested(order, {"cancel": True}, cancels=True, fields=names)
    typed = typed_patch({name: value for name, value in patch.items() if name not in _OWN})
    typed["lines"], evidence = _lines(order, patch, typed.get("lines", ()), papers)
    edited = amended(order, typed)
    _fits(order, edited.order, today)
    changed = dict(edited.changed)
    moved = merged(address, patch["address"]) if patch.get("address") else None
    if moved is not None and moved != address:
        # Where somebody lives is no part of a history that can never forget; the change itself keeps it.
        changed["address"] = []
    if not changed:
        raise CHANGE_EMPTY()
    return Requested(edited.order, changed, moved if "address" in changed else None, evidence, fields=names)


def _in_time(order: Order, names: frozenset[str], stage: Text) -> None:
    late = {"cancelled": names, "done": names - _ON_PAPER}.get(order.category)
    if late:
        raise CHANGE_TOO_LATE(stage=stage.as_json(), fields=", ".join(sorted(late)))


def typed_patch(patch: Mapping[str, Any]) -> dict[str, Any]:
    """Plain JSON values as the domain's own."""
    typed = dict(patch)
    typed |= {name: Decimal(patch[name]) for name in _MONEY if patch.get(name) is not None}
    typed |= {name: date.fromisoformat(patch[name]) for name in _DAYS if patch.get(name) is not None}
    if patch.get("merchandiser_id") is not None:
        typed["merchandiser_id"] = UUID(patch["merchandiser_id"])
    typed["lines"] = [_typed_line(line) for line in patch.get("lines", ())]
    return typed


def _typed_line(line: Mapping[str, Any]) -> dict[str, Any]:
    return {**line, **{name: Decimal(line[name]) for name in ("quantity", "unit_price") if name in line}}


def _lines(
    order: Order, patch: Mapping[str, Any], asked: Sequence[Mapping[str, Any]], papers: Mapping[str, Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The line patches with cancellations, drawings and substitutes worked into them, and the papers these bring."""
    known = {line.line: line for line in order.lines}
    patches = [_without_cancel(index, line, known) for index, line in enumerate(asked)]
    evidence = []
    for index, drawing in enumerate(patch.get("drawings", ())):
        paper = papers.get(str(drawing["attachment_id"]))
        if paper is None:
            raise _bad(f"/patch/drawings/{index}/attachment_id", "unknown_reference", _NO_PAPER)
        evidence.append({name: paper[name] for name in ("kind", "attachment_id", "sha256")})
        named = {name: paper[name] for name in ("attachment_id", "sha256", "file_name")}
        patches += _technical(known, drawing.get("line"), {"drawing": named}, f"/patch/drawings/{index}")
    for index, swap in enumerate(patch.get("substitutes", ())):
        use = {"material": swap["substitute"], "ratio": quantity_text(Decimal(swap.get("ratio", "1")))}
        at = f"/patch/substitutes/{index}"
        patches += _technical(known, swap.get("line"), {"substitutes": {swap["material"]: use}}, at)
    return patches, evidence


_NO_PAPER = Text("订单没有这个附件", "the order has no such attachment")
_NO_LINE = Text("没有这一行", "there is no such line")


def _without_cancel(index: int, patch: Mapping[str, Any], known: Mapping[int, Line]) -> dict[str, Any]:
    """A cancelled line comes down to what has been shipped of it."""
    rest = {name: value for name, value in patch.items() if name != "cancel"}
    if not patch.get("cancel"):
        return rest
    if rest.keys() != {"line"} or rest["line"] not in known:
        raise _bad(f"/patch/lines/{index}/line", "line_unknown", _NO_LINE)
    return {**rest, "quantity": known[rest["line"]].shipped_quantity}


def _technical(known: Mapping[int, Line], line: int | None, more: Mapping[str, Any], at: str) -> list[dict[str, Any]]:
    """The same addition to the technical data of one line, or of every line that is not out of the house."""
    if line is not None and line not in known:
        raise _bad(f"{at}/line", "line_unknown", _NO_LINE)
    numbers = [line] if line is not None else [one.line for one in known.values() if one.unshipped > 0]
    return [{"line": number, "technical": more} for number in numbers]


def _bad(pointer: str, code: str, text: Text) -> Exception:
    return FIELD_INVALID(FieldProblem(pointer, code, text), summary=pointer)


def _fits(before: Order, after: Order, today: date) -> None:
    """Whether the order can be like that, seeing what has left the house and what day it is."""
    was = {line.line: line for line in before.lines}
    for line in after.lines:
        if line.line in was:
            _line_fits(was[line.line], line)
    if not any(line.quantity > 0 for line in after.lines):
        raise CHANGE_LEAVES_NOTHING()
    if after.total < 0:
        raise TOTAL_BELOW_NOTHING(total=money_text(after.total, after.currency))
    if after.promised_date != before.promised_date and after.promised_date is not None and after.promised_date < today:
        raise _bad("/patch/promised_date", "in_the_past", Text("交期已过", "is in the past"))


_FIXED_ONCE_SHIPPED = ("sku", "unit", "is_gift")


def _line_fits(before: Line, after: Line) -> None:
    if after.quantity < before.shipped_quantity:
        raise QUANTITY_BELOW_SHIPPED(
            line=after.line,
            shipped=quantity_text(before.shipped_quantity),
            quantity=quantity_text(after.quantity),
        )
    moved = [name for name in _FIXED_ONCE_SHIPPED if getattr(before, name) != getattr(after, name)]
    if moved and before.shipped_quantity > 0:
        raise LINE_SHIPPED(line=after.line, fields=", ".join(moved))


# What the workshop makes a thing by: where one of these is another, the thing is another.
_SPECIFICATION = ("sku", "name", "unit", "options", "technical")


def respecified(before: Line | None, after: Line) -> bool:
    """Whether what is to be made on the line is another thing than before, whatever its quantity."""
    return before is None or any(getattr(before, name) != getattr(after, name) for name in _SPECIFICATION)
