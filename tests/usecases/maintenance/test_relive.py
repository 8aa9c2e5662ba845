from __future__ import annotations

from typing import Any

import pytest

from domain.access.actor import system
from domain.refusals.kinds import Refusal
from persistence.outbox import Claimed
from persistence.tx import Tx
from tests.factory import Factory, a_key, person
from usecases.maintenance.relive import PROVIDER, Relive, note_instant, read_past, relive
from usecases.orders.perform_action import PerformAction, perform_action
from usecases.workflows.install_builtin import install_builtin

_OUTBOX = "SELECT kind, state, provider_id FROM outbox ORDER BY id"


async def rows(factory: Factory, sql: str) -> list[tuple[Any, ...]]:
    async with factory.database.connect() as connection:
        return [tuple(row.values()) for row in await connection.rows(sql)]


async def nothing(_tx: Tx, _effect: Claimed) -> None:
    """Lets every effect go."""


async def test_a_step_is_done_and_what_it_caused_is_closed_with_it(factory: Factory) -> None:
    seen: list[str] = []

    async def react(_: Tx, effect: Claimed) -> None:
        seen.append(effect.kind)

    order = await factory.an_order()
    step = Relive(perform_action, PerformAction(order["order_no"], "submit_review"), react)
    answer = await factory.run(relive, step, actor=person("sales"))
    assert answer["order"]["stage"] == "in_review"
    assert await rows(factory, _OUTBOX) == [("notify", "done", PROVIDER), ("open_task", "done", PROVIDER)]
    assert seen == ["notify", "open_task"]


async def test_the_same_key_gives_the_first_answer_and_does_nothing_more(factory: Factory) -> None:
    order = await factory.an_order()
    step = Relive(perform_action, PerformAction(order["order_no"], "submit_review"), nothing)
    first = await factory.outcome(relive, step, actor=person("sales"), key=a_key())
    again = await factory.outcome(relive, step, actor=person("sales"), key=a_key())
    assert (again.answer, again.replayed) == (first.answer, True)
    assert len(await rows(factory, _OUTBOX)) == 2


async def test_a_refused_step_leaves_nothing(factory: Factory) -> None:
    order = await factory.an_order()
    step = Relive(perform_action, PerformAction(order["order_no"], "dispatch"), nothing)
    with pytest.raises(Refusal):
        await factory.run(relive, step, actor=person("warehouse"))
    assert await rows(factory, _OUTBOX) == []


async def test_nobody_does_in_the_past_what_they_may_not(factory: Factory) -> None:
    with pytest.raises(Refusal) as refused:
        await factory.run(relive, Relive(install_builtin, None, nothing), actor=person("driver"))
    assert refused.value.code == "right_missing"


async def test_what_was_noted_first_stays_the_instant(factory: Factory) -> None:
    actor, key = system("seed"), a_key("begin", scope="seed")
    first = await factory.run(note_instant, None, actor=actor, key=key)
    factory.later(days=2)
    assert await factory.run(note_instant, None, actor=actor, key=key) == first


async def test_knows_how_far_a_past_is(factory: Factory) -> None:
    async def standing() -> Any:
        return await factory.read(read_past, "seed")

    assert await standing() == {"begun": False, "complete": False, "in_use": False}
    await factory.run(note_instant, None, actor=system("seed"), key=a_key("begin", scope="seed"))
    await factory.an_order()
    assert await standing() == {"begun": True, "complete": False, "in_use": True}
    await factory.run(note_instant, None, actor=system("seed"), key=a_key("complete", scope="seed"))
    assert (await standing())["complete"]
