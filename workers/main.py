"""The worker process: the small loop that carries everything, and ARQ beside it. May be killed at any moment."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
import uvloop
from arq.worker import Worker

from integrations.live.background import background
from wiring.build import Parts, build
from wiring.logs import configure_logs
from wiring.outside import outside_of
from wiring.settings import load_settings
from workers.relay import Relay
from workers.rounds import Rounds
from workers.schedule import Means, Schedule
from workers.settings import worker_options
from workers.webhooks import tell_everything

GRACE = timedelta(seconds=10)
_ARQ_AGAIN_AFTER_SECONDS = 2.0

_log = structlog.stdlib.get_logger("worker")


def main() -> None:
    """Work until told to stop by SIGTERM or SIGINT."""
    settings = load_settings()
    configure_logs(settings.log_level)
    logging.getLogger("arq").setLevel(logging.WARNING)  # it tells of every job of every few seconds
    uvloop.run(serve(build(settings, application="worker")))


async def serve(parts: Parts) -> None:
    """Run one worker on these parts until a signal comes."""
    relay = Relay(parts.door, outside_of(parts.settings, parts.mailbox, parts.clock))
    settings = parts.settings
    means = Means(
        parts.door,
        parts.blobs,
        parts.clock,
        parts.zone,
        settings.public_url,
        settings.erps,
        settings.told_erps,
        settings.ledger_erps,
        settings.compared_erps,
        settings.polled_shops,
    )
    schedule = Schedule(means)
    rounds = Rounds(relay, schedule, lambda: tell_everything(parts.door))
    parts.bell.on_ring(rounds.look_now)
    relay.on_free(rounds.look_now)
    _on_signals(rounds.stop)
    async with parts.running():
        _log.info("worker_started")
        async with background(_jobs_forever(worker_options(parts.settings.redis_url, relay, schedule))):
            await rounds.run()
        await relay.finish(GRACE)
        _log.info("worker_stopped")


def _on_signals(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)


async def _jobs_forever(options: dict[str, Any]) -> None:
    """ARQ for as long as the process lives: where Redis takes it down, another one is started a little later."""
    while True:
        worker = Worker(**options)
        try:
            await worker.async_run()
        except Exception as error:  # noqa: BLE001 - Redis is away; the small loop does the work meanwhile
            _log.warning("jobs_away", problem=f"{type(error).__name__}: {error}")
        finally:
            await _close(worker)
        await asyncio.sleep(_ARQ_AGAIN_AFTER_SECONDS)


async def _close(worker: Worker) -> None:
    """Give its connections back, whatever state it and Redis are in."""
    await asyncio.gather(asyncio.create_task(worker.close()), return_exceptions=True)
