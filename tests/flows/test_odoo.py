"""Odoo over both of its interfaces: stock and money in, orders and shipments out once, illness without harm."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest

from domain.products.article import Article
from integrations.odoo.books import Books
from integrations.odoo.client import OdooClient
from integrations.odoo.erp import Odoo
from tests.factory import Factory
from tests.flows.erp_house import ILLNESSES, RELAY, ErpHouse
from tests.simulators.odoo import DATABASE, KEY, LOGIN, OdooServer
from tests.workers.postroom import rows
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue

COPPER, RADIATOR = "CU-T16", "RAD-600"
EMPTY = ("account.move", "account.payment", "sale.order", "stock.picking", "mail.message")


def a_server() -> OdooServer:
    """A company with three articles, two of them counted, and a customer."""
    server = OdooServer({model: [] for model in EMPTY})
    inside = server.add("stock.location", usage="internal", complete_name="WH/Stock")
    outside = server.add("stock.location", usage="customer", complete_name="Customers")
    own, unit = [inside["id"], "WH/Stock"], [1, "m"]
    for code, name, price in ((COPPER, "Copper tube", 62.5), (RADIATOR, "Radiator", 0.0), (False, "Hinge", 1.0)):
        server.add("product.product", default_code=code, name=name, uom_id=unit, standard_price=price)
    server.add("stock.warehouse.orderpoint", product_id=[1, COPPER], product_min_qty=500.0)
    for product, quantity, where in ((1, 800.5, own), (1, 450.0, own), (2, 3.0, own), (3, -6.0, own)):
        server.add(
            "stock.quant", product_id=[product, f"[?] {product}"], location_id=where, lot_id=False,
            quantity=quantity, reserved_quantity=100.0, product_uom_id=unit,
        )  # fmt: skip
    server.add(
        "stock.quant", product_id=[1, COPPER], location_id=[outside["id"], "Customers"], lot_id=False,
        quantity=9999.0, reserved_quantity=0.0, product_uom_id=unit,
    )  # fmt: skip
    server.add(
        "stock.picking.type", code="outgoing", default_location_src_id=own,
        default_location_dest_id=[outside["id"], "Customers"],
    )  # fmt: skip
    server.add("res.currency", name="CNY")
    server.add("res.partner", name="零星客户")
    return server


@dataclass
class OdooHouse(ErpHouse):
    """A factory whose ERP is an Odoo server."""

    server: OdooServer


@pytest.fixture(params=["json2", "jsonrpc"])
async def house(database: Any, request: pytest.FixtureRequest) -> AsyncIterator[OdooHouse]:
    factory = await Factory.open(database.app_url)
    server = a_server()
    articles = [Article(COPPER, "紫铜管", "米", "material"), Article(RADIATOR, "散热器", "组", "product")]
    await factory.run(load_catalogue, LoadCatalogue(articles, []), actor=RELAY)
    login = LOGIN if request.param == "jsonrpc" else None
    async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as http:
        client = OdooClient(http, "http://odoo", DATABASE, KEY, lambda: factory.clock, login)
        yield OdooHouse(factory, "odoo", Odoo(client, page_rows=2, books=Books("零星客户")), server)
    await factory.close()


async def test_stock_and_safety_levels_come_in(house: OdooHouse) -> None:
    assert (await house.pull())["problem"] is None
    assert await house.stock() == {COPPER: (Decimal("1250.5"), Decimal(500)), RADIATOR: (Decimal(3), None)}
    (copper,) = await rows(house.factory, "SELECT name, unit_cost FROM materials WHERE sku = $1", COPPER)
    assert (copper["name"], copper["unit_cost"]) == ("Copper tube", Decimal("62.5"))
    (point,) = house.server.models["stock.warehouse.orderpoint"]
    house.server.touch(point, product_min_qty=1300.0)
    house.factory.later(minutes=10)
    await house.pull()
    assert (await house.stock())[COPPER][1] == Decimal(1300)


@pytest.mark.parametrize("fault", ILLNESSES)
async def test_an_ill_server_changes_nothing_but_how_old_the_figures_are(house: OdooHouse, fault: str) -> None:
    first = await house.pull()
    house.server.models["stock.quant"][0]["quantity"] = 1.0
    await house.is_ill(house.server, first, ["", fault, fault, fault, fault])
    assert (await house.stock())[COPPER][0] == Decimal(451)


async def test_a_wrong_key_is_tried_once_over_json_rpc(house: OdooHouse) -> None:
    assert isinstance(house.erp, Odoo)
    house.erp.client.key = "wrong"
    for _ in range(3):
        await house.pull()
        house.factory.later(minutes=10)
    problem = (await house.pull())["problem"]
    assert (problem["reason"], problem["needs_person"]) == ("login_refused", True)
    assert house.server.calls.count("authenticate") == (house.erp.client.login is not None)


async def test_an_order_its_stages_and_shipments_are_told_once(house: OdooHouse) -> None:
    await house.begin_to_tell()
    number = await house.order(RADIATOR, quantity=5)
    house.server.faults = ["", "", "", "", "", "commit_then_drop"]
    await house.tell()
    house.factory.later(minutes=5)
    await house.tell()
    await house.factory.play(number, "dispatch")
    await house.tell()
    async with house.factory.database.connect() as connection:
        await connection.run("DELETE FROM erp_documents")
    await house.factory.act(number, "depart", "driver")
    await house.tell()
    (order,) = house.server.models["sale.order"]
    assert (order["client_order_ref"], order["amount_untaxed"]) == (number, 500)
    (transfer,) = house.server.models["stock.picking"]
    assert transfer["origin"].startswith(f"{number}-S")
    assert [move["product_uom_qty"] for _, _, move in transfer["move_ids"]] == [5]
    notes = [message["body"] for message in house.server.models["mail.message"]]
    assert len(notes) == len(set(notes)) == 3
    assert {row["state"] for row in await house.effects("tell_erp")} == {"done"}


async def test_invoices_and_payments_come_into_the_ledger(house: OdooHouse) -> None:
    await house.begin_to_tell()
    number = await house.order(RADIATOR)
    await house.tell()
    money = {"date": "2026-11-24", "currency_id": [1, "CNY"], "state": "posted"}
    bill = {**money, "move_type": "out_invoice", "invoice_origin": "S00001"}
    due = {"invoice_date_due": "2026-12-24"}
    invoice = house.server.add("account.move", name="INV/1", amount_total=226.0, **bill, **due)
    house.server.add("account.move", name="RINV/1", amount_total=26.0, **{**bill, "move_type": "out_refund"})
    house.server.add("account.move", name="INV/2", amount_total=9.0, **{**bill, "invoice_origin": False})
    paid = {**money, "payment_type": "inbound", "partner_type": "customer"}
    house.server.add("account.payment", name="P1", amount=200.0, reconciled_invoice_ids=[invoice["id"]], **paid)
    house.server.add("account.payment", name="P2", amount=5.0, reconciled_invoice_ids=[], **paid)
    read = await house.read_ledger()
    assert (read["report"]["new"], read["report"]["unassigned"]) == (3, 2)
    entries = await rows(house.factory, "SELECT kind, amount, order_no, due_date FROM ledger_entries ORDER BY amount")
    assert [(row["kind"], row["amount"], row["due_date"]) for row in entries] == [
        ("credit_note", 26, None),
        ("receipt", 200, None),
        ("invoice", 226, date(2026, 12, 24)),
    ]
    assert {row["order_no"] for row in entries} == {number}
    house.factory.later(hours=1)
    house.server.touch(invoice, amount_total=227.0)
    again = await house.read_ledger()
    assert (again["report"].get("new"), again["report"]["changed"]) == (0, 1)


async def test_each_day_says_where_odoo_and_we_differ(house: OdooHouse) -> None:
    agreed = await house.order(RADIATOR)
    await house.begin_to_tell()
    cancelled, missing = await house.order(RADIATOR), await house.order("NOT.THERE")
    await house.tell()
    house.server.models["sale.order"][1]["state"] = "cancel"
    house.server.add("product.product", default_code="NEW", name="new", uom_id=[1, "m"], standard_price=0.0)
    house.server.add(
        "stock.quant", product_id=[4, "NEW"], location_id=[1, "WH/Stock"], lot_id=False, quantity=2.0,
        reserved_quantity=0.0, product_uom_id=[1, "m"],
    )  # fmt: skip
    await house.pull()
    house.factory.later(hours=2)
    await house.compare()
    assert await house.differences() == {
        ("order_cancelled", cancelled),
        ("order_missing", missing),
        ("not_told", missing),
        ("material_unknown", "NEW"),
    }
    assert agreed != cancelled
