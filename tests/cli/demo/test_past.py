from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cli.demo.past import PastClock

THEN = datetime(2026, 10, 1, 2, 3, 4, 567000, tzinfo=UTC)


def test_ids_are_uuid7_of_the_instant_in_the_order_they_are_made() -> None:
    clock = PastClock(THEN)
    with clock.at(THEN, "step"):
        made = [clock.new_id() for _ in range(50)]
    assert all(one.version == 7 for one in made)
    assert {one.int >> 80 for one in made} == {int(THEN.timestamp() * 1000)}
    assert made == sorted(made)
    assert len(set(made)) == 50


def test_a_step_done_again_makes_the_same_ids_and_another_step_others() -> None:
    clock = PastClock(THEN)
    with clock.at(THEN, "one"):
        first = clock.new_id()
    with clock.at(THEN, "two"):
        other = clock.new_id()
    with clock.at(THEN, "one"):
        assert clock.new_id() == first != other


def test_the_clock_stands_at_the_step() -> None:
    clock = PastClock(THEN)
    with clock.at(THEN - timedelta(days=3), "step"):
        assert clock.now() == THEN - timedelta(days=3)
