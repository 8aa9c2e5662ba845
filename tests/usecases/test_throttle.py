from __future__ import annotations

import asyncio
from datetime import timedelta

from domain.access.actor import NOBODY, system
from domain.access.throttle import Limit
from tests.factory import Factory
from usecases.outgoing.forget_old import forget_settled
from usecases.throttle import charge_attempt, give_back_attempt

FIVE = Limit("five", 5, timedelta(minutes=10))
NINE = Limit("nine", 9, timedelta(hours=1))


async def charge(factory: Factory, subject: str, *limits: Limit) -> int | None:
    charges = [limit.on(subject) for limit in limits or (FIVE,)]
    answer: int | None = await factory.run(charge_attempt, charges, actor=NOBODY)
    return answer


async def test_tries_are_counted_until_the_window_ends(factory: Factory) -> None:
    assert [await charge(factory, "a") for _ in range(5)] == [None] * 5
    factory.later(minutes=4)
    assert await charge(factory, "a") == 360
    assert await charge(factory, "b") is None
    factory.later(minutes=6)
    assert await charge(factory, "a") is None


async def test_tries_side_by_side_do_not_slip_through_together(factory: Factory) -> None:
    answers = await asyncio.gather(*(charge(factory, "a", FIVE, NINE) for _ in range(100)))
    assert answers.count(None) == 5


async def test_what_was_right_is_given_back_and_no_more_than_that(factory: Factory) -> None:
    for _ in range(20):
        assert await charge(factory, "a") is None
        await factory.run(give_back_attempt, [FIVE.on("a")], actor=NOBODY)
    for _ in range(3):
        await factory.run(give_back_attempt, [FIVE.on("a"), FIVE.on("never charged")], actor=NOBODY)
    assert [await charge(factory, "a") for _ in range(6)] == [None] * 5 + [600]


async def test_one_attempt_under_several_limits_waits_for_the_longest(factory: Factory) -> None:
    for _ in range(9):
        await charge(factory, "a", FIVE, NINE)
    assert await charge(factory, "a", FIVE, NINE) == 3600
    factory.later(minutes=10)
    assert await charge(factory, "a", FIVE) is None
    assert await charge(factory, "a", NINE) == 3000


async def test_the_same_limit_asked_twice_is_charged_once(factory: Factory) -> None:
    assert [await charge(factory, "a", FIVE, FIVE) for _ in range(5)] == [None] * 5


async def test_ended_windows_are_forgotten(factory: Factory) -> None:
    await charge(factory, "a", FIVE, NINE)
    factory.later(minutes=11)
    answer = await factory.run(forget_settled, 10, actor=system("tests"))
    assert answer["counters"] == 1
