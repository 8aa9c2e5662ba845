"""A few weeks in the simulated factory: the same by the same seed, lived by the real system, and nothing broken."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cli.commands.verify import verify
from cli.simulate.measure import simulate
from cli.simulate.model import Step, Wish, Year
from wiring.settings import Settings

ZONE = ZoneInfo("Asia/Shanghai")
BEGINS = datetime(2025, 1, 5, 16, 0, tzinfo=UTC)


def a_year(seed: int, orders: int = 400, days: int = 40) -> list[Step]:
    return Year(Wish(seed, orders, days, BEGINS, ZONE)).steps()


def told(steps: list[Step]) -> list[tuple[object, ...]]:
    return [(step.at, step.order, step.what, step.payload) for step in steps]


def test_the_same_seed_is_the_same_year_and_another_is_not() -> None:
    assert told(a_year(1)) == told(a_year(1))
    assert told(a_year(1)) != told(a_year(2))


@pytest.mark.parametrize("seed", range(5))
def test_every_order_goes_its_way_in_order_and_ends(seed: int) -> None:
    steps = a_year(seed)
    assert steps == sorted(steps, key=lambda step: step.at)
    counted = Counter(step.what for step in steps)
    assert counted["open"] == counted["sign_delivery"] == counted["approve_review"] == 400
    assert counted["fail_inspection"] == counted["completion_reported"]
    by_order: dict[int, list[str]] = {}
    for step in steps:
        by_order.setdefault(step.order, []).append(step.what)
    by_order.pop(0)
    for whats in by_order.values():
        assert whats[:3] == ["open", "submit_review", "approve_review"]
        passed = whats.index("pass_inspection")
        assert whats[passed : passed + 4] == ["pass_inspection", "dispatch", "depart", "sign_delivery"]


@pytest.mark.parametrize("seed", range(5))
def test_nobody_works_at_machines_on_sundays_or_before_eight(seed: int) -> None:
    for step in a_year(seed):
        local = step.at.astimezone(ZONE)
        if step.what == "complete":
            assert local.weekday() < 6 or (local.hour, local.minute) == (0, 0)
            assert local.hour >= 8 or (local.hour, local.minute) == (0, 0)


def test_some_come_late_some_machines_break_and_some_lots_fail() -> None:
    steps = a_year(3, orders=1500, days=90)
    counted = Counter(step.what for step in steps)
    opened = {step.order: step for step in steps if step.what == "open"}
    late = 0
    for step in steps:
        if step.what == "sign_delivery":
            begun = opened[step.order]
            due = begun.at.astimezone(ZONE).date() + timedelta(days=begun.payload["promised_days"])
            late += step.at.astimezone(ZONE).date() > due
    assert 0.02 < late / 1500 < 0.5
    assert counted["fault"] > 10
    assert 0.03 < counted["fail_inspection"] / 1500 < 0.15
    assert counted["receive_return"] > 0


async def test_the_real_system_lives_it_and_every_invariant_holds(settings: Settings) -> None:
    wish = Wish(1, 16, 6, BEGINS, ZONE)
    figures = await simulate(settings, wish, looks=1, tell=lambda *_: None)
    assert figures["delivered"] == 16
    rules = {rule["rule"]: rule for rule in figures["rules"]}
    assert rules["any"]["late"] == figures["late"]
    assert rules["any"]["warned"] == rules["any"]["foreseen"] + rules["any"]["false_alarms"]
    assert rules["any"]["warned"] > 0
    lived = rules["forecast_late"]
    (same,) = [one for one in figures["settings"] if (one["percent"], one["hours"], one["begun"]) == (80, 0, False)]
    assert {name: same[name] for name in lived} == lived, "asked afterwards it is what was lived"
    found = await verify(settings, lambda _: None)
    # A year that is over leaves nothing due; only what alerts would have told outside was never sent.
    assert [tally.key for tally in found if not tally.holds] == []
