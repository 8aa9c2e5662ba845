"""Orders reach Kingdee once, its bills and receipts reach the ledger, and each day says where we differ."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from integrations.kingdee.books import Books
from integrations.kingdee.client import KingdeeClient, Login
from integrations.kingdee.erp import Kingdee
from tests.factory import Factory
from tests.flows.erp_house import DAY, ErpHouse
from tests.simulators.kingdee import DATA_CENTRE, PASSWORD, SAMPLES, USER, KingdeeServer, kingdee_server
from tests.workers.postroom import rows

RADIATOR = "FG.RAD6010W"


@pytest.fixture(scope="module")
def server() -> Iterator[KingdeeServer]:
    with kingdee_server() as made:
        yield made


@pytest.fixture
async def house(database: Any, server: KingdeeServer) -> AsyncIterator[ErpHouse]:
    server.control("reset")
    factory = await Factory.open(database.app_url)
    async with httpx.AsyncClient() as http:
        client = KingdeeClient(http, server.url, Login(DATA_CENTRE, USER, PASSWORD), lambda: factory.clock)
        erp = Kingdee(client, page_rows=10, books=Books("100", "S01", "K0008"))
        yield ErpHouse(factory, "kingdee", erp)
    await factory.close()


async def document(house: ErpHouse, form: str, number: str, *fields: str) -> list[Any]:
    """A document of Kingdee's, by its number."""
    assert isinstance(house.erp, Kingdee)
    found = await house.erp.client.query(form, fields, where=f"FBillNo='{number}'", order="FID", start=0, limit=9)
    return [row[0] for row in found] if len(fields) == 1 else found


def saved(server: KingdeeServer) -> list[tuple[str, str]]:
    return [(row["form"], row["number"]) for row in server.state()["saved"]]


async def test_an_order_is_written_once_and_its_stage_follows(house: ErpHouse, server: KingdeeServer) -> None:
    before = await house.order(RADIATOR)
    await house.begin_to_tell()
    after = await house.order(RADIATOR, customer={"name": "赵敏", "company": "苏州金阊酒店管理有限公司"})
    await house.tell()
    assert saved(server) == [("SAL_SaleOrder", before), ("SAL_SaleOrder", after)]
    assert await document(house, "SAL_SaleOrder", before, "FCustId.FNumber") == ["K0008"]
    assert await document(house, "SAL_SaleOrder", after, "FCustId.FNumber") == ["K0003"]
    assert await document(house, "SAL_SaleOrder", after, "FMaterialId.FNumber", "FQty", "FAllAmount") == [
        [RADIATOR, 2, 200]
    ]
    (note,) = await document(house, "SAL_SaleOrder", after, "FNote")
    await house.factory.act(after, "submit_review", "sales")
    await house.tell()
    (reviewed,) = await document(house, "SAL_SaleOrder", after, "FNote")
    assert note != reviewed
    assert [state["state"] for state in await house.effects("tell_erp")] == ["done"] * 3


async def test_prices_before_tax_are_written_as_such(house: ErpHouse) -> None:
    await house.begin_to_tell()
    number = await house.order(RADIATOR, tax_included=False)
    await house.tell()
    assert await document(house, "SAL_SaleOrder", number, "FPrice", "FTaxPrice") == [[100, None]]


async def test_an_order_that_is_approved_there_is_left_alone(house: ErpHouse, server: KingdeeServer) -> None:
    number = await house.order(RADIATOR)
    await house.begin_to_tell()
    assert isinstance(house.erp, Kingdee)
    await house.erp.client.act("Submit", "SAL_SaleOrder", [number])
    (note,) = await document(house, "SAL_SaleOrder", number, "FNote")
    await house.factory.act(number, "submit_review", "sales")
    await house.tell()
    assert await document(house, "SAL_SaleOrder", number, "FNote") == [note]
    assert {row["state"] for row in await house.effects("tell_erp")} == {"done"}


async def test_what_was_saved_and_not_heard_of_is_not_saved_twice(house: ErpHouse, server: KingdeeServer) -> None:
    await house.begin_to_tell()
    number = await house.order(RADIATOR)
    server.control("faults", next=["", "", "", "commit_then_drop"])
    await house.tell()
    assert [row["state"] for row in await house.effects("tell_erp")] == ["ready"]
    house.factory.later(minutes=5)
    await house.tell()
    assert [row["state"] for row in await house.effects("tell_erp")] == ["done"]
    assert saved(server) == [("SAL_SaleOrder", number)]


