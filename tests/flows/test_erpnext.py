"""ERPNext: stock and invoices in, orders, stages and shipments out once, illness without harm."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest

from integrations.erpnext.client import ErpNextClient
from integrations.erpnext.erp import ErpNext
from tests.factory import Factory
from tests.flows.erp_house import ILLNESSES, ErpHouse
from tests.simulators.erpnext import KEY, SECRET, ErpNextServer
from tests.workers.postroom import rows

COPPER, RADIATOR = "CU-T16", "RAD-600"


def a_server() -> ErpNextServer:
    """A company with two items in stores and in a shop of somebody else's."""
    server = ErpNextServer(
        {name: [] for name in ("Sales Order", "Comment", "Customer", "Sales Invoice", "Payment Entry")}
    )
    item = {"is_stock_item": 1, "description": "", "lead_time_days": 14, "valuation_rate": 40.0, "disabled": 0}
    levels = [{"warehouse_reorder_level": 300.0}, {"warehouse_reorder_level": 200.0}]
    copper = {"item_name": "Copper tube", "stock_uom": "Meter", "safety_stock": 9.0, "last_purchase_rate": 62.5}
    server.add("Item", **item, **copper, name=COPPER, reorder_levels=levels)
    radiator = {"item_name": "Radiator", "stock_uom": "Nos", "safety_stock": 4.0, "last_purchase_rate": 0.0}
    server.add("Item", **item, **radiator, name=RADIATOR, reorder_levels=[])
    for code, warehouse, quantity in (
        (COPPER, "Stores - HN", 1250.5),
        (RADIATOR, "Stores - HN", 3.0),
        (COPPER, "X - ZZ", 7.0),
    ):
        server.add(
            "Bin", item_code=code, warehouse=warehouse, actual_qty=quantity, reserved_qty=300.0, projected_qty=-1.0,
            stock_uom="Meter",
        )  # fmt: skip
    return server


@dataclass
class ErpNextHouse(ErpHouse):
    """A factory whose ERP is an ERPNext server."""

    server: ErpNextServer


@pytest.fixture
async def house(database: Any) -> AsyncIterator[ErpNextHouse]:
    factory = await Factory.open(database.app_url)
    server = a_server()
    async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as http:
        client = ErpNextClient(http, "http://erp", KEY, SECRET, lambda: factory.clock)
        erp = ErpNext(client, warehouses="%- HN", customer="CUST-1", page_rows=3)
        yield ErpNextHouse(factory, "erpnext", erp, server)
    await factory.close()


async def test_stock_levels_and_prices_come_in(house: ErpNextHouse) -> None:
    assert (await house.pull())["problem"] is None
    assert await house.stock() == {COPPER: (Decimal("1250.5"), Decimal(500)), RADIATOR: (Decimal(3), Decimal(4))}
    found = await rows(house.factory, "SELECT sku, unit_cost, lead_days FROM materials ORDER BY sku")
    assert [(row["unit_cost"], row["lead_days"]) for row in found] == [(Decimal("62.5"), 14), (Decimal(40), 14)]


@pytest.mark.parametrize("fault", ILLNESSES)
async def test_an_ill_server_changes_nothing_but_how_old_the_figures_are(house: ErpNextHouse, fault: str) -> None:
    first = await house.pull()
    house.server.documents["Bin"][0]["actual_qty"] = 1.0
    await house.is_ill(house.server, first, ["", fault, fault, fault])
    assert (await house.stock())[COPPER][0] == Decimal(1)


async def test_an_order_its_stages_and_shipments_are_told_once(house: ErpNextHouse) -> None:
    await house.begin_to_tell()
    number = await house.order(RADIATOR, quantity=5)
    house.server.faults = ["", "", "commit_then_drop"]
    await house.tell()
    house.factory.later(minutes=5)
    await house.tell()
    await house.factory.play(number, "dispatch")
    await house.tell()
    async with house.factory.database.connect() as connection:
        await connection.run("DELETE FROM erp_documents")
    await house.factory.act(number, "depart", "driver")
    await house.tell()
    (order,) = house.server.documents["Sales Order"]
    assert (order["po_no"], order["customer"], order["grand_total"]) == (number, "CUST-1", 500)
    comments = [comment["content"] for comment in house.server.documents["Comment"]]
    assert len(comments) == len(set(comments)) == 4
    assert sum(f"5 × {RADIATOR}" in comment for comment in comments) == 1
    assert {row["state"] for row in await house.effects("tell_erp")} == {"done"}


async def test_what_is_refused_says_why_in_plain_words(house: ErpNextHouse) -> None:
    await house.begin_to_tell()
    await house.order("NOT.THERE")
    await house.tell()
    (refused,) = await house.effects("tell_erp")
    assert (refused["state"], refused["problem"]) == ("dead", "validation: Item NOT.THERE not found")


