"""What finance, the floor and the past tell: unpaid invoices, machines that are down, want of material, delays."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from domain.orders.reconciliation import LedgerEntry
from tests.factory import Factory
from tests.floor import Workshop
from tests.usecases.warning.watch import RELAY, Watch
from tests.workers.postroom import hire
from usecases.finance.take_entries import TakeEntries, take_entries

SIGNED = date(2026, 11, 23)


@pytest.fixture
async def watch(factory: Factory) -> Watch:
    made = Watch(factory)
    await made.staff()
    return made


async def tell(
    watch: Watch, kind: Any, order: str, amount: str, *, number: str = "1", day: date = SIGNED, due: date | None = None
) -> None:
    entry = LedgerEntry(f"{kind}-{number}", kind, order, f"D{number}", Decimal(amount), "CNY", day, due)
    await watch.factory.run(take_entries, TakeEntries("erp", [entry]), actor=RELAY)


async def overdue(watch: Watch) -> dict[str, dict[str, Any]]:
    await watch.look("payment_overdue")
    return {alert["order_no"]: alert["facts"] for alert in await watch.alerts("payment_overdue")}


async def test_an_unpaid_invoice_is_told_after_its_term_until_it_is_paid(watch: Watch) -> None:
    order = (await watch.factory.an_order())["order_no"]
    await tell(watch, "invoice", order, "360")
    watch.later(days=30)
    assert await overdue(watch) == {}
    watch.later(days=1)
    facts = (await overdue(watch))[order]
    assert (Decimal(facts["amount"]), facts["currency"], facts["overdue_days"]) == (Decimal(360), "CNY", 0)
    await tell(watch, "receipt", order, "200")
    assert Decimal((await overdue(watch))[order]["amount"]) == 360, "an alert stays as it was opened"
    await tell(watch, "receipt", order, "160", number="2")
    assert await overdue(watch) == {}


async def test_payments_settle_the_oldest_invoice_first(watch: Watch) -> None:
    order = (await watch.factory.an_order())["order_no"]
    await tell(watch, "invoice", order, "100")
    await tell(watch, "invoice", order, "100", number="2", day=SIGNED + timedelta(days=20))
    await tell(watch, "receipt", order, "100")
    watch.later(days=40)
    assert await overdue(watch) == {}
    watch.later(days=12)
    assert Decimal((await overdue(watch))[order]["amount"]) == 100


async def test_the_day_that_finance_names_counts_before_any_term(watch: Watch) -> None:
    soon, late = [(await watch.factory.an_order())["order_no"] for _ in range(2)]
    await tell(watch, "invoice", soon, "100", number="1", due=SIGNED + timedelta(days=5))
    await tell(watch, "invoice", late, "100", number="2", due=SIGNED + timedelta(days=60))
    watch.later(days=5)
    assert await overdue(watch) == {}
    watch.later(days=1)
    assert set(await overdue(watch)) == {soon}
    await tell(watch, "invoice", soon, "100", number="1", due=SIGNED + timedelta(days=90))
    watch.later(days=40)
    assert await overdue(watch) == {}, "finance has given it more time, and the other has its sixty days"
    watch.later(days=20)
    assert set(await overdue(watch)) == {late}


async def test_a_document_that_is_corrected_to_another_order_leaves_the_first(watch: Watch) -> None:
    wrong, right = [(await watch.factory.an_order())["order_no"] for _ in range(2)]
    for order in (wrong, right):
        await tell(watch, "invoice", order, "100")
    watch.later(days=40)
    assert set(await overdue(watch)) == {right}
    await tell(watch, "credit_note", right, "100")
    assert await overdue(watch) == {}


async def test_an_order_has_a_term_of_its_own(watch: Watch, database: Any) -> None:
    order = (await watch.factory.an_order())["order_no"]
    connection = await asyncpg.connect(database.superuser_url.replace("+asyncpg", ""))
    await connection.execute("SET session_replication_role = replica")
    await connection.execute("UPDATE orders SET extension = '{\"payment_days\": 60}'")
    await connection.close()
    await tell(watch, "invoice", order, "100")
    watch.later(days=59)
    assert await overdue(watch) == {}
    watch.later(days=3)
    assert set(await overdue(watch)) == {order}


async def test_a_machine_that_is_down_tells_the_workshop_until_work_goes_on(watch: Watch) -> None:
    workshop = await Workshop.open(watch.factory)
    (number,) = await workshop.released()
    phone = await workshop.phone()
    at = {"work_order": number, "operation": "OP10"}
    fault = {**at, "machine": "焊机 3", "symptom": "不出丝", "stops_work": True}
    assert (await workshop.tell(phone, "fault", fault))["status"] == "applied"
    await watch.look("machine_fault")
    (alert,) = await watch.alerts("machine_fault")
    assert alert["text"]["zh"] == f"设备 焊机 3 故障（{number} OP10 开料锯）：不出丝"
    told = len(watch.post.sent)
    watch.later(hours=4, minutes=1)
    await watch.look("machine_fault")
    assert [to for _, to, _ in watch.post.sent[told:]] == ["13900000103"], "the production manager hears of it next"
    assert (await workshop.tell(phone, "resume", at))["status"] == "applied"
    await watch.look("machine_fault")
    assert await watch.alerts("machine_fault") == []


async def test_want_of_material_on_the_floor_tells_the_warehouse_until_it_is_issued(watch: Watch) -> None:
    workshop = await Workshop.open(watch.factory)
    await hire(watch.factory, "ku", "warehouse", email="ku@example.com", phone=None)
    (number,) = await workshop.released()
    phone, store = await workshop.phone(), await workshop.phone("warehouse")
    missing = {"work_order": number, "operation": "OP10", "material": "CU.T", "quantity": "12", "unit": "米"}
    assert (await workshop.tell(phone, "shortage", missing))["status"] == "applied"
    await watch.look("material_missing")
    (alert,) = await watch.alerts("material_missing")
    assert "CU.T 12 米" in alert["text"]["zh"]
    assert await notices(watch, "alert") >= 1
    issued = {"sku": "CU.T", "quantity": "12", "work_order": number}
    assert (await workshop.tell(store, "issue_stock", issued))["status"] == "applied"
    await watch.look("material_missing")
    assert await watch.alerts("material_missing") == []


async def notices(watch: Watch, template: str) -> int:
    """How many things people were told in the app by this template."""
    async with watch.factory.database.connect() as connection:
        sql = "SELECT count(*) FROM outbox WHERE kind = 'notify' AND channel = 'in_app' AND body->>'template' = $1"
        found: int = await connection.value(sql, template)
    return found


async def test_what_is_not_shipped_the_day_before_is_told(watch: Watch) -> None:
    order = await watch.an_order_due(in_hours=30)
    await watch.look("shipment_late")
    assert await watch.alerts("shipment_late") == []
    watch.later(hours=7)
    await watch.look("shipment_late")
    assert [alert["order_no"] for alert in await watch.alerts("shipment_late")] == [order["order_no"]]