async def test_each_shipment_is_a_delivery_under_its_own_number(house: ErpHouse, server: KingdeeServer) -> None:
    await house.begin_to_tell()
    number = await house.order(RADIATOR, quantity=5)
    await house.factory.play(number, "pass_inspection")
    await house.factory.act(number, "ship_part", "warehouse", payload={"lines": [{"line": 1, "quantity": "2"}]})
    await house.tell()
    await house.factory.act(number, "dispatch", "warehouse")
    await house.tell()
    await house.factory.act(number, "depart", "driver")
    await house.tell()
    deliveries = [name for form, name in saved(server) if form == "SAL_OUTSTOCK"]
    assert len(deliveries) == len(set(deliveries)) == 2
    assert all(name.startswith(f"{number}-S") for name in deliveries)
    amounts = [await document(house, "SAL_OUTSTOCK", name, "FRealQty") for name in deliveries]
    assert amounts == [[2], [3]]
    assert await document(house, "SAL_OUTSTOCK", deliveries[0], "FSoorDerno") == [number]


async def test_a_delivery_whose_number_is_taken_is_taken_as_done(house: ErpHouse, server: KingdeeServer) -> None:
    await house.begin_to_tell()
    number = await house.order(RADIATOR)
    await house.factory.play(number, "dispatch")
    await house.tell()
    async with house.factory.database.connect() as connection:
        await connection.run("DELETE FROM erp_documents")
    await house.factory.act(number, "depart", "driver")
    await house.tell()
    assert len([form for form, _ in saved(server) if form == "SAL_OUTSTOCK"]) == 1
    assert {row["state"] for row in await house.effects("tell_erp")} == {"done"}


async def test_what_kingdee_refuses_waits_for_a_person_until_the_order_is_told_anew(house: ErpHouse) -> None:
    await house.begin_to_tell()
    number = await house.order("NOT.THERE")
    await house.tell()
    (refused,) = await house.effects("tell_erp")
    assert refused["state"] == "dead"
    assert "FMaterialId" in refused["problem"]
    await house.factory.act(number, "submit_review", "sales")
    await house.tell()
    assert [row["state"] for row in await house.effects("tell_erp")] == ["done", "dead"]


async def test_an_erp_that_was_away_for_a_day_hears_of_an_order_once(house: ErpHouse, server: KingdeeServer) -> None:
    await house.begin_to_tell()
    number = await house.order(RADIATOR)
    server.control("faults", next=["http502"] * 40)
    for action in ("submit_review", "approve_review"):
        await house.tell()
        await house.factory.act(number, action, "sales")
        house.factory.later(hours=8)
    server.control("faults", next=[])
    house.factory.later(hours=8)
    await house.tell()
    assert saved(server) == [("SAL_SaleOrder", number)]
    assert {row["state"] for row in await house.effects("tell_erp")} == {"done"}


async def test_bills_and_receipts_come_into_the_ledger_once(house: ErpHouse) -> None:
    first = await house.read_ledger()
    entries = await rows(house.factory, "SELECT * FROM ledger_entries")
    by_kind = {kind: sum(1 for row in entries if row["kind"] == kind) for kind in ("invoice", "credit_note", "receipt")}
    assert first["report"]["told"] == first["report"]["new"] == len(entries) == sum(by_kind.values())
    told = json.loads((SAMPLES / "AR_RECEIVEBILL.page1.expected.json").read_text(encoding="utf-8"))["rows"]
    receipts = {row["external_id"]: row["amount"] for row in entries if row["kind"] == "receipt"}
    assert receipts == {f"{row['number']}/{row['order']}": Decimal(row["amount"]) for row in told if row["order"]}
    assert first["report"]["unassigned"] > 0
    (bill,) = [row for row in entries if row["external_id"] == "AR00000003/XSDD000003"]
    assert (bill["kind"], bill["amount"], bill["currency"]) == ("invoice", Decimal(34777), "CNY")
    assert bill["order_no"] == "XSDD000003"
    bills = json.loads((SAMPLES / "AR_receivable.page1.expected.json").read_text(encoding="utf-8"))["rows"]
    (said,) = [row for row in bills if row["number"] == "AR00000003"]
    assert bill["due_date"] == date.fromisoformat(said["due"])
    house.factory.later(hours=1)
    again = await house.read_ledger()
    assert (again["report"]["new"], again["report"]["changed"]) == (0, 0)
    assert again["until"] == first["until"]
    assert again["as_of"] > first["as_of"]


async def test_a_date_of_the_future_does_not_keep_the_present_from_being_read(house: ErpHouse) -> None:
    assert isinstance(house.erp, Kingdee)
    far = {"FBillTypeID": {"FNumber": "YSD01_SYS"}, "FDATE": "2099-01-01", "FCUSTOMERID": {"FNumber": "K0001"}}
    line = {"FPriceQty": 1, "FALLAMOUNTFOR_D": 5, "FORDERNUMBER": "XSDD000001"}
    model = {**far, "FCURRENCYID": {"FNumber": "PRE001"}, "FEntityDetail": [line]}
    await house.erp.client.save("AR_receivable", model)
    assert (await house.read_ledger())["until"] <= house.factory.clock.date().isoformat()


