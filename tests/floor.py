"""A workshop to report in: products with three steps, released orders, phones that number what they send."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from domain.access.actor import Actor, system
from domain.orders.events import instant_text
from domain.products.article import Article, Operation
from domain.products.bill import BillLine
from domain.text import Text
from tests.factory import Factory, an_opening, person
from usecases.floor.devices import Enrol, NameDevice, enrol_person, name_device
from usecases.floor.push_reports import Push, push_reports
from usecases.floor.read_work_orders import read_work_order
from usecases.floor.release_order import Release, create_work_orders
from usecases.orders.open_order import NewLine, open_order
from usecases.people.add_person import AddPerson, add_person
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue

STEPS = (
    Operation("OP10", Text("下料", "Cut"), "开料锯", Decimal(6), Decimal(15), Text("长度 ±1 mm", "length within 1 mm")),
    Operation("OP50", Text("焊接", "Weld"), "焊机", Decimal(14)),
    Operation("OP95", Text("包装", "Pack"), "打包机", Decimal(4)),
)
ARTICLES = (
    Article("RAD-CU6012-W", "铜铝复合散热器", "组", "product", name_en="Radiator <W>", operations=STEPS),
    Article("TWR-E5080-B", "电热毛巾架", "个", "product", name_en="Towel warmer", operations=STEPS[1:]),
    Article("CU.T", "紫铜管", "米", "material", name_en="Copper tube"),
    Article("A03", "L型支架", "件", "part", details={"spoken": {"units": ["件", "个", "箱"], "pack": {"箱": 50}}}),
)
CATALOGUE = LoadCatalogue(ARTICLES, (BillLine("RAD-CU6012-W", 1, "CU.T", Decimal("6.2")),))


@dataclass
class Phone:
    """A phone as its own app sees it: an id, the next number, a clock that may be wrong."""

    id: UUID
    owner: Actor
    seq: int = 0
    off: timedelta = timedelta(0)

    def report(self, kind: str, at: datetime, body: dict[str, Any], **more: Any) -> dict[str, Any]:
        """The next report, told by the phone's own clock."""
        self.seq += 1
        plain = {
            "id": str(uuid4()),
            "v": 1,
            "seq": self.seq,
            "by": None,
            "kind": kind,
            "occurred_at": instant_text(at + self.off),
            "body": body,
        }
        return {**plain, **more}


@dataclass
class Workshop:
    """`factory` with the catalogue loaded; `people` by login."""

    factory: Factory
    people: dict[str, Actor] = field(default_factory=dict)

    @staticmethod
    async def open(factory: Factory) -> Workshop:
        """Load the catalogue and hire one person per role."""
        await factory.run(load_catalogue, CATALOGUE, actor=system("tests"))
        workshop = Workshop(factory)
        for role in ("production", "quality", "warehouse", "driver", "management"):
            await workshop.hire(role, role)
        return workshop

    async def hire(self, login: str, *roles: str) -> Actor:
        """Somebody new with these roles."""
        added = await self.factory.run(
            add_person, AddPerson(f"{login}-{uuid4()}"[:60], f"测试 {login}", "-", roles), actor=system("tests")
        )
        told = person(*roles)
        self.people[login] = Actor("user", added["id"], f"测试 {login}", told.roles, told.rights)
        return self.people[login]

    async def phone(self, login: str = "production", *others: str) -> Phone:
        """A phone that somebody named, with these others enrolled."""
        owner = self.people[login]
        named = await self.factory.run(name_device, NameDevice("手机", "phone", uuid4()), actor=owner)
        phone = Phone(UUID(named["id"]), owner)
        for other in others:
            person_id = UUID(self.people[other].id)
            await self.factory.run(enrol_person, Enrol(phone.id, person_id), actor=self.people["management"])
        return phone

    async def released(self, quantity: str = "10", sku: str = "RAD-CU6012-W", *more: tuple[str, str]) -> list[str]:
        """The work orders of a new order that was released; its number is `order_of` them."""
        lines = [(sku, quantity), *more]
        opening = an_opening(
            lines=[NewLine("货", Decimal(quantity), Decimal("180.00"), sku=sku) for sku, quantity in lines]
        )
        order_no = (await self.factory.run(open_order, opening, actor=person("sales")))["order"]["order_no"]
        for action in ("submit_review", "approve_review"):
            await self.factory.act(order_no, action, "sales")
        await self.factory.run(create_work_orders, Release(order_no), actor=system("relay"))
        async with self.factory.database.connect() as connection:
            rows = await connection.rows(
                "SELECT w.number FROM work_orders w JOIN orders o ON o.id = w.order_id WHERE o.order_no = $1 "
                "ORDER BY w.line",
                order_no,
            )
        return [row["number"] for row in rows]

    async def push(self, phone: Phone, *reports: Any, sent_at: datetime | None = None) -> list[dict[str, Any]]:
        """The results of one call."""
        return (await self.push_whole(phone, *reports, sent_at=sent_at))["results"]  # type: ignore[no-any-return]

    async def push_whole(self, phone: Phone, *reports: Any, sent_at: datetime | None = None) -> dict[str, Any]:
        """One call with its gaps."""
        now = self.factory.clock
        push = Push(phone.id, sent_at or now + phone.off, now, reports)
        return await push_reports(self.factory.door, phone.owner, push)

    async def tell(self, phone: Phone, kind: str, body: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Report one thing that happens now."""
        return (await self.push(phone, phone.report(kind, self.factory.clock, body, **more)))[0]

    async def complete(self, phone: Phone, work_order: str, operation: str, good: str, **more: Any) -> dict[str, Any]:
        """Report a completion, some time after the last one."""
        self.factory.later(minutes=10)
        return await self.tell(
            phone, "complete", {"work_order": work_order, "operation": operation, "good": good, **more}
        )

    async def make(self, phone: Phone, work_order: str, good: str = "10") -> None:
        """Report every operation complete."""
        for operation in (await self.work_order(work_order))["operations"]:
            assert (await self.complete(phone, work_order, operation["code"], good))["status"] == "applied"

    async def work_order(self, number: str) -> dict[str, Any]:
        """As the API shows it."""
        return await self.factory.read(read_work_order, number)  # type: ignore[no-any-return]

    async def stage(self, work_order: str) -> str:
        """Where its order stands."""
        return str((await self.work_order(work_order))["order_stage"])
