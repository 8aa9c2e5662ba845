"""The recall question in both directions: which orders got this coil, and which lots are in this order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.orders.events import instant_text
from domain.orders.money import quantity_text
from persistence.queries import lot_trace
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot of an article."""

    sku: str
    lot: str


@use_case(right="orders.read")
async def orders_of_lot(tx: Tx, lot: Lot) -> list[dict[str, Any]]:
    """Where it went, step by step, oldest first; empty where it went nowhere."""
    return [_view(row) for row in await lot_trace.orders_of_lot(tx, Scope.of(tx.actor), lot.sku, lot.lot)]


@use_case(right="orders.read")
async def lots_of_order(tx: Tx, order_no: str) -> list[dict[str, Any]]:
    """What went into it and what was made for it, by article and lot."""
    return [_view(row) for row in await lot_trace.lots_of_order(tx, Scope.of(tx.actor), order_no)]


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "quantity": quantity_text(row["quantity"]),
        "first_at": instant_text(row["first_at"]),
        "last_at": instant_text(row["last_at"]),
    }