async def test_invoices_come_into_the_ledger_and_sums_are_compared(house: ErpNextHouse) -> None:
    number = await house.order(RADIATOR)
    await house.begin_to_tell()
    bill = {"posting_date": "2026-11-24", "currency": "CNY", "docstatus": 1, "po_no": number, "is_return": 0}
    invoice = house.server.add("Sales Invoice", grand_total=200.0, due_date="2026-12-24", **bill)
    house.server.add("Sales Invoice", grand_total=-20.0, **{**bill, "is_return": 1})
    house.server.add("Sales Invoice", grand_total=9.0, **{**bill, "po_no": None})
    house.server.add("Sales Invoice", grand_total=9.0, **{**bill, "docstatus": 0})
    read = await house.read_ledger()
    assert (read["report"]["new"], read["report"]["unassigned"]) == (2, 1)
    found = await rows(house.factory, "SELECT kind, amount, due_date FROM ledger_entries ORDER BY amount")
    due = [(row["kind"], row["amount"], row["due_date"]) for row in found]
    assert due == [("credit_note", 20, None), ("invoice", 200, date(2026, 12, 24))]
    house.factory.later(hours=2)
    house.server.touch(invoice, grand_total=210.0)
    assert (await house.read_ledger())["report"]["changed"] == 1
    house.server.documents["Sales Order"][0].update(net_total=180.0, grand_total=180.0)
    await house.compare()
    assert await house.differences() == {("sum_differs", number)}


async def test_payments_come_into_the_ledger_by_the_orders_of_what_they_settle(house: ErpNextHouse) -> None:
    first, second = await house.order(RADIATOR), await house.order(RADIATOR)
    await house.begin_to_tell()
    order = next(row for row in house.server.documents["Sales Order"] if row["po_no"] == second)
    bill = {"posting_date": "2026-11-24", "currency": "CNY", "docstatus": 1, "is_return": 0}
    invoices = [
        house.server.add("Sales Invoice", grand_total=200.0, po_no=number, **bill) for number in (first, second)
    ]
    paid = {"posting_date": "2026-11-24", "docstatus": 1, "party_type": "Customer", "payment_type": "Receive",
            "paid_from_account_currency": "CNY", "paid_to_account_currency": "USD"}  # fmt: skip

    def part(doctype: str, name: str | None, amount: float) -> dict[str, Any]:
        return {"reference_doctype": doctype, "reference_name": name, "allocated_amount": amount}

    both = [part("Sales Invoice", invoice["name"], 50.0) for invoice in invoices]
    advance = part("Sales Order", order["name"], 25.5)
    receipt = house.server.add("Payment Entry", references=[*both, advance], **paid)
    house.server.add("Payment Entry", references=[part("Journal Entry", "JV-1", 3.0)], **paid)
    house.server.add("Payment Entry", references=[], **paid)
    house.server.add("Payment Entry", references=both, **{**paid, "docstatus": 0})
    house.server.add("Payment Entry", references=both, **{**paid, "party_type": "Supplier"})
    back = {**paid, "payment_type": "Pay", "paid_to_account_currency": "CNY"}
    refund = house.server.add("Payment Entry", references=[part("Sales Invoice", invoices[0]["name"], -20.0)], **back)
    assert isinstance(house.erp, ErpNext)
    house.erp = replace(house.erp, page_rows=4)
    assert (await house.read_ledger())["report"]["unassigned"] == 2
    found = await rows(
        house.factory,
        "SELECT external_id, kind, amount, currency, order_no FROM ledger_entries WHERE kind <> 'invoice' ORDER BY 1",
    )
    assert [(row["external_id"], row["kind"], row["amount"], row["order_no"]) for row in found] == [
        (f"Payment Entry/{receipt['name']}/{first}", "receipt", 50, first),
        (f"Payment Entry/{receipt['name']}/{second}", "receipt", Decimal("75.5"), second),
        (f"Payment Entry/{refund['name']}/{first}", "refund", 20, first),
    ]
    assert {row["currency"] for row in found} == {"CNY"}


async def test_what_changes_while_the_ledger_is_read_is_read_the_next_time(house: ErpNextHouse) -> None:
    number = await house.order(RADIATOR)
    bill = {"posting_date": "2026-11-24", "currency": "CNY", "docstatus": 1, "po_no": number, "is_return": 0}
    late = house.server.add("Sales Invoice", grand_total=200.0, **{**bill, "docstatus": 0})
    house.server.add("Sales Invoice", grand_total=9.0, **bill)
    await house.read_ledger()
    late["docstatus"] = 1  # with the time of its change, which is before that of what was read
    house.factory.later(hours=1)
    assert (await house.read_ledger())["report"]["new"] == 1
