"""Drives the real system through a simulated year: use cases through the door, with the clock set to each step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from cli.demo.past import PastClock
from cli.simulate.goods import PRODUCTS, catalogue, described
from cli.simulate.model import Step, Wish, Year
from cli.stop import Stop
from domain.access.actor import Actor, system
from domain.access.roles import rights_of
from domain.floor.reading import read_report
from domain.orders.dates import local_date
from domain.orders.events import instant_text
from domain.refusals.kinds import Refusal
from domain.warning.settings import Look
from integrations.blobs.open import open_blobs
from persistence.database import Database
from persistence.outbox import Claimed
from persistence.queries.work_order_board import WorkOrderFilter
from persistence.tx import Tx
from usecases.door import Door
from usecases.floor.devices import NameDevice, name_device
from usecases.floor.read_work_orders import list_work_orders
from usecases.floor.take_reports import TakeReports, take_reports
from usecases.forecast.learn import learn_from_past
from usecases.maintenance.relive import Relive, note_instant, relive
from usecases.orders.open_order import NewLine, OpenOrder, open_order
from usecases.orders.perform_action import PerformAction, perform_action
from usecases.people.add_person import AddPerson, add_person
from usecases.products.load_catalogue import load_catalogue
from usecases.warning.follow_orders import follow_orders
from usecases.warning.measure_warnings import read_risks
from usecases.warning.run_rules import learn_habits
from usecases.warning.take_stock import TakeStock, take_stock
from usecases.workflows.install_builtin import install_builtin
from wiring.settings import Settings
from workers.reactions import REACTIONS
from workers.schedule import Means, evaluate_rules, foretell_all

SCOPE = "simulate"
_SYSTEM = system(SCOPE)
# What follows inside the house; nobody is told anything in a year that does not exist.
_FOLLOWED = frozenset({"create_work_orders", "reserve_material", "open_task"})
_BY = {
    "submit_review": "sales",
    "approve_review": "sales",
    "completion_reported": "production",
    "pass_inspection": "quality",
    "fail_inspection": "quality",
    "dispatch": "warehouse",
    "depart": "driver",
    "sign_delivery": "driver",
    "receive_return": "warehouse",
}
_ROLES = sorted({*_BY.values(), "management"})
_MADE = {made.sku: made for made in PRODUCTS}


@dataclass(slots=True)
class _Line:
    """An order as the driver knows it."""

    order_no: str
    work_order: str = ""


@dataclass(slots=True)
class Driver:
    """One simulated year at work. `tell` hears how many steps are done, and the day."""

    settings: Settings
    door: Door
    clock: PastClock
    means: Means
    looks: int
    tell: Callable[[int, int, datetime], None]
    people: dict[str, Actor] = field(default_factory=dict)
    lines: dict[int, _Line] = field(default_factory=dict)
    risks: dict[str, list[Look]] = field(default_factory=dict)
    device: UUID | None = None
    seq: int = 0

    async def run(self, wish: Wish) -> dict[str, int]:
        """Live all of it; answers how many steps were lived, and how often was looked for what is due."""
        year = Year(wish)
        steps = year.steps()
        await self._move_in(wish.begins - timedelta(days=1), year.safety())
        looked = 0
        for number, event in enumerate(_with_looks(steps, self.looks), 1):
            name = f"{SCOPE}:{number}"
            if isinstance(event, Step):
                with self.clock.at(event.at, name):
                    await self._step(event)
                if event.order and event.order % 50 == 0 and event.what == "open":
                    self.tell(event.order, wish.orders, event.at)
            else:
                looked += 1
                await self._look(event, name, nightly=looked % self.looks == 0)
        return {"steps": len(steps), "looks": looked}

    async def _move_in(self, before: datetime, safety: Mapping[str, Decimal]) -> None:
        with self.clock.at(before, "documents"):
            await self.door.run(_SYSTEM, install_builtin, None)
            await self.door.run(_SYSTEM, load_catalogue, catalogue())
        for role in _ROLES:
            with self.clock.at(before, role):
                added = (await self.door.run(_SYSTEM, add_person, AddPerson(role, role, "!", (role,)))).answer
            roles = frozenset({role})
            self.people[role] = Actor("user", added["id"], role, roles, rights_of(roles))
        with self.clock.at(before, "device"):
            named = NameDevice("simulated terminal", "terminal")
            self.device = UUID((await self.door.run(self.people["production"], name_device, named)).answer["id"])
        with self.clock.at(before, "stock"):
            on_hand = {sku: level * 3 for sku, level in safety.items()}
            await self._relive(_SYSTEM, take_stock, TakeStock(SCOPE, None, on_hand, described(dict(safety))))

    async def _look(self, at: datetime, name: str, *, nightly: bool) -> None:
        """What the worker does in turn, at this instant: who is red, who will be late, and whom that concerns."""
        with self.clock.at(at, name):
            while (await self.door.run(_SYSTEM, follow_orders, None)).answer["events"]:
                pass
            if nightly:
                await self.door.run(_SYSTEM, learn_habits, None)
                await self.door.run(_SYSTEM, learn_from_past, None)
            await foretell_all(self.door)
            for order_no, look in (await self.door.read(_SYSTEM, read_risks, None)).items():
                self.risks.setdefault(order_no, []).append(look)
            await evaluate_rules(self.means)
            # Messages of this instant are closed unsent.
            await self._relive(_SYSTEM, note_instant, None)

    async def _step(self, step: Step) -> None:
        match step.what:
            case "open":
                await self._open(step)
            case "stock":
                told = {step.payload["material"]: Decimal(step.payload["on_hand"])}
                await self._relive(_SYSTEM, take_stock, TakeStock(SCOPE, None, told))
            case "complete" | "fault":
                await self._report(step)
            case action:
                command = PerformAction(self.lines[step.order].order_no, action, _payload(step))
                await self._relive(self.people[_BY[action]], perform_action, command)

    async def _open(self, step: Step) -> None:
        made, quantity = _MADE[step.payload["sku"]], Decimal(step.payload["quantity"])
        day = local_date(step.at, self.settings.zone)
        command = OpenOrder(
            order_type="standard",
            currency="CNY",
            lines=[NewLine(made.name.zh, quantity, made.price, sku=made.sku, unit="件")],
            external_id=f"SIM-{step.order}",
            customer={"name": f"客户 {step.order % 200}", "external_id": f"C{step.order % 200}"},
            signed_date=day,
            promised_date=day + timedelta(days=step.payload["promised_days"]),
        )
        opened = await self._relive(self.people["sales"], open_order, command)
        self.lines[step.order] = _Line(opened["order"]["order_no"])

    async def _report(self, step: Step) -> None:
        """What a terminal on the floor sends; the order moves by it."""
        line = self.lines[step.order]
        if not line.work_order:
            found = WorkOrderFilter(order_no=line.order_no)
            (made,) = await self.door.read(self.people["production"], list_work_orders, found)
            line.work_order = made["number"]
        self.seq += 1
        body: dict[str, Any] = {"work_order": line.work_order, "operation": step.payload["step"], "revision": 1}
        if step.what == "complete":
            body["good"] = str(step.payload["quantity"])
        else:
            body |= {"machine": step.payload["machine"], "stops_work": True}
        report = {
            "id": str(self.clock.new_id()),
            "v": 1,
            "seq": self.seq,
            "by": None,
            "kind": step.what,
            "occurred_at": instant_text(step.at),
            "body": body,
        }
        if self.device is None:
            raise AssertionError("the terminal is named before anything is reported")
        command = TakeReports(self.device, step.at, [read_report(report)])
        (told,) = await self._relive(self.people["production"], take_reports, command)
        if told["status"] != "applied":
            raise Stop(f"the simulated report of {line.order_no} was not applied: {told}")

    async def _relive(self, actor: Actor, verb: Callable[[Tx, Any], Any], command: Any) -> Any:
        try:
            return (await self.door.run(actor, relive, Relive(verb, command, _follow))).answer
        except Refusal as refusal:
            named = "; ".join(f"{one.pointer} {one.detail.en}" for one in refusal.fields)
            raise Stop(f"the simulated year stops: {refusal.code}, {refusal.detail.en} {named} {command}") from None


async def _follow(tx: Tx, effect: Claimed) -> None:
    reaction = REACTIONS.get((effect.kind, effect.channel))
    if reaction is not None and effect.kind in _FOLLOWED:
        await reaction.verb(tx, reaction.to_one(effect, frozenset()))


def _payload(step: Step) -> dict[str, Any]:
    """What a person would have filled in."""
    told = step.payload
    filled: Mapping[str, dict[str, Any]] = {
        "completion_reported": {"good": str(told.get("quantity")), "scrap": "0"},
        "pass_inspection": {"defects": [], "shift": told.get("shift")},
        "fail_inspection": {"defects": [{"code": "scratch", "quantity": "1"}], "shift": told.get("shift")},
        "dispatch": {"carrier": "德邦快递", "tracking": f"SIM{step.order:08d}"},
        "sign_delivery": {"signed_by": "收货人"},
        "receive_return": {"lines": [{"line": 1, "quantity": "1"}], "reason": "漏检"},
    }
    return filled.get(step.what, {})


def _with_looks(steps: list[Step], looks: int) -> Iterator[Step | datetime]:
    """The steps, and between them the instants at which the worker looks, so many a day."""
    every = timedelta(days=1) / looks
    due = steps[0].at + every
    for step in steps:
        while due <= step.at:
            yield due
            due += every
        yield step
    yield due


def driver_of(settings: Settings, database: Database, looks: int, tell: Callable[[int, int, datetime], None]) -> Driver:
    """A driver on a database that holds nothing yet."""
    clock = PastClock(datetime.min.replace(tzinfo=UTC))
    door = Door(database, clock.now, clock.new_id, settings.zone)
    means = Means(door, open_blobs(settings.storage_url), clock.now, settings.zone)
    return Driver(settings, door, clock, means, looks, tell)
