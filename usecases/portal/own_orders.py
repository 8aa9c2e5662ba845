"""What a customer asks of her own orders: where they are, when she gets them, what was sent. Nobody else's exist."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.forecast.view import customer_forecast, reached
from domain.orders.events import instant_text
from domain.orders.money import money_text, price_text, quantity_text
from domain.portal.shipments import Goods, Leaving, shipments, shipping_actions
from domain.portal.wording import Step, stage_words, stops, timeline
from domain.refusals.general import NOT_FOUND
from domain.workflow.document import Workflow
from persistence import documents
from persistence.chat import reader_of
from persistence.papers import Paper
from persistence.queries import portal_orders
from persistence.queries.portal_orders import PortalFilter
from persistence.tx import Tx
from usecases.door import use_case


@use_case(right="portal.own")
async def list_own_orders(tx: Tx, wanted: PortalFilter) -> list[dict[str, Any]]:
    """Rows, newest first."""
    rows = await portal_orders.list_own(tx, tx.actor.customer_ids, reader_of(tx.actor), wanted)
    running = {(row["workflow_key"], row["workflow_version"]) for row in rows}
    workflows = {reference: await documents.workflow(tx, *reference) for reference in running}
    return [head_view(tx, row, workflows[row["workflow_key"], row["workflow_version"]]) for row in rows]


@use_case(right="portal.own")
async def read_own_order(tx: Tx, order_no: str) -> dict[str, Any]:
    """The whole order. Raises NOT_FOUND, for one that is missing and one that is not hers alike."""
    row = await portal_orders.find_own(tx, tx.actor.customer_ids, reader_of(tx.actor), order_no)
    if row is None:
        raise NOT_FOUND()
    workflow = await documents.workflow(tx, row["workflow_key"], row["workflow_version"])
    steps = [Step(step["action"], step["from"], step["to"], step["at"]) for step in row["steps"]]
    return {
        **head_view(tx, row, workflow),
        **_money(row),
        "line": stops(workflow, row["stage"], steps, _reached(tx, row, workflow)),
        "timeline": timeline(workflow, steps),
        "lines": [_line(line, row["currency"]) for line in row["lines"]],
        "shipments": _shipments(row, workflow),
        "papers": [{**paper, "released_at": _instant(paper["released_at"])} for paper in row["papers"]],
    }


@use_case(right="portal.own")
async def find_own_paper(tx: Tx, paper_id: UUID) -> Paper:
    """What is known of one released paper. Raises NOT_FOUND, for one that is not released or not hers alike."""
    row = await portal_orders.find_paper(tx, tx.actor.customer_ids, paper_id)
    if row is None:
        raise NOT_FOUND()
    return Paper(row["id"], "", row["file_name"], row["media_type"], row["size_bytes"], row["sha256"], "")


def head_view(tx: Tx, row: Mapping[str, Any], workflow: Workflow) -> dict[str, Any]:
    """What a list and the order itself have in common. Nothing is foretold of what is on hold."""
    known = None if row["held"] else row["forecast"]
    forecast = known and customer_forecast(known, tx.zone, tx.now)
    return {
        "id": str(row["id"]),
        "order_no": row["order_no"],
        "parent_no": row["parent_no"],
        "reference": row["external_id"],
        "stage": stage_words(workflow, row["stage"]).as_json(),
        "category": row["category"],
        "paused": row["held"],
        "expected": _expected(row, forecast),
        "forecast": forecast,
        "currency": row["currency"],
        "total": money_text(row["total"], row["currency"]),
        "unread": row["unread"],
        "opened_at": instant_text(row["opened_at"]),
        "updated_at": instant_text(row["updated_at"] or row["opened_at"]),
    }


def _reached(tx: Tx, row: Mapping[str, Any], workflow: Workflow) -> dict[str, str]:
    known = None if row["held"] else row["forecast"]
    return reached(known, workflow, tx.zone, tx.now) if known else {}


def _expected(row: Mapping[str, Any], forecast: Mapping[str, Any] | None) -> dict[str, Any]:
    """The day that was promised; where none was, the one that is foretold."""
    if row["promised_date"] is not None:
        return {"date": row["promised_date"].isoformat(), "basis": "derived" if row["promised_derived"] else "agreed"}
    day = forecast and forecast["by"]
    return {"date": day, "basis": "forecast" if day else None}


def _money(row: Mapping[str, Any]) -> dict[str, Any]:
    currency = row["currency"]
    return {
        "discounts": row["discounts"],
        "fees": row["fees"],
        "shipping": money_text(row["shipping"], currency),
        "tax": money_text(row["tax"], currency),
        "tax_included": row["tax_included"],
    }


def _line(line: Mapping[str, Any], currency: str) -> dict[str, Any]:
    quantities = ("quantity", "shipped_quantity", "returned_quantity")
    return {
        **line,
        **{name: quantity_text(Decimal(line[name])) for name in quantities},
        "unit_price": price_text(Decimal(line["unit_price"]), currency),
        "amount": money_text(Decimal(line["amount"]), currency),
    }


def _shipments(row: Mapping[str, Any], workflow: Workflow) -> list[dict[str, Any]]:
    leaving = shipping_actions(workflow) | {"ship_part"}
    goods = [Goods(one["line"], one["name"], one["unit"], Decimal(one["shipped_quantity"])) for one in row["lines"]]
    left = [
        Leaving(step["at"], step["carrier"], step["tracking"], step["lines"])
        for step in row["steps"]
        if step["action"] in leaving
    ]
    return shipments(left, goods)


def _instant(text: str) -> str:
    return instant_text(datetime.fromisoformat(text))
