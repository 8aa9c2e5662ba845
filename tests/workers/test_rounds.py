"""The small loop: hears the bell, and does not ring it for itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from uuid_utils.compat import uuid7

from integrations.blobs.folder import BlobFolder
from tests.factory import Factory, person
from tests.support.eventually import eventually
from tests.workers.postroom import Cause, PostRoom, a_mail, cause_effects, hire
from usecases.door import Door
from workers.relay import Relay
from workers.rounds import Rounds
from workers.schedule import Means, Schedule


@dataclass
class Counting:
    """A relay that counts how often it looks."""

    relay: Relay
    turns: int = 0

    async def turn(self) -> int:
        self.turns += 1
        return await self.relay.turn()


async def test_a_worker_with_nothing_to_do_looks_and_waits(factory: Factory, post: PostRoom, tmp_path: Path) -> None:
    rounds: Rounds
    bell = Door(factory.database, lambda: factory.clock, uuid7, ZoneInfo("UTC"), lambda: rounds.look_now())  # noqa: PLW0108 - made below
    counting = Counting(Relay(bell, post.outside()))
    means = Means(bell, BlobFolder(tmp_path), lambda: factory.clock, ZoneInfo("UTC"))
    rounds = Rounds(counting, Schedule(means, ()))  # type: ignore[arg-type]
    at_work = asyncio.create_task(rounds.run())
    await asyncio.sleep(0.5)
    assert counting.turns <= 2

    wang = await hire(factory, "wang", "quality")
    await bell.run(person("admin"), cause_effects, Cause([a_mail(wang["id"])]))

    async def sent() -> bool:
        return bool(post.sent)

    await eventually(sent)
    rounds.stop()
    await at_work
    assert counting.turns < 20


async def test_what_had_to_wait_for_others_goes_when_they_have_gone(
    factory: Factory, post: PostRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.rounds.LOOK_EVERY", timedelta(hours=1))
    people = [await hire(factory, f"p{n}", "quality") for n in range(30)]
    await factory.run(cause_effects, Cause([a_mail(person["id"]) for person in people]))
    relay = Relay(factory.door, post.outside())
    means = Means(factory.door, BlobFolder(tmp_path), lambda: factory.clock, ZoneInfo("UTC"))
    rounds = Rounds(relay, Schedule(means, ()))
    relay.on_free(rounds.look_now)
    at_work = asyncio.create_task(rounds.run())

    async def all_sent() -> bool:
        return len(post.sent) == len(people)

    await eventually(all_sent)
    rounds.stop()
    await at_work
