"""What a shift end costs: a thousand reports in one call, and two hundred phones with sixty reports each at once.

    python -m bench.floor [--phones 200] [--reports 60]

One API process over ASGI beside a PostgreSQL of the tests (fsync off), no network between; a real phone's call costs
its transfer on top. Each figure is printed with the milliseconds of CPU that this process used.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import structlog

from bench.house import a_house
from tests.api.support import Api
from tests.api.v1.test_work_orders import released

STEPS = ("OP10", "OP50", "OP95")
AT_ONCE = 1000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.floor", description=__doc__.partition("\n")[0])
    parser.add_argument("--phones", type=int, default=200)
    parser.add_argument("--reports", type=int, default=60)
    chosen = parser.parse_args(arguments)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    asyncio.run(_measured(chosen.phones, chosen.reports))
    return 0


async def _measured(phones: int, reports: int) -> None:
    async with a_house("bench_floor") as api:
        await api.as_("production")
        work_orders = [number for _ in range(100) for number in await _released(api)]
        print(f"{len(work_orders)} work orders released; load average {os.getloadavg()[0]:.1f}", flush=True)
        phone = await _phone(api)
        whole_lives = [_report(number, code, "1", seq) for seq, (number, code) in enumerate(_lives(work_orders), 1)]
        await _one_call(api, phone, whole_lives[:300], "300 reports that begin and complete 100 orders")
        numbers = [number for _ in range(10) for number in await _released(api, quantity="1000000")]
        pieces = [_report(numbers[n % 10], "OP10", str(n + 1), 300 + n) for n in range(AT_ONCE)]
        await _one_call(api, phone, pieces, "1,000 reports on 10 work orders")
        await _one_call(api, phone, pieces, "the same 1,000 again, all duplicates")
        await _shift_end(api, phones, reports)


async def _released(api: Api, quantity: str = "1") -> list[str]:
    line = {"name": "散热器", "sku": "RAD-CU6012-W", "quantity": quantity, "unit": "组", "unit_price": "1.00"}
    _, made = await released(api, lines=[line])
    return [one["number"] for one in made]


async def _phone(api: Api) -> str:
    answer = await api.post("/devices", {"name": "bench", "kind": "phone", "id": str(uuid4())}, role="production")
    return str(answer.json()["id"])


def _lives(work_orders: list[str]) -> list[tuple[str, str]]:
    return [(number, code) for number in work_orders for code in STEPS]


def _report(work_order: str, operation: str, good: str, seq: int) -> dict[str, Any]:
    body = {"work_order": work_order, "operation": operation, "good": good, "revision": 1}
    at = datetime.now(UTC).isoformat()
    return {"id": str(uuid4()), "v": 1, "seq": seq, "by": None, "kind": "complete", "occurred_at": at, "body": body}


async def _one_call(api: Api, phone: str, reports: list[dict[str, Any]], words: str) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    answer = await api.post("/sync", _call(phone, reports), role="production")
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    statuses = [result["status"] for result in answer.json()["results"]]
    told = ", ".join(f"{statuses.count(status)} {status}" for status in sorted(set(statuses)))
    print(f"{words}: {wall * 1000:.0f} ms, of it {cpu * 1000:.0f} ms of our own CPU ({told})", flush=True)


def _call(phone: str, reports: list[dict[str, Any]]) -> dict[str, Any]:
    return {"device_id": phone, "sent_at": datetime.now(UTC).isoformat(), "reports": reports}


async def _shift_end(api: Api, phones: int, reports: int) -> None:
    """Every phone sends its whole queue within the same minute, on work orders that it shares with others."""
    numbers = [number for _ in range(50) for number in await _released(api, quantity="1000000")]
    ids = [await _phone(api) for _ in range(phones)]
    calls = [
        (ids[n], [_report(numbers[(n + k) % 50], "OP10", str(n * reports + k + 1), k + 1) for k in range(reports)])
        for n in range(phones)
    ]
    waits: list[float] = []

    async def sent(phone: str, listed: list[dict[str, Any]], after: float) -> list[str]:
        await asyncio.sleep(after)
        began = time.perf_counter()
        statuses: list[str] = []
        while len(statuses) < len(listed):
            answer = await api.post("/sync", _call(phone, listed), role="production")
            if answer.status_code == 200:
                statuses = [result["status"] for result in answer.json()["results"]]
        waits.append(time.perf_counter() - began)
        return statuses

    wall, cpu = time.perf_counter(), time.process_time()
    answered = await asyncio.gather(*(sent(phone, listed, 60 * n / phones) for n, (phone, listed) in enumerate(calls)))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    statuses = [status for one in answered for status in one]
    waits.sort()
    print(
        f"{phones} phones x {reports} reports within a minute: {len(statuses)} answered in {wall:.1f} s "
        f"({cpu:.1f} s of our own CPU); a phone waited {waits[len(waits) // 2] * 1000:.0f} ms in the middle, "
        f"{waits[int(len(waits) * 0.99)] * 1000:.0f} ms at the 99th of a hundred; "
        f"{statuses.count('applied')} applied, {statuses.count('conflict')} for a person",
        flush=True,
    )


if __name__ == "__main__":
    main()
