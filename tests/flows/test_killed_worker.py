"""F3: a worker that is really killed in the middle of a delivery; the next one goes on under the same id."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from standardwebhooks.webhooks import Webhook

from tests.api.support import Api, an_order, serve
from tests.flows.test_other_systems import add
from tests.integrations.webhooks_out.receiver import Came, answering, receiving
from tests.support.eventually import eventually
from tests.support.serving import ROOT, environment
from wiring.settings import Settings


@contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """`throughline worker` as it runs in earnest."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "worker"], cwd=ROOT, env=environment(settings), stdout=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def test_a_delivery_survives_the_worker_that_was_killed_in_it(settings: Settings) -> None:
    running: list[subprocess.Popen[bytes]] = []

    def answer(_: Came) -> bytes:
        """The first time the worker dies with its request taken and no answer given."""
        if len(receiver.came) == 1:
            running[0].kill()
        return answering(204)

    async with receiving(answer) as receiver, serve(settings, webhook_allow=(receiver.place,)) as api:
        settings = api.parts.settings
        endpoint = await add(api, receiver.url, ["order.opened"])
        await api.post("/orders", an_order(), role="sales")
        with worker(settings) as first:
            running.append(first)
            await eventually(died(first), seconds=30)
        assert len(receiver.came) == 1
        # Nobody waits a minute here for the dead worker's lease.
        await api.sql("UPDATE outbox SET lease_until = now() WHERE state = 'leased'")
        with worker(settings):
            await eventually(lambda: delivered(api, endpoint["id"]), seconds=30)
        ids = {came.headers["webhook-id"] for came in receiver.came}
        assert len(ids) == 1
        assert len({came.body for came in receiver.came}) == 1
        Webhook(endpoint["secret"]).verify(receiver.came[1].body, receiver.came[1].headers)


def died(process: subprocess.Popen[bytes]) -> Callable[[], Awaitable[bool]]:
    async def gone() -> bool:
        return process.poll() is not None

    return gone


async def delivered(api: Api, endpoint_id: str) -> bool:
    answer = await api.get(f"/webhook-endpoints/{endpoint_id}/deliveries?state=delivered", role="admin")
    return bool(answer.json()["items"])
