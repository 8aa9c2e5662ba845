"""Done-when 1, and chaos: what is killed, stalled, flushed and cut under work changes nothing in the outcome."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator

import pytest

from bench.chaos.installation import PARTS, Installation, installed
from bench.chaos.run import Plan, run, work

pytestmark = pytest.mark.alone
LINES_BETWEEN_KILLS = 6


@pytest.fixture
def installation() -> Iterator[Installation]:
    """The real thing: supervisor, API, worker, a durable PostgreSQL, Redis, and the demo factory."""
    with installed() as made:
        yield made


def demo_under_kills(installation: Installation) -> str:
    """Plays the demo and kills each part once in the middle of it; what it printed."""
    said, parts = "", list(PARTS)
    with installation.start("demo", "--lang", "en") as demo:
        for number, line in enumerate(demo.stdout or (), 1):
            said += line
            if parts and number % LINES_BETWEEN_KILLS == 0:
                assert installation.signal(parts.pop(), signal.SIGKILL)
    assert demo.returncode == 0, said
    assert not parts
    return said


def test_what_is_acknowledged_under_kills_is_there_once_and_the_demo_plays_to_its_end(
    installation: Installation,
) -> None:
    worked = asyncio.run(work(installation, Plan(seed=20261123, seconds=30, every=3)))
    installation.wait_until_ready()
    said = demo_under_kills(installation)
    assert said.count("-> Delivered") == 2
    assert "2 orders delivered, their histories whole" in said
    outcome = asyncio.run(worked.proven())
    assert outcome.violations == [], outcome.figures
    assert outcome.figures["actions"] > 50, outcome.figures
    kinds = {kind for kind in outcome.figures["faults"] if kind.startswith("kill")}
    assert kinds == {f"kill {part}" for part in PARTS}


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3))
def test_five_minutes_of_kills(installation: Installation, seed: int) -> None:
    outcome = asyncio.run(run(installation, Plan(seed, seconds=300, every=4)))
    print(outcome.figures)
    assert outcome.violations == []
