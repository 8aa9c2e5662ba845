"""Phones, an inspector and a bad network as rules of a state machine, beside the reference that they are held against.

floor_planner.py adds those who change what the phones work on; test_floor_histories.py plays it all.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from domain.refusals.kinds import Refusal
from tests.factory import Factory
from tests.floor import Phone, Workshop
from tests.flows.change_model import route
from tests.flows.floor_model import Floor, Job
from usecases.floor.devices import Revoke, revoke_device
from usecases.floor.pull_changes import Place
from usecases.floor.read_work_orders import read_tickets
from usecases.floor.settle_conflict import SettleConflict, settle_conflict

FAULTS = ["none", "cut", "doubled", "late", "shuffled", "delayed"]
phones = st.sampled_from(["anna", "bert", "terminal"])
workers = st.sampled_from(["anna", "bert"])
quantities = st.sampled_from(["1", "2", "3", "5", "10", "12"])


@dataclass
class Pocket:
    """A phone with what it has not been answered yet, everything that it ever made, and what it knows of the work.

    `delayed` are whole calls that the network has kept, each with the phone's time at which it was sent.
    """

    phone: Phone
    login: str
    roles: frozenset[str]
    waiting: list[dict[str, Any]] = field(default_factory=list)
    made: list[dict[str, Any]] = field(default_factory=list)
    delayed: list[tuple[datetime, list[dict[str, Any]]]] = field(default_factory=list)
    knows: dict[str, int] = field(default_factory=dict)


class World:
    """The real thing: one workshop, and the loop that it runs in."""

    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.factory = self.runner.run(Factory.open(url, pool_size=6))
        self.workshop = self.runner.run(Workshop.open(self.factory))
        self.seen: Counter[str] = Counter()
        self.places: dict[str, Place] = {}

    def do(self, work: Any) -> Any:
        """What it answers."""
        return self.runner.run(_awaited(work))

    def both(self, one: Any, other: Any) -> list[Any]:
        """What two answer that begin together."""

        async def together() -> list[Any]:
            return list(await asyncio.gather(one, other))

        return self.runner.run(together())

    def close(self) -> None:
        """Give everything back."""
        self.runner.run(self.factory.close())
        self.runner.close()


async def _awaited(work: Any) -> Any:
    return await work


class Phones(RuleBasedStateMachine):
    """Each history has orders and phones of its own. `told` is what was heard, the same for the same choices."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.floor = Floor()
        self.pockets: dict[str, Pocket] = {}
        self.waiting: dict[str, tuple[str, dict[str, Any], datetime, Pocket]] = {}
        self.settled: set[str] = set()
        self.at: dict[str, datetime] = {}
        self.decided: dict[str, datetime] = {}
        self.told: list[Any] = []

    @initialize(ahead=st.booleans())
    def begins(self, ahead: bool) -> None:
        """Two released orders, and three phones; some histories begin where the first order is made already."""
        workshop = self.world.workshop
        for lines in ([("RAD-CU6012-W", "10")], [("RAD-CU6012-W", "5"), ("TWR-E5080-B", "3")]):
            (sku, quantity), *more = lines
            numbers = self.world.do(workshop.released(quantity, sku, *more))
            order = self.world.do(workshop.work_order(numbers[0]))["order_no"]
            self.floor.stages[order], self.floor.revisions[order], self.floor.changes[order] = "scheduled", 1, []
            self.floor.lines[order] = {line: (sku, Decimal(count)) for line, (sku, count) in enumerate(lines, 1)}
            for number, (line, (article, wanted)) in zip(numbers, self.floor.lines[order].items(), strict=True):
                self.floor.jobs[number] = Job(order, wanted, route(article), line=line, sku=article)
        for name, login in (("anna", "production"), ("bert", "production"), ("terminal", "quality")):
            phone = self.world.do(workshop.phone(login))
            knows = dict.fromkeys(self.floor.jobs, 1)
            self.pockets[name] = Pocket(phone, login, workshop.people[login].roles, knows=knows)
        if ahead:
            number, job = next(iter(self.floor.jobs.items()))
            for code in job.steps:
                self._make("anna", "complete", {"work_order": number, "operation": code, "good": "10"})
            self._sync(self.pockets["anna"], list(self.pockets["anna"].waiting))

    @rule(who=workers, data=st.data(), steps=st.integers(1, 3), minutes=st.integers(1, 30), network=st.booleans())
    def work_goes_on(self, who: str, data: st.DataObject, steps: int, minutes: int, network: bool) -> None:
        """One step after the other, all that has come, as it is on a good day; sent, or kept in the pocket."""
        number = data.draw(st.sampled_from(self._open() or list(self.floor.jobs)))
        job = self.floor.jobs[number]
        left = [code for code in job.steps if not job.finished(code)][:steps]
        for code in left:
            good = job.incoming(left[0]) - job.steps[left[0]].good - job.steps[left[0]].scrap
            self._make(who, "complete", {"work_order": number, "operation": code, "good": str(max(good, Decimal(1)))})
            self.world.factory.later(minutes=minutes)
        if network:
            self._sync(self.pockets[who], list(self.pockets[who].waiting))

    @rule(who=phones, data=st.data(), good=quantities, odd=st.integers(0, 5))
    def somebody_completes(self, who: str, data: st.DataObject, good: str, odd: int) -> None:
        """Some of what is there to be done next, or too much of it; with scrap, or as the last there will be."""
        number, code = self._next_step(data)
        body: dict[str, Any] = {"work_order": number, "operation": code, "good": good}
        if odd == 5:
            body["last"] = True
        if odd in {3, 4}:
            told = "1" if odd == 3 else "2"
            body |= {"scrap": "1", "scrap_reasons": [{"code": "scratch", "quantity": told}]}
        self._make(who, "complete", body)

    @rule(who=phones, data=st.data(), kind=st.sampled_from(["start", "pause", "resume", "rework", "note"]))
    def somebody_tells(self, who: str, data: st.DataObject, kind: str) -> None:
        number, code = self._next_step(data)
        body = {"work_order": number, "operation": code}
        more = {"rework": {"quantity": "1"}, "note": {"text": "x"}}.get(kind, {})
        self._make(who, kind, {**body, **more})

    @rule(
        who=st.sampled_from(["terminal", "terminal", "terminal", "anna"]),
        data=st.data(),
        passes=st.booleans(),
        named=st.booleans(),
    )
    def somebody_inspects(self, who: str, data: st.DataObject, passes: bool, named: bool) -> None:
        done = [number for number, job in self.floor.jobs.items() if job.done]
        number = data.draw(st.sampled_from(done or list(self.floor.jobs)))
        body: dict[str, Any] = {"work_order": number, "result": "pass" if passes else "fail"}
        if not passes and named:
            body |= {"rework_operation": next(iter(self.floor.jobs[number].steps)), "quantity": "2"}
        self._make(who, "inspect", body)

    @precondition(lambda self: "awaiting_qc" in self.floor.stages.values())
    @rule(passes=st.booleans())
    def the_inspector_comes(self, passes: bool) -> None:
        """Whatever waits for inspection is looked at, and told at once."""
        for number, job in self.floor.jobs.items():
            if self.floor.stages[job.order] == "awaiting_qc":
                self._make("terminal", "inspect", {"work_order": number, "result": "pass" if passes else "fail"})
        self._sync(self.pockets["terminal"], list(self.pockets["terminal"].waiting))

    def _open(self) -> list[str]:
        """The work orders that somebody would take up."""
        return [number for number, job in self.floor.jobs.items() if not job.done and not job.cancelled]

    def _next_step(self, data: st.DataObject) -> tuple[str, str]:
        """A work order and a step of it: where something is open, unless chance wills otherwise."""
        if data.draw(st.integers(0, 19)) == 19:
            return data.draw(st.sampled_from(["WO1", *self.floor.jobs])), "OP99"
        number = data.draw(st.sampled_from([*self._open(), *self.floor.jobs]))
        job = self.floor.jobs[number]
        if data.draw(st.integers(0, 5)) == 5:
            return number, data.draw(st.sampled_from(list(job.steps)))
        return number, next((code for code in job.steps if not job.finished(code)), list(job.steps)[-1])

    def _make(self, who: str, kind: str, body: dict[str, Any]) -> None:
        """A report that the phone keeps until it is answered."""
        pocket = self.pockets[who]
        self.world.factory.later(seconds=30)
        if body["work_order"] in pocket.knows:
            body = {**body, "revision": pocket.knows[body["work_order"]]}
        report = pocket.phone.report(kind, self.world.factory.clock, body)
        self.at[report["id"]] = self.world.factory.clock + pocket.phone.off
        pocket.waiting.append(report)
        pocket.made.append(report)

    @rule(who=phones, fault=st.sampled_from(FAULTS), data=st.data())
    def a_phone_syncs(self, who: str, fault: str, data: st.DataObject) -> None:
        pocket = self.pockets[who]
        batch = list(pocket.waiting)
        if fault == "delayed":
            pocket.delayed.append((self.world.factory.clock + pocket.phone.off, batch))
            return
        if fault == "late":
            batch = batch[1:] or batch
        if fault == "shuffled" and pocket.made:
            batch = data.draw(st.permutations([*batch, pocket.made[0], pocket.made[-1]]))
        self._sync(pocket, batch, fault)

    @precondition(lambda self: any(pocket.delayed for pocket in self.pockets.values()))
    @rule(data=st.data())
    def a_call_arrives_after_all(self, data: st.DataObject) -> None:
        """What the network kept, when its phone has long sent it again, and has perhaps been answered."""
        name = data.draw(st.sampled_from([name for name, pocket in self.pockets.items() if pocket.delayed]))
        sent_at, batch = self.pockets[name].delayed.pop(0)
        self._sync(self.pockets[name], batch, "delayed", sent_at)

    def _sync(
        self, pocket: Pocket, batch: list[dict[str, Any]], fault: str = "none", sent_at: datetime | None = None
    ) -> None:
        sent_at = sent_at or self.world.factory.clock + pocket.phone.off
        expected, gaps = self._expected(pocket, batch, sent_at)
        self.world.seen[fault] += 1
        self.world.seen["gap"] += bool(gaps)
        push = self.world.workshop.push_whole
        if fault == "doubled":
            answers = self.world.both(
                push(pocket.phone, *batch, sent_at=sent_at), push(pocket.phone, *batch, sent_at=sent_at)
            )
        else:
            answers = [self.world.do(push(pocket.phone, *batch, sent_at=sent_at))]
        told: dict[str, list[tuple[str, str | None]]] = {}
        for answer in answers:
            assert [result["id"] for result in answer["results"]] == [report["id"] for report in batch]
            for result in answer["results"]:
                told.setdefault(result["id"], []).append((result["status"], result["code"]))
                self._note_conflict(pocket, result)
        assert answers[0]["gaps"] == gaps
        for report_id, verdicts in expected.items():
            again = [("duplicate", code) if status == "applied" else (status, code) for status, code in verdicts[:1]]
            assert sorted(told[report_id], key=str) == sorted(
                verdicts + again * (len(told[report_id]) - len(verdicts)), key=str
            ), f"{report_id}: {told[report_id]} and not {verdicts}"
        self.told += [sorted(told[report["id"]], key=str) for report in batch]
        if fault not in {"cut", "delayed"}:
            pocket.waiting = [report for report in pocket.waiting if report["id"] not in told]
        self._meets()

    def _expected(
        self, pocket: Pocket, batch: list[dict[str, Any]], sent_at: datetime
    ) -> tuple[dict[str, list[tuple[str, str | None]]], list[list[int]]]:
        """What the model says of each, in the device's order; and the gaps that are left."""
        device = str(pocket.phone.id)
        expected: dict[str, list[tuple[str, str | None]]] = {}
        for report in sorted(batch, key=lambda one: one["seq"]):
            now = self.world.factory.clock
            at = min(self.at[report["id"]] + (now - sent_at), now)
            self.world.seen["three days late"] += now - at >= timedelta(days=3) and report["id"] not in self.decided
            stages = dict(self.floor.stages)
            verdict = self.floor.take(report, device=device, roles=pocket.roles, at=at)
            expected.setdefault(report["id"], []).append(verdict)
            self.world.seen[verdict[0]] += 1
            self.world.seen[verdict[1] or "-"] += 1
            self.decided.setdefault(report["id"], at)
            for order, stage in self.floor.stages.items():
                moved = stage != stages[order]
                self.world.seen["order_complete"] += moved and stage == "awaiting_qc"
                self.world.seen["order_passed"] += moved and stage == "qc_passed"
            if verdict[0] == "conflict" and report["id"] not in self.settled:
                self.waiting.setdefault(report["id"], ("", report, at, pocket))
        return expected, self.floor.gaps(device)

    def _note_conflict(self, pocket: Pocket, result: dict[str, Any]) -> None:
        known = self.waiting.get(result["id"])
        if result["status"] == "conflict" and known is not None:
            assert known[0] in ("", result["conflict_id"]), "a conflict is one, however often it is told"
            self.waiting[result["id"]] = (result["conflict_id"], *known[1:])
        del pocket

    @precondition(lambda self: any(one[0] for one in self.waiting.values()))
    @rule(data=st.data(), discard=st.integers(0, 2))
    def the_planner_settles(self, data: st.DataObject, discard: int) -> None:
        report_id = data.draw(st.sampled_from([one for one, told in self.waiting.items() if told[0]]))
        conflict_id, report, at, pocket = self.waiting[report_id]
        decision: Any = "discard" if discard == 2 else "apply"
        command = SettleConflict(UUID(conflict_id), decision, "盘点过")
        against = None
        if decision == "apply":
            against = self.floor.let_through(report, device="planner", roles=pocket.roles, at=at)
        answer = self.world.do(_told(self.world.factory.run(
            settle_conflict, command, actor=self.world.workshop.people["management"]
        )))  # fmt: skip
        assert answer == (against or "resolved")
        if against is None:
            del self.waiting[report_id]
            self.settled.add(report_id)
            self.world.seen["discarded" if decision == "discard" else "settled"] += 1
        self._meets()

    @rule(data=st.data(), sure=st.integers(0, 3))
    def sales_holds_or_goes_on(self, data: st.DataObject, sure: int) -> None:
        order = data.draw(st.sampled_from(list(self.floor.stages)))
        if self.floor.stages[order] == "cancelled" or (sure < 2 and order not in self.floor.held):
            return
        action = "release_hold" if order in self.floor.held else "hold"
        self.world.do(self.world.factory.act(order, action, "sales"))
        self.floor.held ^= {order}

    @rule(sure=st.integers(0, 5))
    def a_phone_is_lost(self, sure: int) -> None:
        if sure == 5:
            phone = self.pockets["bert"].phone
            planner = self.world.workshop.people["management"]
            self.world.do(self.world.factory.run(revoke_device, Revoke(phone.id), actor=planner))
            self.floor.revoked.add(str(phone.id))

    @rule(who=phones, days=st.integers(-3, 3), minutes=st.sampled_from([1, 10, 60, 3 * 24 * 60]))
    def time_passes(self, who: str, days: int, minutes: int) -> None:
        """For everybody; and somebody's clock is set to another day."""
        self.pockets[who].phone.off = timedelta(days=days, minutes=minutes % 7)
        self.world.factory.later(minutes=minutes)

    def _meets(self) -> None:
        """The work orders and orders are as the model says."""
        jobs = self.floor.jobs
        shown = self.world.do(self.world.factory.read(read_tickets, list(jobs)))
        for found, (number, job) in zip(shown, jobs.items(), strict=True):
            assert [(s["code"], Decimal(s["good"]), Decimal(s["scrap"])) for s in found["operations"]] == [
                (code, step.good, step.scrap) for code, step in job.steps.items()
            ]
            state = (found["state"] == "done", found["state"] == "cancelled", Decimal(found["good"]))
            assert state == (job.done, job.cancelled, job.good), (number, found["state"])
            stop = self.floor.stop_of(number)
            assert (found["change"] and found["change"]["number"]) == (stop and stop.number)
            assert found["current"] == (stop is None)
            assert (Decimal(found["quantity"]), found["line"]) == (job.quantity, job.line)
            assert (found["order_stage"], found["held"]) == (self.floor.stages[job.order], job.order in self.floor.held)
            assert job.cancelled or found["revision"] == job.revision

    def teardown(self) -> None:
        """In the end every phone has network: all that was ever made is there once, as it was decided."""
        for pocket in self.pockets.values():
            for sent_at, batch in pocket.delayed:
                self._sync(pocket, batch, "delayed", sent_at)
            self._sync(pocket, list(pocket.waiting))
            assert self.floor.gaps(str(pocket.phone.id)) == []
            verdicts = {one["id"]: self.floor.verdicts[one["id"]][0] for one in pocket.made}
            assert self._kept(pocket) == {one: (status, self.decided[one]) for one, status in verdicts.items()}

    def _kept(self, pocket: Pocket) -> dict[str, tuple[str, datetime]]:
        """What stands in the database of a phone, by report: its verdict, and when it really happened."""

        async def rows() -> list[Any]:
            async with self.world.factory.database.connect() as connection:
                sql = "SELECT id::text, status, corrected_at FROM reports WHERE device_id = $1 AND resolves IS NULL"
                return list(await connection.rows(sql, pocket.phone.id))

        return {row["id"]: (row["status"], row["corrected_at"]) for row in self.world.do(rows())}


async def _told(work: Any) -> Any:
    try:
        return (await work)["state"]
    except Refusal as refusal:
        return refusal.data.get("reason_code", refusal.code)
