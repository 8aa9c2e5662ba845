"""Questions about stock: the board, one material, what may replace it, and how fresh the figures are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.orders.events import instant_text
from domain.orders.money import price_text, quantity_text
from domain.refusals.general import NOT_FOUND
from domain.warning.substitutes import Instead, Wanted, available_of, compare
from persistence import orders, stock
from persistence.queries import stock_board
from persistence.queries.scope import Scope
from persistence.queries.stock_board import MaterialFilter
from persistence.tx import Tx
from usecases.door import use_case

FACTORY_CURRENCY = "CNY"
_MOST_WAITING = 200


@use_case(right="warning.read")
async def list_materials(tx: Tx, wanted: MaterialFilter) -> list[dict[str, Any]]:
    """Rows of the stock board."""
    return [_material(row) for row in await stock_board.materials(tx, Scope.of(tx.actor), wanted)]


@use_case(right="warning.read")
async def read_material(tx: Tx, sku: str) -> dict[str, Any]:
    """One material with the orders that are red for it. Raises NOT_FOUND."""
    scope = Scope.of(tx.actor)
    row = await stock_board.material(tx, scope, sku)
    if row is None:
        raise NOT_FOUND()
    waiting = await stock_board.waiting(tx, scope, sku, _MOST_WAITING)
    return {**_material(row), "waiting": [_waiting(order) for order in waiting]}


@use_case(right="warning.read")
async def list_sources(tx: Tx, _: None) -> list[dict[str, Any]]:
    """Who counts stock: `as_of` is when the last whole answer was true, `problem` why there is no newer one.

    `reading` is how far a source is read that is being read now: `{"phase", "rows"}`, rows of that phase so far.
    """
    return [
        {
            "source": row["source"],
            "as_of": _instant(row["as_of"]),
            "tried_at": _instant(row["tried_at"]),
            "problem": row["problem"],
            "report": row["report"],
            "reading": row["reading"],
        }
        for row in await stock_board.sources(tx, Scope.of(tx.actor))
    ]


@dataclass(frozen=True, slots=True)
class InsteadOf:
    """A short material, and the order, or the line of it, for which something else is looked for, if one is named."""

    sku: str
    order_no: str | None = None
    line: int | None = None


@use_case(right="warning.read")
async def compare_substitutes(tx: Tx, query: InsteadOf) -> dict[str, Any]:
    """The allowed alternatives with stock, lead time, difference in cost and effect on the margin. Raises NOT_FOUND."""
    scope = Scope.of(tx.actor)
    row = await stock_board.material(tx, scope, query.sku)
    if row is None:
        raise NOT_FOUND()
    loaded = await orders.load(tx, query.order_no) if query.order_no else None
    if query.order_no and (loaded is None or scope.customer_id not in (None, loaded.order.customer_id)):
        raise NOT_FOUND()
    products = _products(loaded, query.line) if loaded else []
    wanted = await _wanted(tx, row, loaded, query.line)
    found = await stock_board.allowed_instead(
        tx, scope, query.sku, _today(tx), products, loaded.order.customer_id if loaded else None
    )
    return {
        "material": _material(row),
        "order_no": query.order_no,
        "line": query.line,
        "needed": quantity_text(wanted.quantity),
        "currency": wanted.currency,
        "items": [_instead(other, wanted) for other in found],
    }


def _products(loaded: orders.Loaded, line: int | None) -> list[str]:
    """What the order's lines are of, or the one line's. Raises NOT_FOUND where it has no such line."""
    lines = [one for one in loaded.order.lines if line in (None, one.line)]
    if not lines:
        raise NOT_FOUND()
    return [one.sku for one in lines if one.sku]


async def _wanted(tx: Tx, row: Mapping[str, Any], loaded: orders.Loaded | None, line: int | None) -> Wanted:
    """Without an order the comparison is for one unit."""
    if loaded is None:
        return Wanted(Decimal(1), row["unit_cost"], None, FACTORY_CURRENCY)
    needed = await stock.need_of(tx, loaded.order.id, row["sku"], line)
    same = loaded.order.currency == FACTORY_CURRENCY
    return Wanted(needed, row["unit_cost"], loaded.order.margin, FACTORY_CURRENCY, same)


def _instead(row: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    available = available_of(row)
    return {
        "material": row["use"],
        "name": row["name"],
        "unit": row["unit"],
        "ratio": quantity_text(row["ratio"]),
        "on_hand": _quantity(row["on_hand"]),
        "available": _quantity(available),
        "lead_days": row["lead_days"],
        "unit_cost": _cost(row["unit_cost"]),
        "until_date": row["until_date"] and row["until_date"].isoformat(),
        "note": row["note"],
        **compare(wanted, Instead(row["use"], row["ratio"], available, row["unit_cost"])),
    }


def _today(tx: Tx) -> Any:
    return tx.now.astimezone(tx.zone).date()


def _material(row: Mapping[str, Any]) -> dict[str, Any]:
    available = available_of(row)
    short_by = Decimal(0) if available is None else max(row["safety_level"] - available, Decimal(0))
    return {
        "material": row["sku"],
        "name": row["name"],
        "specification": row["specification"],
        "unit": row["unit"],
        "on_hand": _quantity(row["on_hand"]),
        "reserved": quantity_text(row["reserved"]),
        "available": _quantity(available),
        "safety_level": quantity_text(row["safety_level"]),
        "short": row["short_since"] is not None,
        "short_by": quantity_text(short_by),
        "short_since": _instant(row["short_since"]),
        "waiting_orders": row["waiting_orders"],
        "unit_cost": _cost(row["unit_cost"]),
        "lead_days": row["lead_days"],
        "active": row["active"],
        "source": row["source"],
        "as_of": _instant(row["as_of"] or row["changed_at"]),
        "stale": row["problem"] is not None,
    }


def _waiting(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "order_no": row["order_no"],
        "customer": row["customer"],
        "stage": row["stage"],
        "promised_date": row["promised_date"] and row["promised_date"].isoformat(),
        "needed": quantity_text(row["needed"]),
        "since": instant_text(row["since"]),
    }


def _quantity(value: Decimal | None) -> str | None:
    return None if value is None else quantity_text(value)


def _cost(value: Decimal | None) -> str | None:
    return None if value is None else price_text(value, FACTORY_CURRENCY)


def _instant(value: Any) -> str | None:
    return None if value is None else instant_text(value)


@use_case(right="orders.read")
async def list_shortages(tx: Tx, order_no: str) -> list[dict[str, Any]]:
    """What an order is red for: which material, how short, since when. Raises NOT_FOUND."""
    loaded = await orders.load(tx, order_no)
    scope = Scope.of(tx.actor)
    if loaded is None or scope.customer_id is not None:
        raise NOT_FOUND()
    return [
        {
            "material": row["material"],
            "name": row["name"],
            "unit": row["unit"],
            "needed": quantity_text(row["needed"]),
            "short_by": quantity_text(row["short_by"]),
            "since": instant_text(row["since"]),
        }
        for row in await stock_board.short_of(tx, scope, order_no)
    ]
