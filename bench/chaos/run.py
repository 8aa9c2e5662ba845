"""One run: clients at work through a proxy that cuts, parts that die, and the proof afterwards."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.chaos.checks import settled, violations
from bench.chaos.client import Client, Told
from bench.chaos.faults import Striker, plan
from bench.chaos.installation import Installation
from bench.chaos.proxy import Proxy

DROPPED_SHARE, HALVED_SHARE = 0.02, 0.01


@dataclass(frozen=True)
class Plan:
    """How long, how often something goes wrong (seconds), how many work at once, and the seed that decides the rest."""

    seed: int
    seconds: float
    every: float = 5.0
    clients: int = 4


@dataclass(frozen=True)
class Outcome:
    """What the run came to; `violations` empty means that nothing was lost and nothing doubled."""

    violations: Sequence[str]
    figures: dict[str, Any]


@dataclass(frozen=True)
class Worked:
    """What was done and told until the clients stopped; it has still to be proven."""

    installation: Installation
    told: Told
    striker: Striker
    proxy: Proxy

    async def proven(self) -> Outcome:
        """The proof, once everything is carried out."""
        await asyncio.to_thread(self.installation.wait_until_ready)
        drained_after = await settled(self.installation)
        return Outcome(await violations(self.installation, self.told), self._figures(drained_after))

    def _figures(self, drained_after: float) -> dict[str, Any]:
        return {
            "actions": self.told.actions,
            "orders": len(self.told.orders),
            "deliveries": len(self.told.deliveries),
            "faults": dict(sorted(self.striker.counts.items())),
            "cut connections by the proxy": self.proxy.cut,
            "retries": dict(self.told.retries.most_common()),
            "longest recovery (s)": _recoveries(self.told, self.striker),
            "outbox drained after (s)": round(drained_after, 1),
        }


async def work(installation: Installation, chosen: Plan) -> Worked:
    """Clients at work while things go wrong; every attempt that was begun has its verdict in the end."""
    chance = random.Random(chosen.seed)
    told, stop, striker = Told(), asyncio.Event(), Striker(installation)
    cuts = random.Random(chance.random())
    proxy = Proxy(
        installation.port, drops=lambda _: cuts.random() < DROPPED_SHARE, halves=lambda _: cuts.random() < HALVED_SHARE
    )
    faults = plan(chance, chosen.seconds, chosen.every)
    async with proxy.running():
        url = f"http://127.0.0.1:{proxy.port}"
        seeds = [chance.random() for _ in range(chosen.clients)]
        clients = [Client(str(n), url, told, random.Random(seed), stop) for n, seed in enumerate(seeds, 1)]
        at_work = [asyncio.create_task(client.run()) for client in clients]
        striking = asyncio.create_task(striker.strike(faults))
        await asyncio.sleep(chosen.seconds)
        stop.set()
        await striking
        await asyncio.gather(*at_work)
    return Worked(installation, told, striker, proxy)


async def run(installation: Installation, chosen: Plan) -> Outcome:
    """Everything of one seed."""
    return await (await work(installation, chosen)).proven()


def _recoveries(told: Told, striker: Striker) -> dict[str, float]:
    """By kind, from the fault to the first good answer to a request that began after it."""
    longest: dict[str, float] = {}
    good = sorted(told.good)
    for at, kind in striker.struck:
        answered = min((end for begun, end in good if begun > at), default=None)
        if answered is not None:
            longest[kind] = round(max(longest.get(kind, 0.0), answered - at), 2)
    return dict(sorted(longest.items()))
