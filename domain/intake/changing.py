"""What a channel's later word asks to change about an order that has begun: the request that a person then decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.intake.following import differences
from domain.orders.money import quantity_text
from domain.orders.order import Line, Order

_ZERO = Decimal(0)
_MONEY = ("shipping", "tax")
_DAYS = ("promised_date", "requested_date")
_LINE_FIELDS = ("name", "sku", "quantity", "unit_price")
# What a request can say. What else differs, a person must look at: another currency is another order.
_SAYABLE = {"lines", "discounts", "fees", "shipping", "tax", "total", "current_total", "refunds", *_DAYS, "customer"}
_SAYABLE |= {"notes"}


@dataclass(frozen=True, slots=True)
class Wish:
    """The patch of the order, and the names of what differs and no patch can say."""

    patch: Mapping[str, Any]
    unsaid: tuple[str, ...]


def wish_of(order: Order, address: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> Wish:
    """What `after` asks for, told from what `before` had said: only what the channel itself altered.

    What the factory has agreed otherwise meanwhile stays. A wish that is the order as it stands is empty.
    """
    told = {pointer.removeprefix("/") for pointer in differences(before, after)}
    patch: dict[str, Any] = {}
    if told & {"lines", "refunds"}:
        lines = list(_lines(order, before, after))
        patch |= {"lines": lines} if lines else {}
    if told & {"discounts", "refunds"} and (discounts := _discounts(order, after)) is not None:
        patch["discounts"] = discounts
    if "fees" in told:
        patch["fees"] = [_adjustment(fee, "fee") for fee in after.get("fees") or ()]
    patch |= {name: after[name] for name in _MONEY if name in told and after.get(name) is not None}
    patch |= {name: after[name] for name in _DAYS if name in told and after.get(name) is not None}
    if "notes" in told:
        patch["notes"] = {side: words for side, words in (after.get("notes") or {}).items() if words}
    if "customer" in told:
        patch |= _address(address, before, after)
    return Wish(patch, tuple(sorted(told - _SAYABLE)))


def _lines(order: Order, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Lines are known by the channel's own number of them; one that it names no more is called off."""
    was = {line.get("external_id"): line for line in before.get("lines") or ()}
    will = {line.get("external_id"): line for line in after.get("lines") or ()}
    for line in order.lines:
        if line.external_id is None or line.external_id not in was:
            continue
        wanted = will.get(line.external_id)
        if wanted is None or wanted.get("refund") == "refunded":
            if line.unshipped > 0:
                yield {"line": line.line, "cancel": True}
        elif change := _line(line, was[line.external_id], wanted, after):
            yield {"line": line.line, **change}
    known = {line.external_id for line in order.lines}
    for number, wanted in will.items():
        if number not in known:
            yield {name: wanted[name] for name in (*_LINE_FIELDS, "unit") if wanted.get(name) is not None}


def _line(line: Line, was: Mapping[str, Any], wanted: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    change: dict[str, Any] = {}
    back = _refunded(after.get("refunds") or (), line.external_id)
    quantity = Decimal(wanted["quantity"]) - back
    if (back or wanted["quantity"] != was["quantity"]) and quantity != line.quantity and quantity > 0:
        change["quantity"] = quantity_text(quantity)
    if wanted["unit_price"] != was["unit_price"]:
        change["unit_price"] = wanted["unit_price"]
    change |= {name: wanted[name] for name in ("name", "sku") if wanted.get(name) and wanted[name] != was.get(name)}
    return change


def _refunded(refunds: Sequence[Mapping[str, Any]], external_id: str | None) -> Decimal:
    lines = [line for refund in refunds for line in refund.get("lines") or () if line.get("line") == external_id]
    return sum((Decimal(line["quantity"]) for line in lines), _ZERO)


def _discounts(order: Order, after: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """As the channel tells them, and money given back for no goods in particular as one more; None where alike."""
    told = [_adjustment(discount, "order") for discount in after.get("discounts") or ()]
    told += [
        {"kind": "refund", "label": refund.get("note") or "refund", "line": None, "amount": refund["amount"]}
        for refund in after.get("refunds") or ()
        if not refund.get("lines")
    ]
    return told if told != [dict(discount) for discount in order.discounts] else None


def _adjustment(item: Mapping[str, Any], kind: str) -> dict[str, Any]:
    named = {name: item.get(name) for name in ("label", "line")}
    return {"kind": item.get("kind") or kind, **named, "amount": item["amount"]}


def _address(address: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The new address, and who receives there, where the channel names another."""
    was, will = before.get("customer") or {}, after.get("customer") or {}
    changed = dict(will.get("address") or {}) if will.get("address") != was.get("address") else {}
    changed |= {"contact": will["name"]} if will.get("name") and will.get("name") != was.get("name") else {}
    changed |= {"phone": will["phone"]} if will.get("phone") and will.get("phone") != was.get("phone") else {}
    return {"address": changed} if changed and changed.items() - dict(address).items() else {}
