"""A factory whose orders change: what it makes of what, who proposes, decides and acknowledges, and what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from domain.access.actor import system
from domain.access.roles import ROLES
from domain.orders.dates import due_at
from domain.products.article import Article, Operation
from domain.products.bill import BillLine
from domain.text import Text
from tests.flows.line import STANDARD, Line, money_adds_up
from tests.support.frontier import nothing_is_withheld
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from usecases.warning.follow_orders import follow_orders
from usecases.warning.run_rules import list_rule_keys, run_rule

ACTIONS = [action for _, action in STANDARD]
SHANGHAI = ZoneInfo("Asia/Shanghai")
STEPS = (
    Operation("OP10", Text("下料", "Cut"), "锯", Decimal(6), Decimal(15)),
    Operation("OP50", Text("焊接", "Weld"), "焊机", Decimal(14), Decimal(10)),
)
ARTICLES = (
    Article("RAD-A", "散热器 A", "组", "product", operations=STEPS),
    Article("RAD-B", "散热器 B", "组", "product", operations=STEPS[1:]),
    Article("VALVE", "阀门", "个", "goods", details={"cost": "12.00"}),
    Article("TUBE", "铜管", "米", "material", details={"cost": "8.00"}),
    Article("HEAD", "联箱", "个", "material", details={"cost": "20.00"}),
    Article("TUBE-X", "替代铜管", "米", "material", details={"cost": "9.50"}),
)
BILLS = (
    BillLine("RAD-A", 1, "TUBE", Decimal(3)),
    BillLine("RAD-A", 2, "HEAD", Decimal(2)),
    BillLine("RAD-B", 1, "TUBE", Decimal(5)),
)
LINES = (
    {"name": "散热器 A", "sku": "RAD-A", "quantity": "10", "unit": "组", "unit_price": "180.00"},
    {"name": "散热器 B", "sku": "RAD-B", "quantity": "4", "unit": "组", "unit_price": "95.50"},
)


@dataclass
class Changing:
    """Order changes in the words of those who make them."""

    line: Line
    phone_id: str = ""
    seq: int = 0
    copper_is_short: bool = False

    async def stocked(self) -> None:
        """The articles and bills that the orders here are about."""
        await self.line.api.parts.door.run(system("tests"), load_catalogue, LoadCatalogue(ARTICLES, BILLS))

    async def opened(self, **more: Any) -> str:
        """An order of both radiators, promised for a month from now."""
        return await self.line.opened(lines=list(LINES), promised_date="2027-01-15", **more)

    async def stands(self, until: str | None, begun: int = 0, *, whole: bool = False) -> str:
        """An order that has come so far, with its effects carried out, and perhaps something made of its first line."""
        order_no = await self.opened()
        last = None
        for stop in ("approve_review", "start_production"):
            if until is not None and ACTIONS.index(until) > ACTIONS.index(stop):
                await self.line.goes_on(order_no, until=stop, after=last)
                await self.line.drain()
                last = stop
        if begun and last != "start_production":
            await self.line.goes_on(order_no, until="start_production", after=last)
            last = "start_production"
        if begun:
            await self.begins(order_no, begun, whole=whole)
        if until is not None and until != last:
            await self.line.goes_on(order_no, until=until, after=last)
        await self.line.drain()
        return order_no

    async def begins(self, order_no: str, good: int, *, whole: bool) -> None:
        """Somebody makes so many pieces of the first line, by its first operation or by all of them."""
        work = min(await self.works(order_no), key=lambda one: int(one["line"]))
        for operation in work["operations"] if whole else work["operations"][:1]:
            (result,) = await self.reports("complete", work, operation=operation["code"], good=str(good))
            assert result["status"] == "applied", result

    async def phone(self) -> str:
        """The workshop's phone, named once."""
        if not self.phone_id:
            sent = {"name": "车间手机", "kind": "phone", "id": str(uuid4())}
            answer = await self.line.api.post("/devices", sent, role="production")
            assert answer.status_code == 201, answer.text
            self.phone_id = answer.json()["id"]
        return self.phone_id

    async def reports(self, kind: str, work: Mapping[str, Any], **body: Any) -> list[dict[str, Any]]:
        """The workshop's phone reports on a work order as it knows it; the verdicts."""
        self.seq += 1
        now = self.line.api.clock().isoformat()
        report = {
            "id": str(uuid4()),
            "v": 1,
            "seq": self.seq,
            "by": None,
            "kind": kind,
            "occurred_at": now,
            "body": {"work_order": work["number"], "revision": work["revision"], **body},
        }
        sent = {"device_id": await self.phone(), "sent_at": now, "reports": [report]}
        answer = await self.line.api.post("/sync", sent, role="production")
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    async def asks(self, order_no: str, patch: Mapping[str, Any], role: str = "sales", **more: Any) -> dict[str, Any]:
        """Somebody proposes a change; it is kept."""
        answer = await self.tries(order_no, patch, role, **more)
        assert answer.status_code == 201, answer.text
        change: dict[str, Any] = answer.json()
        return change

    async def tries(self, order_no: str, patch: Mapping[str, Any], role: str = "sales", **more: Any) -> Any:
        """Somebody proposes a change; what they are answered."""
        body = {"patch": patch, "reason": "客户来电", **more}
        return await self.line.api.post(f"/orders/{order_no}/changes", body, role=role)

    async def decides(
        self, change: Mapping[str, Any], verb: str = "approve", role: str = "management", **body: Any
    ) -> Any:
        """Somebody decides about it; what they are answered."""
        return await self.line.api.post(f"/changes/{change['id']}/{verb}", body, role=role)

    async def changed(self, order_no: str, patch: Mapping[str, Any], role: str = "sales") -> dict[str, Any]:
        """A change proposed and approved; it is in force."""
        answer = await self.decides(await self.asks(order_no, patch, role))
        assert answer.status_code == 200, answer.text
        applied: dict[str, Any] = answer.json()
        assert applied["state"] == "applied", applied
        return applied

    async def acknowledged(self, change: Mapping[str, Any]) -> None:
        """Every touched department acknowledges."""
        for department in change["departments"]:
            answer = await self.decides(change, "acknowledge", department["role"])
            assert answer.status_code == 200, answer.text
        assert (await self.line.api.get(f"/changes/{change['id']}", role="admin")).json()["acknowledged"]

    async def works(self, order_no: str) -> list[dict[str, Any]]:
        """The order's work orders that are not cancelled."""
        items = (await self.line.api.get(f"/work-orders?order_no={order_no}", role="production")).json()["items"]
        return [item for item in items if item["state"] != "cancelled"]

    async def set_aside(self, order_no: str) -> dict[str, Decimal]:
        """The material that is reserved for an order."""
        sql = (
            "SELECT r.material, r.quantity FROM reservations r JOIN orders o ON o.id = r.order_id WHERE o.order_no = $1"
        )
        async with self.line.api.parts.database.connect() as connection:
            return {row["material"]: row["quantity"] for row in await connection.rows(sql, order_no)}

    async def leaves_nothing_stale(self, order_no: str) -> dict[str, Any]:
        """No work order, reservation, alert, task, notice of waiting or date still says what the order was."""
        await self.line.drain()
        await self.looks_for_causes()
        order = await self.line.order(order_no)
        await self._alerts_fit(order)
        assert money_adds_up(order)
        if order["promised_date"]:
            end = due_at(date.fromisoformat(order["promised_date"]), SHANGHAI)
            assert datetime.fromisoformat(order["due_at"]) == end
        await self._work_fits(order)
        await self._material_fits(order)
        for role in ROLES:
            waiting = (await self.line.api.get("/tasks", role=role)).json()["items"]
            mine = [one for one in waiting if one["order_no"] == order_no]
            assert not [one for one in mine if one["kind"] in ("approval", "acknowledgement")]
        return order

    async def runs_short(self) -> None:
        """Copper runs out: whatever has not begun and needs it is red."""
        self.copper_is_short = True
        levels = {"levels": [{"material": "TUBE", "on_hand": "0", "safety_level": "10"}]}
        assert (await self.line.api.post("/stock/levels", levels, role="warehouse")).status_code == 200
        await self.looks_for_causes()

    async def looks_for_causes(self) -> None:
        """A minute of the worker: who is red, and what is due by the rules."""
        parts = self.line.api.parts
        await nothing_is_withheld(parts)
        while (await parts.door.run(system("tests"), follow_orders, None)).answer["events"]:
            pass
        for key in await parts.door.read(system("tests"), list_rule_keys, None):
            await parts.door.run(system("tests"), run_rule, key)

    async def alerts_of(self, order_no: str) -> set[str]:
        """The rules whose alerts stand for an order."""
        items = (await self.line.api.get(f"/alerts?order_no={order_no}", role="admin")).json()["items"]
        return {item["rule"] for item in items}

    async def _alerts_fit(self, order: Mapping[str, Any]) -> None:
        alerts = await self.alerts_of(order["order_no"])
        if order["category"] == "cancelled":
            assert alerts == set()
        needs_copper = "TUBE" in needed(order["lines"]) and order["category"] == "not_started"
        short = (await self.line.api.get(f"/orders/{order['order_no']}/shortages", role="sales")).json()["items"]
        assert bool(short) == (needs_copper and self.copper_is_short)

    async def _work_fits(self, order: Mapping[str, Any]) -> None:
        works = await self.works(order["order_no"])
        if order["category"] == "cancelled":
            assert [one for one in works if one["state"] != "done"] == []
            return
        # Nobody could report anything that moves it.
        assert order["category"] != "in_production" or not works or [one for one in works if one["state"] != "done"]
        lines = {line["line"]: line for line in order["lines"]}
        for work in (one for one in works if one["state"] != "done"):
            assert (work["current"], work["change"], work["revision"]) == (True, None, order["revision"])
            line = lines[work["line"]]
            assert (work["sku"], work["technical"], work["options"]) == (
                line["sku"],
                line["technical"],
                line["options"],
            )
            assert {one["material"]: Decimal(one["quantity"]) for one in work["picking"]} == needed(
                [{**line, "quantity": work["quantity"]}]
            )
        if works and order["category"] in ("not_started", "in_production"):
            for line in order["lines"]:
                made = [
                    Decimal(one["quantity"])
                    for one in works
                    if (one["line"], one["sku"]) == (line["line"], line["sku"])
                ]
                wanted = Decimal(line["quantity"]) if line["sku"].startswith("RAD") else Decimal(0)
                assert sum(made, Decimal(0)) == max(wanted, *(Decimal(0), *begun_of(works, line)))

    async def _material_fits(self, order: Mapping[str, Any]) -> None:
        aside = await self.set_aside(order["order_no"])
        if order["category"] == "cancelled":
            assert aside == {}
        elif aside:
            assert aside == needed(order["lines"])


def begun_of(works: Sequence[Mapping[str, Any]], line: Mapping[str, Any]) -> list[Decimal]:
    """What has been made of a line already, which nobody unmakes."""
    return [Decimal(one["good"]) for one in works if one["line"] == line["line"] and one["sku"] == line["sku"]]


def needed(lines: Sequence[Mapping[str, Any]]) -> dict[str, Decimal]:
    """What the bills above ask for, with the lines' substitutes."""
    wanted: dict[str, Decimal] = {}
    for line in lines:
        swaps = line["technical"].get("substitutes", {})
        for bill in BILLS:
            if bill.product == line["sku"] and Decimal(line["quantity"]) > 0:
                swap = swaps.get(bill.material, {"material": bill.material, "ratio": "1"})
                quantity = bill.quantity * Decimal(swap["ratio"]) * Decimal(line["quantity"])
                wanted[swap["material"]] = wanted.get(swap["material"], Decimal(0)) + quantity
    return wanted
