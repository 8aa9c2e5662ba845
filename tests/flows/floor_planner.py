"""Those who change what the phones work on, as rules: sales, the planner, the departments that must hear of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.factory import person
from tests.flows import change_model as planned
from tests.flows.floor_model import Change
from tests.flows.floor_phones import Phones, phones
from tests.support.frontier import nothing_is_withheld
from usecases.floor.pull_changes import Place, Pull, pull_changes
from usecases.floor.reroute import Reroute, SplitWorkOrder, reroute, split_work_order
from usecases.orders.acknowledge_change import AcknowledgeChange, acknowledge_change
from usecases.orders.attach_paper import AttachPaper, attach_paper
from usecases.orders.decide_change import DecideChange, approve_change
from usecases.orders.propose_change import ProposeChange, propose_change

_WORKS = """
SELECT w.number, w.line FROM work_orders w JOIN orders o ON o.id = w.order_id WHERE o.order_no = $1
"""
_ASIDE = """
SELECT coalesce(sum(r.quantity), 0) FROM reservations r JOIN orders o ON o.id = r.order_id WHERE o.order_no = $1
"""
TUBE_FOR_ONE = Decimal("6.2")


def _step(code: str, work_centre: str) -> dict[str, Any]:
    plain = {"code": code, "name": {"zh": code, "en": code}, "work_centre": work_centre, "minutes": "5"}
    return {**plain, "setup_minutes": "0", "requirements": None, "outsourced": False}


class Factories(Phones):
    """Phones, and everybody else whose decisions reach them late."""

    def _running(self) -> list[str]:
        return [order for order, stage in self.floor.stages.items() if stage != "cancelled"]

    @rule(data=st.data(), kind=st.sampled_from([*planned.TOUCHED, "quantity"]))
    def an_order_changes(self, data: st.DataObject, kind: str) -> None:
        running = self._running()
        if not running:
            return
        order = data.draw(st.sampled_from(running))
        lines = self.floor.lines[order]
        line = data.draw(st.sampled_from([line for line, (_, quantity) in lines.items() if quantity > 0]))
        sku, wanted = lines[line]
        if kind == "quantity":
            quantity = data.draw(st.sampled_from(["1", "2", "4", "7", "11", "15"]))
            if Decimal(quantity) != wanted:
                patch: dict[str, Any] = {"lines": [{"line": line, "quantity": quantity}]}
                self._change(order, kind, patch, line, sku, Decimal(quantity))
        elif kind == "line_added" and len(lines) < 3:
            added = {"name": "货", "sku": sku, "quantity": "2", "unit_price": "180.00"}
            self._change(order, kind, {"lines": [added]}, max(lines) + 1, sku, Decimal(2))
        elif kind == "line_off" and sum(quantity > 0 for _, quantity in lines.values()) > 1:
            self._change(order, kind, {"lines": [{"line": line, "cancel": True}]}, line, sku, Decimal(0))
        elif kind == "drawing":
            patch = {"drawings": [{"attachment_id": self._drawing(order), "line": line}]}
            self._change(order, kind, patch, line, sku, wanted)
        elif kind == "address":
            patch = {"address": {"city": f"{len(self.floor.changes[order])} 号市"}}
            self._change(order, kind, patch, line, sku, wanted)

    def _drawing(self, order: str) -> str:
        paper = AttachPaper(order, "drawing", "B.pdf", "application/pdf", 9, uuid4().hex * 2)
        attached = self.world.do(self.world.factory.run(attach_paper, paper, actor=person("design")))
        drawing: str = attached["attachment"]["id"]
        return drawing

    @rule(data=st.data(), sure=st.integers(0, 5))
    def the_whole_order_is_off(self, data: st.DataObject, sure: int) -> None:
        running = self._running()
        if sure == 5 and running:
            order = data.draw(st.sampled_from(running))
            self._approved(order, {"cancel": True})
            planned.call_off(self.floor, order)
            self.world.seen["called off"] += 1
            self._meets()

    def _change(self, order: str, kind: str, patch: Mapping[str, Any], line: int, sku: str, quantity: Decimal) -> None:
        """Proposed by sales, approved by management: in force at once, and heard of by each when they hear of it."""
        applied = self._approved(order, patch)
        change = planned.change(self.floor, order, kind, line, sku, quantity, self.world.factory.clock)
        change.id = applied["id"]
        assert {one["role"] for one in applied["departments"]} == change.touched
        assert (applied["number"], applied["revision"]) == (change.number, change.revision)
        self._released(order, line)
        self.world.seen[kind] += 1
        self._meets()

    def _approved(self, order: str, patch: Mapping[str, Any]) -> dict[str, Any]:
        self.world.factory.later(seconds=30)
        run, management = self.world.factory.run, self.world.workshop.people["management"]
        asked = self.world.do(run(propose_change, ProposeChange(order, patch, "客户来电"), actor=person("sales")))
        approval = DecideChange(UUID(asked["id"]))
        applied: dict[str, Any] = self.world.do(run(approve_change, approval, actor=management))
        assert applied["state"] == "applied"
        return applied

    def _released(self, order: str, line: int) -> None:
        """What no work order made has exactly one new one; nothing else has appeared."""
        missing = planned.missing(self.floor, order, line)
        new = {row["number"]: row["line"] for row in self._rows(_WORKS, order) if row["number"] not in self.floor.jobs}
        assert list(new.values()) == ([line] if missing else [])
        for number in new:
            planned.release(self.floor, order, line, number, missing)

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        async def rows() -> list[Any]:
            async with self.world.factory.database.connect() as connection:
                return list(await connection.rows(sql, *values))

        found: list[Any] = self.world.do(rows())
        return found

    def _unheard(self) -> list[tuple[str, Change]]:
        return [(order, one) for order, found in self.floor.changes.items() for one in found if one.waiting]

    @precondition(lambda self: self._unheard())
    @rule(data=st.data(), everybody=st.booleans())
    def departments_acknowledge(self, data: st.DataObject, everybody: bool) -> None:
        unheard = self._unheard()
        for order, change in unheard if everybody else [data.draw(st.sampled_from(unheard))]:
            roles = sorted(change.waiting)
            for role in roles if everybody else [data.draw(st.sampled_from(roles))]:
                self._acknowledge(order, change, role)
        self._meets()

    def _acknowledge(self, order: str, change: Change, role: str) -> None:
        command, who = AcknowledgeChange(UUID(change.id)), self.world.workshop.people[role]
        self.world.do(self.world.factory.run(acknowledge_change, command, actor=who))
        self.world.seen["acknowledged"] += 1
        stage = self.floor.stages[order]
        self.floor.acknowledge(order, change, frozenset({role}))
        self.world.seen["followed"] += stage != self.floor.stages[order]

    @precondition(lambda self: any(self.floor.changes.values()))
    @rule(who=phones, data=st.data())
    def a_phone_acknowledges(self, who: str, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from([order for order, found in self.floor.changes.items() if found]))
        change = data.draw(st.sampled_from(self.floor.changes[order]))
        number = next(number for number, job in self.floor.jobs.items() if job.order == order)
        self._make(who, "ack_change", {"work_order": number, "change_id": change.id})

    @rule(who=phones)
    def a_phone_hears(self, who: str) -> None:
        """It asks what is new, and shows it from then on."""
        pocket, places = self.pockets[who], self.world.places
        self.world.do(nothing_is_withheld(self.world.factory))
        while True:
            pull = Pull(places.get(pocket.login), pocket.phone.id)
            answer = self.world.do(self.world.factory.run(pull_changes, pull, actor=pocket.phone.owner))
            places[pocket.login] = Place(*answer["place"])
            if not answer["more"]:
                break
        pocket.knows = {number: job.revision for number, job in self.floor.jobs.items()}
        self.floor.heard[str(pocket.phone.id)] = self.world.factory.clock

    @rule(data=st.data(), way=st.sampled_from(["elsewhere", "more", "less", "split", "split"]))
    def the_planner_plans(self, data: st.DataObject, way: str) -> None:
        numbers = [n for n, job in self.floor.jobs.items() if not job.cancelled and job.order in self._running()]
        if not numbers:
            return
        number = data.draw(st.sampled_from(numbers))
        steps = self.floor.jobs[number].steps
        codes = list(steps)
        if way == "split":
            self._split(number, Decimal(data.draw(st.sampled_from(["1", "3"]))))
            return
        if way == "more" and "OP97" not in codes:
            codes.append("OP97")
        elif way == "less" and len(codes) > 1 and not steps[codes[-1]].touched:
            codes.pop()
        self._reroute(number, codes, "打包机" if way == "elsewhere" else "焊机")

    def _reroute(self, number: str, codes: list[str], work_centre: str) -> None:
        routing = Reroute(number, [_step(code, work_centre) for code in codes], "焊机坏了")
        self.world.do(self.world.factory.run(reroute, routing, actor=self.world.workshop.people["management"]))
        planned.reroute(self.floor, number, codes)
        self.world.seen["rerouted"] += 1
        self._meets()

    def _split(self, number: str, pieces: Decimal) -> None:
        job = self.floor.jobs[number]
        if pieces > planned.splittable(job) or pieces >= job.quantity:
            return
        command, planner = SplitWorkOrder(number, pieces, "分两批"), self.world.workshop.people["production"]
        answer = self.world.do(self.world.factory.run(split_work_order, command, actor=planner))
        planned.split(self.floor, number, answer["split_off"]["number"], pieces)
        self.world.seen["split"] += 1
        self._meets()

    def teardown(self) -> None:
        """In the end nothing is left of what an order was: no work order that the model has not, no material."""
        super().teardown()
        for order, stage in self.floor.stages.items():
            mine = {number for number, job in self.floor.jobs.items() if job.order == order}
            assert {row["number"] for row in self._rows(_WORKS, order)} == mine
            if self.floor.changes[order] or stage == "cancelled":
                wanted = sum(quantity for sku, quantity in self.floor.lines[order].values() if sku.startswith("RAD"))
                ((aside,),) = self._rows(_ASIDE, order)
                assert aside == (0 if stage == "cancelled" else wanted * TUBE_FOR_ONE)
