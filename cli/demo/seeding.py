"""Gives an empty installation the demo factory: documents, people, articles, and two months of orders.

Everything goes through the door, step by step, with the clock moved to when it was. Each step has a key, so that a
seed that was killed goes on where it stood, and one that is complete does nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from cli.demo.catalogue import DemoCatalogue, demo_catalogue
from cli.demo.customers import SHOWN_BEFORE_PRESENT, said, speaker
from cli.demo.deliveries import arrival_of
from cli.demo.opening import opening_of, pricing_of
from cli.demo.papers import PaperFile, paper_file
from cli.demo.past import PastClock
from cli.demo.plan import Step, plan
from cli.demo.samples import story
from cli.demo.stock import demo_stock, demo_substitutes
from cli.demo.workshop import MADE, Work, work
from cli.stop import Stop
from domain.access.actor import Actor, system
from domain.access.roles import CUSTOMER_RIGHTS, rights_of
from domain.orders.types import builtin_order_types
from domain.refusals.kinds import Refusal
from domain.workflow.builtin import builtin_workflows
from domain.workflow.document import Workflow
from integrations.blobs.open import open_blobs
from integrations.ports import Blobs
from persistence.database import Database
from persistence.outbox import Claimed
from persistence.queries.contact_list import ContactPage
from persistence.tx import Tx
from usecases.door import Door, Key
from usecases.intake.acting import INTAKE
from usecases.intake.keep_payload import keep_payload
from usecases.maintenance.relive import Relive, note_instant, read_past, relive
from usecases.orders.attach_paper import AttachPaper, attach_paper, list_papers
from usecases.orders.edit_order import edit_order
from usecases.orders.open_order import open_order
from usecases.orders.perform_action import PerformAction, perform_action
from usecases.people.add_person import AddPerson, add_person
from usecases.people.passwords import Passwords
from usecases.portal.complain import file_complaint
from usecases.portal.contacts import list_contacts
from usecases.portal.post_message import post_message, post_own_message
from usecases.portal.release_paper import ReleasePaper, release_paper
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from usecases.warning.replace_substitutes import replace_substitutes
from usecases.warning.take_stock import take_stock
from usecases.workflows.install_builtin import install_builtin
from wiring.settings import Settings
from workers.reactions import REACTIONS

SEED = 20261124
SCOPE = "seed"
_SYSTEM = system(SCOPE)
_TOLD_EVERY = 100
_TOLD_IN_APP = timedelta(days=3)


@dataclass(slots=True)
class Standing:
    """Where an order of the story stands: its number and version, and what was said of it."""

    order_no: str
    version: int
    total: Decimal


@dataclass(slots=True)
class Seeding:
    """One seed at work."""

    settings: Settings
    door: Door
    clock: PastClock
    blobs: Blobs
    say: Callable[[str], None]
    react: Callable[[Tx, Claimed], Awaitable[None]] = field(init=False)
    people: dict[str, Actor] = field(default_factory=dict)
    orders: dict[str, Standing] = field(default_factory=dict)

    async def run(self) -> dict[str, int]:
        """Do what is not done yet. Answers how many people, articles, orders and steps the factory has."""
        present = datetime.fromisoformat((await self._do(_SYSTEM, "begin", note_instant, None))["at"])
        begun = present - timedelta(days=61)
        self.react = _reactions(present)
        with self.clock.at(begun, "documents"):
            await self._do(_SYSTEM, "documents", install_builtin, None)
        catalogue = demo_catalogue()
        with self.clock.at(begun, "catalogue"):
            await self._do(_SYSTEM, "catalogue", load_catalogue, LoadCatalogue(catalogue.articles, catalogue.bills))
        self.say(f"  {len(catalogue.articles)} articles, {len(catalogue.bills)} lines of bills 物料与清单")
        await self._people(begun)
        steps = self._steps(present)
        for number, step in enumerate(steps, 1):
            await self._step(step, catalogue)
            if number % _TOLD_EVERY == 0 or number == len(steps):
                day = step.at.astimezone(self.settings.zone).date()
                self.say(f"  {number:>4} of {len(steps)} steps, up to {day} 历史步骤")
        arrivals = await self._arrivals(present)
        await self._customers(present)
        with self.clock.at(present, "stock"):
            await self._do(_SYSTEM, "substitutes", replace_substitutes, demo_substitutes(catalogue))
            counted = Relive(take_stock, demo_stock(catalogue), self.react)
            stock = await self._do(_SYSTEM, "stock", relive, counted)
        self.say(f"  {stock['counted']} materials in stock, {stock['red']} shortages 库存与缺料")
        with self.clock.at(present, "complete"):
            await self._do(_SYSTEM, "complete", note_instant, None)
        return {
            "people": len(self.people),
            "articles": len(catalogue.articles),
            "orders": len(self.orders),
            "steps": len(steps),
            "arrivals": arrivals,
        }

    def _steps(self, present: datetime) -> list[Step]:
        workflows = {document["key"]: Workflow.parse(document) for document in builtin_workflows()}
        types = {document["key"]: document["workflow"] for document in builtin_order_types()}
        chance = Random(SEED)  # noqa: S311 - the same story each time, not a secret
        return plan(story("orders"), workflows, types, present, self.settings.zone, chance)

    async def _people(self, begun: datetime) -> None:
        passwords = Passwords(self.settings.password_cost)
        for person in story("people"):
            hashed = await passwords.hash("throughline-demo")
            with self.clock.at(begun, person["login"]):
                added = await self._do(_SYSTEM, f"person:{person['login']}", add_person, _person(person, hashed))
            roles = frozenset(person["roles"])
            self.people[person["login"]] = Actor(
                "user", added["id"], person["name"], roles, rights_of(roles), positions=frozenset(person["positions"])
            )
        self.say(f"  {len(self.people)} people 人员")

    async def _step(self, step: Step, catalogue: DemoCatalogue) -> None:
        with self.clock.at(step.at, step.key):
            verb, command = await self._command(step, catalogue)
            answer = await self._do(self.people[step.login], step.key, relive, Relive(verb, command, self.react))
        self._note(step, answer)

    async def _arrivals(self, present: datetime) -> int:
        """What the web shops delivered since yesterday; what is not plain waits for a person in the review queue."""
        arrivals = story("arrivals")
        for told in arrivals:
            with self.clock.at(present - timedelta(hours=told["hours_ago"]), told["as"]):
                await self._do(
                    INTAKE, f"arrival:{told['as']}", relive, Relive(keep_payload, arrival_of(told), self.react)
                )
        self.say(f"  {len(arrivals)} deliveries of the web shops 电商来单")
        return len(arrivals)

    async def _customers(self, present: datetime) -> None:
        """What some customers wrote about their orders, and the papers that they are shown."""
        for told in story("conversations"):
            order_no, by = self.orders[told["order"]].order_no, self.people[str(_told(told["order"])["by"])]
            (contact, *_) = await self.door.read(by, list_contacts, ContactPage(order_no=order_no, limit=1))
            for one in said(told, present):
                customer = one.who == "customer"
                actor = speaker(contact, CUSTOMER_RIGHTS | {"orders.read"}) if customer else by
                verb = file_complaint if one.what == "complaint" else post_own_message if customer else post_message
                with self.clock.at(one.at, one.key):
                    command = one.command(order_no, self.clock.new_id)
                    await self._do(actor, one.key, relive, Relive(verb, command, self.react))
            for paper in await self.door.read(by, list_papers, order_no):
                with self.clock.at(present - SHOWN_BEFORE_PRESENT, f"shown:{paper['id']}"):
                    shown = ReleasePaper(order_no, UUID(paper["id"]))
                    await self._do(by, f"shown:{paper['id']}", relive, Relive(release_paper, shown, self.react))

    async def _command(self, step: Step, catalogue: DemoCatalogue) -> tuple[Any, Any]:
        """The use case of a step with its command."""
        told = _told(step.order)
        if step.kind == "open":
            merchandiser = UUID(self.people[step.login].id)
            return open_order, opening_of(told, catalogue, step.at, self.settings.zone, merchandiser)
        standing = self.orders[step.order]
        match step.kind:
            case "price":
                priced = pricing_of(told, catalogue, standing.order_no, standing.version, standing.total)
                return edit_order, priced
            case "paper":
                return attach_paper, await self._paper(step, standing, told)
            case _ if step.what in MADE:
                return work, Work(standing.order_no, step.what, self.people["production"], step.payload)
            case _:
                return perform_action, PerformAction(standing.order_no, step.what, step.payload)

    async def _paper(self, step: Step, standing: Standing, told: Mapping[str, Any]) -> AttachPaper:
        customer = story("customers")[told["customer"]]
        words = [customer.get("company") or customer["name"], step.at.date().isoformat()]
        words += [f"{line[0]} × {line[1]}" for line in told["lines"]]
        file: PaperFile = paper_file(step.what, step.payload["label"], standing.order_no, words)
        stored = await self.blobs.put_bytes(file.content)
        return AttachPaper(
            standing.order_no, file.kind, file.file_name, file.media_type, stored.size_bytes, stored.sha256
        )

    def _note(self, step: Step, answer: Mapping[str, Any]) -> None:
        """Where the order stands after the step; a split brings a second one."""
        order = answer.get("order")
        if order is None:
            self.orders[step.order].version = answer["event"]["seq"]
            return
        self.orders[step.order] = _standing(order)
        if child := answer.get("child"):
            self.orders[f"{step.order}/child"] = _standing(child)

    async def _do(self, actor: Actor, name: str, verb: Any, command: Any) -> Any:
        """One thing, once. Raises Stop where the story asks for something that the factory refuses."""
        try:
            return (await self.door.run(actor, verb, command, key=Key(SCOPE, name, SCOPE))).answer
        except Refusal as refusal:
            fields = "; ".join(f"{problem.pointer} {problem.detail.en}" for problem in refusal.fields)
            raise Stop(f"the seed stops at '{name}': {refusal.code}, {refusal.detail.en} {fields}") from None


def _reactions(present: datetime) -> Callable[[Tx, Claimed], Awaitable[None]]:
    """What the worker would do inside the database; of what people were told, the last days are still in the app."""

    async def react(tx: Tx, effect: Claimed) -> None:
        reaction = REACTIONS.get((effect.kind, effect.channel))
        forgotten = effect.kind == "notify" and tx.now < present - _TOLD_IN_APP
        if reaction is not None and not forgotten:
            await reaction.verb(tx, reaction.to_one(effect, frozenset({"in_app"})))

    return react


def _told(order: str) -> Mapping[str, Any]:
    key = order.partition("/")[0]
    found: Mapping[str, Any] = next(told for told in story("orders") if told["key"] == key)
    return found


def _standing(order: Mapping[str, Any]) -> Standing:
    return Standing(order["order_no"], order["version"], Decimal(order["total"]))


def _person(person: Mapping[str, Any], password_hash: str) -> AddPerson:
    return AddPerson(
        person["login"],
        person["name"],
        password_hash,
        person["roles"],
        email=f"{person['login']}@throughline.example",
        phone=person["phone"],
        positions=person["positions"],
    )


async def seed(settings: Settings, present: datetime, say: Callable[[str], None]) -> dict[str, int] | None:
    """Give an empty installation the demo factory, from where an earlier seed stood; counts of what it has then.

    None where there is nothing to do: the seed is complete, or the orders there are somebody's own.
    """
    database = Database(settings.database_url, pool_size=2, application_name="throughline-seed", durable=False)
    clock = PastClock(present)
    door = Door(database, clock.now, clock.new_id, settings.zone)
    try:
        found = await door.read(_SYSTEM, read_past, SCOPE)
        if found["complete"] or (found["in_use"] and not found["begun"]):
            return None
        return await Seeding(settings, door, clock, open_blobs(settings.storage_url), say).run()
    finally:
        await database.close()
