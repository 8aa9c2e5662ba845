"""Splitting an order in two whose money together is what it was before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from domain.orders.money import computed_total, money_text, round_amount
from domain.orders.order import Line, Order
from domain.orders.quantities import picked
from domain.refusals.orders import SPLIT_INVALID


@dataclass(frozen=True, slots=True)
class Part:
    """The lines and money of one of the two orders."""

    lines: tuple[Line, ...]
    discounts: tuple[Mapping[str, Any], ...]
    total: Decimal


@dataclass(frozen=True, slots=True)
class Split:
    """What stays and what moves. Fees, shipping, tax and whole-order discounts stay with the parent."""

    stays: Part
    moves: Part


def split(order: Order, wanted: Iterable[Mapping[str, Any]]) -> Split:
    """Move `[{line, quantity}]` to a child order. Raises SPLIT_INVALID where one would be empty or below zero."""
    moving = {line.line: quantity for line, quantity in picked(order.lines, wanted)}
    stays, moves = _shared_lines(order, moving)
    kept, moved = _shared_discounts(order, moving)
    moves_total = computed_total([line.amount for line in moves], moved, (), Decimal(0), Decimal(0), tax_included=True)
    stays_total = order.total - moves_total
    if stays_total < 0 or moves_total < 0:
        raise SPLIT_INVALID(reason="the discounts of the whole order exceed what stays / 整单优惠超过剩余金额")
    return Split(Part(stays, kept, stays_total), Part(moves, moved, moves_total))


def _shared_lines(order: Order, moving: Mapping[int, Decimal]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    stays, moves = [], []
    for line in order.lines:
        quantity = moving.get(line.line, Decimal(0))
        if quantity < 0 or quantity > line.unshipped:
            raise SPLIT_INVALID(reason=f"line {line.line} / 第 {line.line} 行")
        if quantity:
            part = line.with_quantity(quantity, order.currency)
            moves.append(replace(part, shipped_quantity=Decimal(0), returned_quantity=Decimal(0)))
            # The remainder of the amount stays, so that both together are what the line was.
            line = replace(line, quantity=line.quantity - quantity, amount=line.amount - part.amount)  # noqa: PLW2901
        stays.append(line)
    if not moves or all(line.quantity == 0 for line in stays):
        raise SPLIT_INVALID(reason="both orders need something / 两张订单都要有货")
    return tuple(stays), tuple(moves)


def _shared_discounts(
    order: Order, moving: Mapping[int, Decimal]
) -> tuple[tuple[Mapping[str, Any], ...], tuple[Mapping[str, Any], ...]]:
    shares = {line.external_id: moving[line.line] / line.quantity for line in order.lines if moving.get(line.line)}
    kept, moved = [], []
    for discount in order.discounts:
        amount = Decimal(discount["amount"])
        share = round_amount(amount * shares.get(discount.get("line"), Decimal(0)), order.currency)
        if discount.get("line") is None:
            share = Decimal(0)
        if share:
            moved.append({**discount, "amount": money_text(share, order.currency)})
        kept.append({**discount, "amount": money_text(amount - share, order.currency)})
    return tuple(kept), tuple(moved)
