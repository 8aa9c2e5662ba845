"""Several phones, an inspector, a planner and a bad network, held against the reference model after every step.

Invariant 2 of product.md: what a device reports is applied exactly once, whatever is retried, doubled, reordered, cut
or sent three days late by a clock that is wrong, while orders change under it; nothing is lost, doubled or silent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as how
from hypothesis.stateful import run_state_machine_as_test

from cli.commands.verify import verify
from tests.api.support import settings_on
from tests.flows.floor_phones import FAULTS, World
from tests.flows.floor_planner import Factories
from tests.support.servers import Addresses, TestDatabase

# What fifty histories must have met; a thousand meet the rest too.
USUAL = {
    "applied", "duplicate", "rejected", "over_reported", "possible_duplicate",
    "rework_too_large", "work_order_held", "work_order_open", "report_right_missing", "settled", "order_complete",
    "revision_not_acknowledged", "three days late", "quantity", "line_added", "line_off", "drawing", "address",
    "called off", "acknowledged", "rerouted", "split", *FAULTS,
}  # fmt: skip
RARE = {
    "operation_done", "operation_out_of_order", "operation_unknown", "scrap_reasons_differ", "work_order_unknown",
    "device_revoked", "role_not_allowed", "discarded", "order_passed", "gap", "work_order_cancelled", "followed",
}  # fmt: skip


@pytest.fixture
def world(module_database: TestDatabase) -> Iterator[World]:
    made = World(module_database.app_url)
    yield made
    made.close()


@pytest.mark.parametrize(
    "histories", [pytest.param(50, id="50"), pytest.param(1000, id="1000", marks=pytest.mark.soak)]
)
def test_nothing_is_lost_doubled_or_silent(
    world: World, histories: int, module_database: TestDatabase, servers: Addresses, tmp_path: Path
) -> None:
    machine = type("Histories", (Factories,), {"world": world})
    run_state_machine_as_test(machine, settings=how(max_examples=histories, stateful_step_count=50))
    seen = {what for what, times in world.seen.items() if times}
    expected = USUAL if histories < 1000 else USUAL | RARE
    assert seen >= expected, sorted(expected - seen)
    tallies = asyncio.run(verify(settings_on(module_database, servers.redis_url, tmp_path), lambda _: None))
    # Nobody carries out effects here, and the drawings have no bytes.
    broken = [tally for tally in tallies if not tally.holds and tally.key not in {"outbox", "papers"}]
    assert [(tally.key, tally.violations) for tally in broken] == []


def test_the_same_choices_lead_to_the_same_answers(world: World) -> None:
    heard: list[list[Any]] = [[], []]
    for told in heard:
        # Hypothesis takes the same choices for a machine of the same name; the numbers of orders are others by then.
        machine = type("Histories", (Remembered,), {"world": world, "heard": told})
        run_state_machine_as_test(machine, settings=how(max_examples=3, stateful_step_count=30, derandomize=True))
    assert heard[0] == heard[1]
    assert sum(map(len, heard[0])) > 10


class Remembered(Factories):
    """What was answered in each history, in turn."""

    heard: list[Any]

    def teardown(self) -> None:
        super().teardown()
        self.heard.append(self.told)
