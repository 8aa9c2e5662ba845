"""Questions about orders: one, many, its history and whether that holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.forecast.view import forecast_head, forecast_view
from domain.orders.events import ChainFault, StoredLink, chain_faults, instant_text
from domain.orders.money import money_text
from domain.orders.order import OPEN_CATEGORIES, fold
from domain.orders.view import order_view, stored_event_view
from domain.refusals.general import NOT_FOUND
from domain.workflow.document import Workflow
from domain.workflow.engine import offers
from persistence import documents, orders
from persistence.queries import order_board, order_history
from persistence.queries.order_board import OrderFilter
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.orders.perform_action import situation

_CHAIN_PAGE = 500


@use_case(right="orders.read")
async def read_order(tx: Tx, order_no: str) -> dict[str, Any]:
    """The whole order, with its forecast where there is one.

    Raises NOT_FOUND, for one that is missing and one that is not yours alike.
    """
    loaded = await _loaded(tx, order_no, with_forecast=True)
    workflow = await documents.workflow(tx, loaded.order.workflow_key, loaded.order.workflow_version)
    view = order_view(loaded.order, workflow, loaded.customer, loaded.merchandiser, loaded.papers)
    if loaded.forecast is None:
        return view
    return {**view, "forecast": forecast_view(loaded.forecast, workflow, tx.now)}


@use_case(right="orders.read")
async def list_orders(tx: Tx, wanted: OrderFilter) -> list[dict[str, Any]]:
    """Rows for a board or a list, each with its labels."""
    return await row_views(tx, await order_board.list_orders(tx, Scope.of(tx.actor), wanted))


async def row_views(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the order board in the names of the API."""
    running = {(row["workflow_key"], row["workflow_version"]) for row in rows}
    workflows = {reference: await documents.workflow(tx, *reference) for reference in running}
    return [_row_view(row, workflows[row["workflow_key"], row["workflow_version"]], tx.now) for row in rows]


@use_case(right="orders.read")
async def list_actions(tx: Tx, order_no: str) -> dict[str, Any]:
    """What the actor may do now with the form of each, and why the rest is refused."""
    loaded = await _loaded(tx, order_no)
    order = loaded.order
    workflow, forms = await documents.workflow_with_forms(tx, order.workflow_key, order.workflow_version)
    offered = offers(workflow, situation(tx, loaded, {}), forms)
    return {"order_no": order.order_no, "version": order.version, "items": [offer.as_json() for offer in offered]}


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """The part of a history after event `after_seq`."""

    order_no: str
    after_seq: int
    limit: int


@use_case(right="orders.read")
async def read_history(tx: Tx, page: HistoryPage) -> list[dict[str, Any]]:
    """Events, oldest first, each with what is needed to check its hash."""
    scope = Scope.of(tx.actor)
    rows = await order_history.events_after(tx, scope, page.order_no, page.after_seq, page.limit)
    if not rows and await order_history.head(tx, scope, page.order_no) is None:
        raise NOT_FOUND()
    return [stored_event_view(row["body"], row["canonical"], row["prev_hash"], row["hash"]) for row in rows]


@use_case(right="orders.read")
async def verify_history(tx: Tx, order_no: str) -> dict[str, Any]:
    """`{"order_no", "holds", "events", "head_hash", "faults": [{"seq", "problem"}]}`."""
    scope = Scope.of(tx.actor)
    head = await order_history.head(tx, scope, order_no)
    if head is None:
        raise NOT_FOUND()
    rows = await _all_events(tx, scope, order_no)
    faults = chain_faults(_link(row) for row in rows) + _head_faults(head, rows)
    return {
        "order_no": order_no,
        "holds": not faults,
        "events": len(rows),
        "head_hash": head["head_hash"],
        "faults": [{"seq": fault.seq, "problem": fault.problem} for fault in faults],
    }


async def _loaded(tx: Tx, order_no: str, *, with_forecast: bool = False) -> orders.Loaded:
    loaded = await orders.load(tx, order_no, with_forecast=with_forecast)
    if loaded is None:
        raise NOT_FOUND()
    return loaded


async def _all_events(tx: Tx, scope: Scope, order_no: str) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    while True:
        page = await order_history.events_after(tx, scope, order_no, rows[-1]["seq"] if rows else 0, _CHAIN_PAGE)
        rows += page
        if len(page) < _CHAIN_PAGE:
            return rows


def _link(row: Mapping[str, Any]) -> StoredLink:
    columns = {
        "seq": row["seq"],
        "type": row["type"],
        "action": row["action"],
        "from": row["from_stage"],
        "to": row["to_stage"],
        "held": row["held"],
    }
    return StoredLink(row["seq"], row["canonical"], row["prev_hash"], row["hash"], columns)


def _head_faults(head: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> list[ChainFault]:
    standing = fold(
        {"seq": row["seq"], "to": row["to_stage"], "held": row["held"], "hash": row["hash"]} for row in rows
    )
    said = {
        "version": standing.version,
        "stage": standing.stage,
        "held": standing.held,
        "head_hash": standing.head_hash,
    }
    return [
        ChainFault(head["version"], f"the order says {name} {head[name]}, its history says {value}")
        for name, value in said.items()
        if head[name] != value
    ]


def _row_view(row: Mapping[str, Any], workflow: Workflow, now: datetime) -> dict[str, Any]:
    stage, due_at = workflow.stage(row["stage"]), row["due_at"]
    return {
        "id": str(row["id"]),
        "order_no": row["order_no"],
        "parent_no": row["parent_no"],
        "channel": row["channel"],
        "shop": row["shop"],
        "external_id": row["external_id"],
        "order_type": row["order_type"],
        "customer": _named(row["customer_id"], name=row["customer_name"], company=row["customer_company"]),
        "merchandiser": _named(row["merchandiser_id"], name=row["merchandiser_name"]),
        "currency": row["currency"],
        "total": money_text(row["total"], row["currency"]),
        "priority": row["priority"],
        "promised_date": row["promised_date"] and row["promised_date"].isoformat(),
        "promised_derived": row["promised_derived"],
        "due_at": due_at and instant_text(due_at),
        "workflow": workflow.reference,
        "stage": row["stage"],
        "stage_label": stage.label.as_json(),
        "category": row["category"],
        "role": stage.role,
        "held": row["held"],
        "stage_since": instant_text(row["stage_since"]),
        "late": due_at is not None and due_at < now and row["category"] in OPEN_CATEGORIES,
        "short": row["short"],
        "forecast": row["forecast"] and forecast_head(row["forecast"], now),
        "revision": row["revision"],
        "version": row["version"],
        "opened_at": instant_text(row["opened_at"]),
        "updated_at": instant_text(row["updated_at"]),
    }


def _named(key: UUID | None, **names: str | None) -> dict[str, Any] | None:
    return None if key is None else {"id": str(key), **names}
