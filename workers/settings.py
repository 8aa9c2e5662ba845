"""ARQ as the worker runs it: the jobs, the cron list, and settings under which losing Redis loses nothing.

Why each differs from ARQ's default stands in docs/decisions/0010.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import orjson
from arq.connections import RedisSettings
from arq.cron import cron
from arq.worker import func
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from workers.relay import Relay
from workers.rounds import unbroken
from workers.schedule import Schedule

QUEUE = "throughline:jobs"
JOB_SECONDS = 30
HEALTH_SECONDS = 5
_EXPIRES_MS = int(timedelta(days=30).total_seconds() * 1000)
_AWAY: list[type[Exception]] = [RedisConnectionError, RedisTimeoutError, ConnectionError, TimeoutError, OSError]


def redis_settings(url: str) -> RedisSettings:
    """ARQ's settings for a `redis://`, `rediss://` or `unix://` URL; its own reader does not decode passwords."""
    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    unix = parts.scheme == "unix"
    number = asked.get("db") or ("" if unix else parts.path.lstrip("/")) or "0"
    return RedisSettings(
        host=parts.hostname or "localhost",
        port=parts.port or 6379,
        unix_socket_path=unquote(parts.path) if unix else None,
        database=int(number),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        ssl=parts.scheme == "rediss",
        ssl_ca_certs=asked.get("ssl_ca_certs"),
        ssl_cert_reqs=asked.get("ssl_cert_reqs", "required"),
        ssl_check_hostname=parts.scheme == "rediss",
        conn_timeout=2,
        retry=Retry(ExponentialBackoff(cap=2, base=0.1), 20),
        retry_on_error=_AWAY,
    )


def worker_options(redis_url: str, relay: Relay, schedule: Schedule) -> dict[str, Any]:
    """What `arq.Worker` is made with. The jobs are those of the small loop, so that either alone suffices."""
    relay_job, ticks_job = _job("relay", relay.turn), _job("ticks", schedule.run_overdue)
    every_five = set(range(0, 60, 5))
    return {
        "functions": [func(relay_job, name="relay"), func(ticks_job, name="ticks")],
        "cron_jobs": [
            cron(relay_job, name="cron:relay", second=every_five, timeout=JOB_SECONDS, keep_result=0),
            cron(ticks_job, name="cron:ticks", second=0, timeout=JOB_SECONDS, keep_result=0),
        ],
        "queue_name": QUEUE,
        "redis_settings": redis_settings(redis_url),
        "handle_signals": False,
        "job_timeout": JOB_SECONDS,
        "keep_result": 0,
        "health_check_interval": HEALTH_SECONDS,
        "health_check_key": f"{QUEUE}:health:{platform.node()}:{os.getpid()}",
        "expires_extra_ms": _EXPIRES_MS,
        "job_serializer": orjson.dumps,
        "job_deserializer": orjson.loads,
        "timezone": UTC,
        "log_results": False,
    }


def _job(name: str, work: Callable[[], Awaitable[object]]) -> Any:
    """A job that never fails: ARQ would drop it for good, and the outbox knows by itself what is left to do."""

    async def job(_: dict[Any, Any]) -> None:
        await unbroken(work)

    job.__qualname__ = name
    return job
