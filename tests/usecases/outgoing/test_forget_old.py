from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.access.actor import NOBODY, system
from domain.effects import Effect
from persistence.people import IDLE
from tests.factory import Factory, a_key
from tests.workers.postroom import Cause, cause_effects, rows
from usecases.outgoing.forget_old import DELIVERIES_KEPT_FOR, EFFECTS_KEPT_FOR, SESSIONS_KEPT_FOR, forget_settled
from usecases.people.add_person import AddPerson, add_person
from usecases.people.sessions import OpenSession, open_session, sign_out
from usecases.people.tokens import RefreshToken
from usecases.workflows.install_builtin import install_builtin
from workers.schedule import FORGOTTEN_AT_ONCE

ROBOT = system("tests")


async def forget(factory: Factory, at_most: int = FORGOTTEN_AT_ONCE) -> Any:
    return await factory.run(forget_settled, at_most, actor=ROBOT)


async def settled(factory: Factory, state: str, *kinds: str) -> None:
    """Effects of these kinds, settled now."""
    effects = [Effect(kind, "webhook:x" if kind == "webhook" else "*", f"r{at}") for at, kind in enumerate(kinds)]
    await factory.run(cause_effects, Cause(effects), actor=ROBOT)
    async with factory.database.connect() as connection:
        sql = "UPDATE outbox SET state = $1, settled_at = $2 WHERE settled_at IS NULL"
        await connection.run(sql, state, factory.clock)


async def left(factory: Factory) -> list[tuple[str, str]]:
    found = await rows(factory, "SELECT kind, state FROM outbox ORDER BY kind, state")
    return [(row["kind"], row["state"]) for row in found]


async def test_what_is_settled_goes_when_its_time_is_over_and_what_needs_a_person_stays(factory: Factory) -> None:
    await settled(factory, "done", "notify", "webhook")
    await settled(factory, "dead", "notify", "webhook")
    factory.clock += DELIVERIES_KEPT_FOR
    assert (await forget(factory))["effects"] == 0
    factory.later(seconds=1)
    assert (await forget(factory))["effects"] == 2
    assert await left(factory) == [("notify", "dead"), ("notify", "done")]
    factory.clock += EFFECTS_KEPT_FOR
    assert (await forget(factory))["effects"] == 1
    assert await left(factory) == [("notify", "dead")]


async def test_what_is_still_to_be_done_is_never_forgotten(factory: Factory) -> None:
    await factory.run(cause_effects, Cause([Effect("webhook", "webhook:x", "r"), Effect("notify", "*", "r")]))
    factory.later(days=1000)
    assert (await forget(factory))["effects"] == 0
    assert len(await left(factory)) == 2


async def test_it_goes_in_small_batches(factory: Factory) -> None:
    await settled(factory, "done", *["notify"] * 5)
    for number in range(3):
        await factory.run(install_builtin, None, actor=ROBOT, key=a_key(f"k{number}"))
    factory.later(days=400)
    found = [await forget(factory, 2) for _ in range(4)]
    assert [(gone["replies"], gone["effects"]) for gone in found] == [(2, 2), (1, 2), (0, 1), (0, 0)]


async def test_sessions_go_a_month_after_they_ended_and_not_before(factory: Factory) -> None:
    person_id = UUID((await factory.run(add_person, AddPerson("li", "李", "!", ("sales",)), actor=ROBOT))["id"])
    ended, running = RefreshToken.fresh(UUID(int=1)), RefreshToken.fresh(UUID(int=2))
    for token in (ended, running):
        await factory.run(open_session, OpenSession(person_id, token), actor=NOBODY)
    await factory.run(sign_out, ended, actor=NOBODY)
    factory.clock += SESSIONS_KEPT_FOR
    assert (await forget(factory))["sessions"] == 0
    factory.later(seconds=1)
    assert (await forget(factory))["sessions"] == 1
    assert [row["id"] for row in await rows(factory, "SELECT id FROM sessions")] == [running.session_id]
    factory.clock += IDLE
    assert (await forget(factory))["sessions"] == 1  # nobody signed out: it was not used any more


async def test_an_answer_is_given_again_for_thirty_days_and_not_longer(factory: Factory) -> None:
    async def again() -> bool:
        outcome = await factory.outcome(install_builtin, None, actor=ROBOT, key=a_key())
        return outcome.replayed

    assert not await again()
    factory.later(days=30)
    await forget(factory)
    assert await again()
    factory.later(seconds=1)
    await forget(factory)
    assert not await again()