async def test_what_was_paid_back_comes_into_the_ledger(house: ErpHouse) -> None:
    assert isinstance(house.erp, Kingdee)
    client = house.erp.client
    head = {"FBillTypeID": {"FNumber": "SKDLX01_SYS"}, "FDATE": "2026-11-20", "FCONTACTUNIT": {"FNumber": "K0001"}}
    lines = [
        {"FREFUNDAMOUNTFOR_E": 30, "FSALEORDERNUMBER": "XSDD000003"},
        {"FREFUNDAMOUNTFOR_E": 12.5, "FSALEORDERNUMBER": "XSDD000003"},
        {"FREFUNDAMOUNTFOR_E": 9},
    ]
    refund = {**head, "FCURRENCYID": {"FNumber": "PRE001"}, "FREFUNDBILLENTRY": lines}
    _, number = await client.save("AR_REFUNDBILL", refund)
    await client.save("AR_REFUNDBILL", refund)  # never approved
    for verb in ("Submit", "Audit"):
        await client.act(verb, "AR_REFUNDBILL", [number])
    assert (await house.read_ledger())["problem"] is None
    found = await rows(house.factory, "SELECT external_id, amount FROM ledger_entries WHERE kind = 'refund'")
    assert [(row["external_id"], row["amount"]) for row in found] == [(f"{number}/XSDD000003", Decimal("42.5"))]


async def test_where_refunds_name_no_order_the_rest_is_read(house: ErpHouse) -> None:
    assert isinstance(house.erp, Kingdee)
    house.erp = replace(house.erp, refund_order="FNOTTHERE")
    assert (await house.read_ledger())["problem"]["reason"] == "unknown_field"
    house.erp = replace(house.erp, refund_order="")
    house.factory.later(hours=1)
    assert (await house.read_ledger())["problem"] is None


@pytest.mark.parametrize(("fault", "call"), [("html", 0), ("garbage", 1), ("http502", 2), ("drop", 3), ("waf", 3)])
async def test_a_ledger_that_does_not_come_says_why_and_goes_on_later(
    house: ErpHouse, server: KingdeeServer, fault: str, call: int
) -> None:
    server.control("faults", next=["", *[""] * call, fault])
    ill = await house.read_ledger()
    assert (ill["as_of"], ill["until"]) == (None, None)
    assert ill["problem"]["reason"]
    server.control("faults", next=[])
    house.factory.later(minutes=10)
    whole = await house.read_ledger()
    assert whole["problem"] is None
    assert whole["as_of"] is not None
    (count,) = await rows(house.factory, "SELECT count(*) AS n, count(DISTINCT external_id) AS d FROM ledger_entries")
    assert count["n"] == count["d"] > 20


async def test_each_day_says_once_where_kingdee_and_we_differ(house: ErpHouse, server: KingdeeServer) -> None:
    agreed = await house.order(RADIATOR)
    await house.begin_to_tell()
    missing = await house.order("NOT.THERE")
    differs = await house.order("FG.RAD6012W")
    await house.tell()
    assert isinstance(house.erp, Kingdee)
    ((identity, line),) = await document(house, "SAL_SaleOrder", differs, "FID", "FSaleOrderEntry_FEntryID")
    entry = {"FEntryID": line, "FMaterialId": {"FNumber": "FG.RAD6012W"}, "FQty": 2, "FAllAmount": 150}
    await house.erp.client.save("SAL_SaleOrder", {"FID": identity, "FSaleOrderEntry": [entry]})
    await house.read_ledger()
    house.factory.later(hours=2)
    assert await house.compare() == ["kingdee"]
    found = await house.differences()
    orders = {(kind, subject) for kind, subject in found if kind != "entry_unknown"}
    assert orders == {("order_missing", missing), ("not_told", missing), ("sum_differs", differs)}
    assert agreed not in {subject for _, subject in found}
    assert ("entry_unknown", "AR00000003/XSDD000003") in found
    assert await house.compare() == []
    server.control("faults", next=["garbage"])
    assert await house.compare(DAY + timedelta(days=1)) == ["kingdee"]
    (ill,) = await rows(house.factory, "SELECT * FROM erp_reports WHERE made_at IS NULL")
    assert ill["problem"]["reason"] == "not_an_api_answer"
    house.factory.later(minutes=1)
    await house.relay.drain()
    assert await rows(house.factory, "SELECT * FROM erp_reports WHERE made_at IS NULL") == []
