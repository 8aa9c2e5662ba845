"""A9: at month's end sales, workshop, warehouse, customer and finance say what happened, and where they differ."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.api.support import problem
from tests.flows.changing import Changing
from tests.flows.line import Line
from tests.support.files import pdf


@pytest.fixture
async def factory(line: Line) -> Changing:
    changing = Changing(line)
    await changing.stocked()
    return changing


def entry(order_no: str, kind: str, amount: str, number: int = 1, **more: Any) -> dict[str, Any]:
    plain = {
        "external_id": f"{kind}-{order_no}-{number}",
        "kind": kind,
        "order_no": order_no,
        "document_no": f"{kind.upper()}-{number}",
        "amount": amount,
        "booked_date": "2026-11-24",
    }
    return {**plain, **more}


async def books(factory: Changing, *entries: dict[str, Any], role: str = "finance") -> Any:
    return await factory.line.api.post("/ledger/entries", {"source": "erp", "entries": list(entries)}, role=role)


async def reconciled(factory: Changing, role: str = "finance", query: str = "") -> dict[str, Any]:
    year = factory.line.api.clock().year
    path = f"/reconciliation?from={year}-01-01&to={year}-12-31{query}"
    answer = await factory.line.api.get(path, role=role)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def of_order(factory: Changing, order_no: str, role: str = "finance") -> dict[str, Any]:
    items = (await reconciled(factory, role))["items"]
    (item,) = [item for item in items if item["order_no"] == order_no]
    found: dict[str, Any] = item
    return found


def codes(item: dict[str, Any]) -> list[str]:
    return [reason["code"] for reason in item["reasons"]]


async def attaches(factory: Changing, order_no: str, *kinds: str) -> None:
    for kind in kinds:
        await factory.line.attaches("sales", kind, order_no, pdf(kind))


async def test_an_order_on_which_all_agree_has_its_proofs_and_nobody_looks_at_it(factory: Changing) -> None:
    order_no = await factory.stands("sign_delivery")
    await attaches(factory, order_no, "contract", "signed_delivery_note")
    taken = await books(factory, entry(order_no, "invoice", "2182.00"), entry(order_no, "receipt", "2182.00"))
    assert taken.json() == {"told": 2, "new": 2, "changed": 0, "unchanged": 0, "unknown_orders": []}
    item = await of_order(factory, order_no)
    assert codes(item) == []
    assert item["signed"]["total"] == item["invoiced"]["amount"] == item["paid"]["amount"] == "2182.00"
    assert (item["produced"]["quantity"], item["shipped"]["quantity"]) == ("14", "14")
    assert item["shipped"]["amount"] == "2182.00"
    assert {one["kind"] for one in item["signed"]["documents"]} == {"contract"}
    assert [one["number"] for one in item["invoiced"]["documents"]] == ["INVOICE-1"]
    assert {one["kind"] for one in item["received"]["documents"]} == {"event", "signed_delivery_note"}
    assert (await reconciled(factory, query="&only=disagreements"))["items"] == []


async def test_each_disagreement_is_named(factory: Changing) -> None:
    order_no = await factory.stands("dispatch")
    await books(factory, entry(order_no, "invoice", "3000.00"), entry(order_no, "receipt", "100.00"))
    assert codes(await of_order(factory, order_no)) == [
        "shipped_without_contract",
        "invoiced_more_than_shipped",
        "paid_less_than_invoiced",
    ]
    factory.line.later(days=8)
    assert "shipped_not_received" in codes(await of_order(factory, order_no))
    await factory.line.goes_on(order_no, after="dispatch")
    assert {"delivered_without_proof"} <= set(codes(await of_order(factory, order_no)))
    await factory.line.does("warehouse", "receive_return", order_no, lines=[{"line": 1, "quantity": "1"}])
    assert "returned_not_credited" in codes(await of_order(factory, order_no))
    await books(
        factory, entry(order_no, "credit_note", "180.00"), entry(order_no, "invoice", "9.00", 2, currency="USD")
    )
    found = codes(await of_order(factory, order_no))
    assert ("returned_not_credited" in found, "currency_differs" in found) == (False, True)


async def test_the_workshop_made_less_than_was_shipped(factory: Changing) -> None:
    order_no = await factory.stands("completion_reported", begun=4, whole=True)
    await factory.line.does("quality", "pass_inspection", order_no)
    await factory.line.does("warehouse", "dispatch", order_no)
    item = await of_order(factory, order_no)
    assert (item["produced"]["quantity"], item["shipped"]["quantity"]) == ("4", "14")
    assert "shipped_more_than_produced" in codes(item)


async def test_a_part_that_is_shipped_is_worth_its_part(factory: Changing) -> None:
    order_no = await factory.stands("pass_inspection")
    await factory.line.does("warehouse", "ship_part", order_no, lines=[{"line": 1, "quantity": "6"}])
    item = await of_order(factory, order_no)
    assert (item["shipped"]["quantity"], item["shipped"]["amount"]) == ("6", "1080.00")


async def test_totals_are_the_sum_of_the_orders_and_pages_join_without_gap(factory: Changing) -> None:
    numbers = [await factory.opened(shipping=f"{n}.37") for n in range(5)]
    for number in numbers[:3]:
        await books(factory, entry(number, "invoice", "0.10"), entry(number, "receipt", "0.05"))
    first = await reconciled(factory, query="&limit=2")
    (totals,) = first["totals"]
    items = list(first["items"])
    while first["next_cursor"]:
        first = await reconciled(factory, query=f"&limit=2&cursor={first['next_cursor']}")
        items += first["items"]
    assert [item["order_no"] for item in items] == numbers
    assert Decimal(totals["signed"]["total"]) == sum(Decimal(item["signed"]["total"]) for item in items)
    assert (totals["orders"], totals["invoiced"]["amount"], totals["paid"]["amount"]) == (5, "0.30", "0.15")
    assert totals["open"]["amount"] == "0.15"


async def test_a_document_told_again_counts_once_and_told_otherwise_is_corrected(factory: Changing) -> None:
    order_no = await factory.opened()
    told = [(await books(factory, entry(order_no, "invoice", "100.00"))).json() for _ in range(3)]
    assert [(one["new"], one["unchanged"]) for one in told] == [(1, 0), (0, 1), (0, 1)]
    assert (await of_order(factory, order_no))["invoiced"]["amount"] == "100.00"
    assert (await books(factory, entry(order_no, "invoice", "90.00"))).json()["changed"] == 1
    assert (await of_order(factory, order_no))["invoiced"]["amount"] == "90.00"
    early = await books(factory, entry("SO999999", "invoice", "1.00"))
    assert early.json()["unknown_orders"] == ["SO999999"]
    twice = await books(factory, entry(order_no, "receipt", "1.00"), entry(order_no, "receipt", "2.00"))
    assert problem(twice, 422, "field_invalid")["errors"][0]["pointer"] == "/entries/1/external_id"
    fine = await books(factory, entry(order_no, "receipt", "1.005", 7))
    assert problem(fine, 422, "field_invalid")["errors"][0]["pointer"] == "/entries/0/amount"
    problem(await books(factory, entry(order_no, "receipt", "1.00"), role="sales"), 403, "right_missing")


async def test_who_may_not_read_prices_reconciles_goods_alone(factory: Changing) -> None:
    order_no = await factory.stands("dispatch")
    await books(factory, entry(order_no, "invoice", "3141.59"))
    item = await of_order(factory, order_no, "production")
    assert (item["shipped"]["quantity"], "amount" in item["shipped"], "total" in item["signed"]) == ("14", False, False)
    assert "3141.59" not in str(await reconciled(factory, "production"))
    problem(
        await factory.line.api.get("/reconciliation?from=2026-11-01&to=2026-11-30", role="driver"), 403, "right_missing"
    )
    bad = await factory.line.api.get("/reconciliation?from=2026-11-30&to=2026-11-01", role="finance")
    problem(bad, 422, "field_invalid")


async def test_the_workbook_holds_the_same_and_no_formula(factory: Changing) -> None:
    order_no = await factory.opened(customer={"name": '=HYPERLINK("http://x")', "external_id": "C7"})
    await books(factory, entry(order_no, "invoice", "100.10", document_no="@SUM(A1)"))
    path = "/reconciliation/export?from=2026-01-01&to=2026-12-31"
    answer = await factory.line.api.get(path, role="finance")
    assert answer.status_code == 200, answer.text
    sheet, totals = load_workbook(BytesIO(answer.content)).worksheets
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][:2] == (order_no, '\'=HYPERLINK("http://x")')
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert (rows[1][12], list(totals.iter_rows(values_only=True))[1][5]) == (100.1, 100.1)
    blind = load_workbook(BytesIO((await factory.line.api.get(path, role="production")).content)).worksheets[0]
    assert "100.1" not in str(list(blind.iter_rows(values_only=True)))
