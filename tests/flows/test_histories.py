"""Histories that nobody would think of, held against the reference model after every step.

Invariants 1, 2 and 5 of product.md: an order stands where its events say, a repeated attempt is carried out once, and
money adds up. Several people act, also at the same moment; orders are held, split, shipped in parts, taken back.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)

from cli.commands.verify import verify
from domain.refusals.kinds import Refusal
from tests.api.support import settings_on
from tests.factory import Factory, a_key, an_opening, person
from tests.flows.line import money_adds_up
from tests.flows.model import ACTIONS, STEPS, ModelLine, ModelOrder, No, cents
from tests.support.servers import Addresses, TestDatabase
from usecases.orders.edit_order import EditOrder, edit_order
from usecases.orders.open_order import NewLine, open_order
from usecases.orders.perform_action import PerformAction, perform_action
from usecases.orders.read_orders import read_order, verify_history

ROLES = ["sales", "production", "quality", "warehouse", "driver", "management"]
REFUSALS = {"order_held", "order_not_held", "action_not_allowed_in_stage", "role_not_allowed", "nothing_shipped",
            "nothing_to_ship", "quantity_exceeded", "split_invalid"}  # fmt: skip
quantities = st.decimals(min_value="0.5", max_value=20, places=1)
prices = st.decimals(min_value=0, max_value=500, places=4)
goods = st.lists(st.tuples(quantities, prices), min_size=1, max_size=3)
shares = st.decimals(min_value=0, max_value=1, places=2)
stages_ahead = st.integers(0, 8)
persons = st.sampled_from([{"driver"}, {"warehouse"}, {"sales", "production", "quality"}, set(ROLES)]).map(frozenset)


class World:
    """The real thing: one factory, and the loop that it runs in."""

    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.factory = self.runner.run(Factory.open(url, pool_size=6))
        self.seen: Counter[str] = Counter()

    def do(self, work: Any) -> Any:
        """The answer of one use case, or the code of its refusal."""
        return self.runner.run(_told(work))

    def do_at_once(self, *works: Any) -> list[Any]:
        """The answers of several that begin together."""

        async def all_of_them() -> list[Any]:
            return await asyncio.gather(*map(_told, works))

        return self.runner.run(all_of_them())

    def close(self) -> None:
        """Give everything back."""
        self.runner.run(self.factory.close())
        self.runner.close()


async def _told(work: Any) -> Any:
    try:
        return await work
    except Refusal as refusal:
        return refusal.code


class Histories(RuleBasedStateMachine):
    """Each history has orders of its own; `world` is shared by all of them."""

    world: World
    orders = Bundle("orders")
    done = Bundle("done")

    def __init__(self) -> None:
        super().__init__()
        self.models: dict[str, ModelOrder] = {}
        self.number = 0

    @initialize(
        target=orders,
        lines=st.lists(st.tuples(quantities, prices), min_size=1, max_size=3),
        off=shares,
        ahead=stages_ahead,
    )
    def begins(self, lines: list[tuple[Decimal, Decimal]], off: Decimal, ahead: int) -> str:
        return self._open(lines, off, ahead)

    @rule(
        target=orders,
        lines=st.lists(st.tuples(quantities, prices), min_size=1, max_size=3),
        off=shares,
        ahead=stages_ahead,
    )
    def another_is_opened(self, lines: list[tuple[Decimal, Decimal]], off: Decimal, ahead: int) -> Any:
        return self._open(lines, off, ahead) if len(self.models) < 6 else multiple()

    def _open(self, lines: list[tuple[Decimal, Decimal]], off: Decimal, ahead: int) -> str:
        modelled = {n: ModelLine(q, price, cents(q * price)) for n, (q, price) in enumerate(lines, 1)}
        model = ModelOrder(modelled, {1: cents(modelled[1].amount * off)})
        opening = an_opening(
            lines=[NewLine(f"n{n}", line.quantity, line.price, external_id=str(n)) for n, line in modelled.items()],
            discounts=[{"kind": "line", "amount": str(model.discounts[1]), "line": "1"}],
        )
        answer = self.world.do(self.world.factory.run(open_order, opening, actor=person("sales")))
        order_no: str = answer["order"]["order_no"]
        self.models[order_no] = model
        for _ in range(ahead):
            ((action, (_, roles)), *_) = STEPS[self.models[order_no].stage].items()
            self.world.do(self._run(order_no, action, roles, {}))
            self._expected(order_no, action, roles, {})
        self._meets(order_no, self.models[order_no])
        return order_no

    @rule(order_no=orders, good=st.booleans())
    def the_line_goes_on(self, order_no: str, good: bool) -> None:
        steps = STEPS[self.models[order_no].stage]
        if steps:
            action = list(steps)[0 if good else -1]
            self._acts(order_no, action, steps[action][1], {})

    @rule(target=orders, order_no=orders, roles=persons, data=st.data())
    def somebody_acts(self, order_no: str, roles: frozenset[str], data: st.DataObject) -> Any:
        action = self._action(order_no, data)
        return self._acts(order_no, action, roles, self._payload(order_no, action, data))

    @rule(target=done, order_no=orders, roles=persons, data=st.data())
    def somebody_acts_under_a_key(self, order_no: str, roles: frozenset[str], data: st.DataObject) -> Any:
        self.number += 1
        action = self._action(order_no, data)
        if action == "split":
            return multiple()
        name = f"{order_no}-{self.number}"
        payload = self._payload(order_no, action, data)
        return (order_no, action, roles, payload, name, self._acts_once(order_no, action, roles, payload, name))

    @rule(attempt=done, other=st.booleans())
    def the_attempt_is_repeated(self, attempt: Any, other: bool) -> None:
        order_no, action, roles, payload, name, first = attempt
        again = self._attempt(order_no, action, roles, payload, name, fingerprint="other" if other else "same")
        assert again == ("idempotency_key_reused" if other else first)
        self._meets(order_no, self.models[order_no])

    @rule(attempt=consumes(done))
    def it_is_forgotten(self, attempt: Any) -> None:
        """Nothing happens; the bundle does not grow without end."""

    @rule(target=orders, order_no=orders, n=st.integers(2, 4), data=st.data())
    def several_act_at_once(self, order_no: str, n: int, data: st.DataObject) -> Any:
        roles, action = frozenset(ROLES), self._action(order_no, data)
        payload = self._payload(order_no, action, data)
        works = [self._run(order_no, action, roles, payload, number=who) for who in range(n)]
        answers = self.world.do_at_once(*works)
        expected, children = self._expected(order_no, action, roles, payload, times=n)
        assert Counter(_outcome(answer) for answer in answers) == expected
        found = [answer["child"]["order_no"] for answer in answers if isinstance(answer, dict) and "child" in answer]
        return self._split_off(sorted(found), children, order_no)

    @rule(order_no=orders, quantity=quantities, price=prices, stale=st.booleans())
    def sales_edits(self, order_no: str, quantity: Decimal, price: Decimal, stale: bool) -> None:
        model = self.models[order_no]
        if 1 not in model.lines or model.discounts.get(1):
            return
        patch = {"lines": [{"line": 1, "quantity": quantity, "unit_price": price}]}
        command = EditOrder(order_no, patch, model.version - stale)
        answer = self.world.do(self.world.factory.run(edit_order, command, actor=person("sales")))
        if stale:
            assert answer == "version_stale"
        else:
            model = self._as_the_model_says(answer, lambda: model.edited(quantity, price)) or model
        self._meets(order_no, model)

    @rule(target=orders, order_no=orders, data=st.data())
    def sales_splits(self, order_no: str, data: st.DataObject) -> Any:
        return self._acts(order_no, "split", frozenset({"sales"}), self._payload(order_no, "split", data))

    @rule(order_no=orders, sure=st.integers(0, 3))
    def the_customer_leaves(self, order_no: str, sure: int) -> None:
        if sure == 3:
            self._acts(order_no, "cancel", frozenset({"sales"}), {})

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        self.world.factory.later(hours=hours)

    def _action(self, order_no: str, data: st.DataObject) -> str:
        """Mostly one that the stage has."""
        fitting = [action for action in self.models[order_no].fitting() if action != "cancel"]
        return data.draw(st.sampled_from(ACTIONS if not fitting or data.draw(st.integers(0, 9)) == 9 else fitting))

    def _payload(self, order_no: str, action: str, data: st.DataObject) -> dict[str, Any]:
        if action not in {"split", "ship_part", "receive_return"}:
            return {}
        lines = self.models[order_no].lines
        chosen = data.draw(st.lists(st.sampled_from(sorted(lines)), min_size=1, max_size=2, unique=True))
        return {"lines": [{"line": n, "quantity": str(self._part(lines[n], action, data))} for n in chosen]}

    def _part(self, line: ModelLine, action: str, data: st.DataObject) -> Decimal:
        """All that there is, a little of it, or more than that."""
        there = line.shipped - line.returned if action == "receive_return" else line.quantity - line.shipped
        return data.draw(st.sampled_from([part for part in (there, Decimal("0.1"), there + 1) if part > 0]))

    def _run(self, order_no: str, action: str, roles: frozenset[str], payload: Any, number: int = 1) -> Any:
        actor = person(*sorted(roles), number=number + 1)
        return self.world.factory.run(perform_action, PerformAction(order_no, action, payload), actor=actor)

    def _attempt(
        self, order_no: str, action: str, roles: frozenset[str], payload: Any, name: str, fingerprint: str = "same"
    ) -> Any:
        factory = self.world.factory
        command, key = PerformAction(order_no, action, payload), a_key(name, fingerprint)
        return self.world.do(factory.run(perform_action, command, actor=person(*sorted(roles)), key=key))

    def _acts(self, order_no: str, action: str, roles: frozenset[str], payload: dict[str, Any]) -> Any:
        answer = self.world.do(self._run(order_no, action, roles, payload))
        expected, children = self._expected(order_no, action, roles, payload)
        assert Counter([_outcome(answer)]) == expected
        return self._split_off([answer["child"]["order_no"]] if children else [], children, order_no)

    def _acts_once(self, order_no: str, action: str, roles: frozenset[str], payload: Any, name: str) -> Any:
        answer = self._attempt(order_no, action, roles, payload, name)
        expected, _ = self._expected(order_no, action, roles, payload)
        assert Counter([_outcome(answer)]) == expected
        self._meets(order_no, self.models[order_no])
        return answer

    def _expected(
        self, order_no: str, action: str, roles: frozenset[str], payload: dict[str, Any], times: int = 1
    ) -> tuple[Counter[str], list[ModelOrder]]:
        """What the model says of so many attempts, whoever comes first; it then stands where they led."""
        outcomes: Counter[str] = Counter()
        children = []
        for _ in range(times):
            try:
                self.models[order_no], born = self.models[order_no].after(action, roles, payload)
            except No as no:
                outcomes[no.code] += 1
                self.world.seen[no.code] += 1
            else:
                outcomes["done"] += 1
                self.world.seen[action] += 1
                children += born
        return outcomes, children

    def _split_off(self, numbers: list[str], children: list[ModelOrder], order_no: str) -> Any:
        self._meets(order_no, self.models[order_no])
        for number, model in zip(numbers, children, strict=True):
            self._meets(number, model)
        return multiple(*numbers)

    def _as_the_model_says(self, answer: Any, work: Any) -> ModelOrder | None:
        try:
            model: ModelOrder = work()
        except No as no:
            expected, model_or_none = no.code, None
        else:
            expected, model_or_none = "done", model
        assert _outcome(answer) == expected
        return model_or_none

    def _meets(self, order_no: str, model: ModelOrder) -> None:
        """The order, its history and the model say the same."""
        self.models[order_no] = model
        order = self.world.do(self.world.factory.read(read_order, order_no))
        proof = self.world.do(self.world.factory.read(verify_history, order_no))
        assert proof["holds"], proof["faults"]
        assert (proof["events"], order["version"], order["stage"], order["held"]) == (
            model.version, model.version, model.stage, model.held,
        )  # fmt: skip
        assert [_quantities(line) for line in order["lines"]] == [
            (number, line.quantity, line.shipped, line.returned, line.amount)
            for number, line in sorted(model.lines.items())
        ]
        assert Decimal(order["total"]) == model.total
        assert money_adds_up(order)


def _outcome(answer: Any) -> str:
    return answer if isinstance(answer, str) else "done"


def _quantities(line: Mapping[str, Any]) -> tuple[int, Decimal, Decimal, Decimal, Decimal]:
    numbers = (Decimal(line[name]) for name in ("quantity", "shipped_quantity", "returned_quantity", "amount"))
    return (line["line"], *numbers)


@pytest.fixture
def world(module_database: TestDatabase) -> Iterator[World]:
    made = World(module_database.app_url)
    yield made
    made.close()


@pytest.mark.parametrize(
    "histories", [pytest.param(60, id="60"), pytest.param(1500, id="1500", marks=pytest.mark.soak)]
)
def test_whatever_happens_the_model_knows_it(
    world: World, histories: int, module_database: TestDatabase, servers: Addresses, tmp_path: Path
) -> None:
    machine = type("Histories", (Histories,), {"world": world})
    chosen = how(max_examples=histories, stateful_step_count=50)
    run_state_machine_as_test(machine, settings=chosen)
    assert {*ACTIONS, *REFUSALS} <= set(world.seen), "every action was carried out, and refused in every way"
    tallies = asyncio.run(verify(settings_on(module_database, servers.redis_url, tmp_path), lambda _: None))
    assert [(tally.key, tally.violations) for tally in tallies if not tally.holds and tally.key != "outbox"] == []
