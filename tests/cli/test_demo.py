"""`throughline demo` against the real API and worker: two orders to their ends, again, and through kills."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import cli.demo.journey
from cli.commands import demo
from cli.demo.catalogue import demo_catalogue
from cli.ports import free_port
from cli.probe import is_ready
from domain.access.actor import system
from persistence.database import Database
from tests.support.servers import apart
from tests.support.serving import environment, move_in
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from wiring.build import build
from wiring.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent


class Parts:
    """The API and the worker, each a process that can be killed and comes back."""

    def __init__(self, settings: Settings) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environ = environment(settings, THROUGHLINE_PORT=str(self.port))
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        self._processes[name] = subprocess.Popen(
            [sys.executable, "-m", "cli", name], cwd=ROOT, env=self._environ, stdout=subprocess.DEVNULL
        )

    def kill(self, name: str) -> None:
        os.kill(self._processes[name].pid, signal.SIGKILL)
        self._processes[name].wait()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        while not is_ready("127.0.0.1", self.port):
            assert time.monotonic() < deadline, "the API did not become ready"
            time.sleep(0.05)


@contextmanager
def running(settings: Settings, *names: str) -> Iterator[Parts]:
    parts = Parts(settings)
    try:
        for name in names:
            parts.start(name)
        parts.wait_until_ready()
        yield parts
    finally:
        for name in names:
            parts.kill(name)


async def furnish(settings: Settings) -> None:
    """Staff, documents, and the articles that the samples name."""
    await move_in(settings)
    made = demo_catalogue()
    parts = build(settings)
    async with parts.running():
        await parts.door.run(system("tests"), load_catalogue, LoadCatalogue(made.articles, made.bills))


async def rows(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    opened = Database(settings.database_url, pool_size=1)
    try:
        async with opened.connect() as connection:
            return [tuple(row.values()) for row in await connection.rows(sql)]
    finally:
        await opened.close()


def play(url: str, language: str = "en") -> int:
    return demo.run(Namespace(url=url, lang=language))


_ORDERS = "SELECT channel, external_id, stage, version FROM orders ORDER BY order_no"
_DOUBLED = "SELECT 1 FROM outbox GROUP BY event_id, kind, channel, recipient HAVING count(*) > 1"


async def test_both_samples_are_delivered_and_on_a_second_run_their_copies(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    apart(furnish(settings))
    with running(settings, "api", "worker") as parts:
        assert play(parts.url) == 0
        first = capsys.readouterr().out
        assert play(parts.url, "zh") == 0
        second = capsys.readouterr().out
    assert "sales (Sales)" in first
    assert "Awaiting QC -> QC passed" in first
    assert "mail eleanor.w@example.co.uk: Order" in first
    assert "2 orders delivered" in first
    assert second.count("这张样例订单早已走完") == 2
    assert "待质检 -> 质检合格" in second
    found = await rows(settings, _ORDERS)
    assert [(channel, stage, version) for channel, _, stage, version in found] == [
        ("taobao", "delivered", 10),
        ("shopify", "delivered", 10),
    ] * 2
    assert [number for _, number, *_ in found[:2]] == ["4012345678905550001", "6123450000001"]
    assert len({number for _, number, *_ in found}) == 4


async def test_killing_the_api_and_the_worker_changes_nothing_in_the_outcome(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    apart(furnish(settings))
    with running(settings, "api", "worker") as parts:
        killer = threading.Thread(target=_kill_in_turn, args=(parts,))
        killer.start()
        status = play(parts.url)
        killer.join()
    assert status == 0, capsys.readouterr().out
    assert [row[2:] for row in await rows(settings, _ORDERS)] == [("delivered", 10)] * 2
    assert await rows(settings, _DOUBLED) == []
    assert await rows(settings, "SELECT DISTINCT state FROM outbox WHERE order_no IS NOT NULL") == [("done",)]


def _kill_in_turn(parts: Parts) -> None:
    for name in ("api", "worker"):
        time.sleep(1)
        parts.kill(name)
        time.sleep(0.3)
        parts.start(name)


async def test_a_step_that_fails_is_told_loudly(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli.demo.journey, "_READING_SECONDS", 0.5)
    apart(furnish(settings))
    with running(settings, "api") as parts:
        assert play(parts.url) == 1
    assert "The demo failed: intake" in capsys.readouterr().out


async def test_a_secret_that_is_not_the_server_s_is_told_loudly(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    apart(furnish(settings))
    monkeypatch.setenv("THROUGHLINE_TAOBAO_SECRET", "whsec_bm90IHRoZSBzZWNyZXQ=")
    with running(settings, "api") as parts:
        assert play(parts.url) == 1
    assert "401 signature_refused" in capsys.readouterr().out


def test_finds_the_server_by_what_is_set(tmp_path: Path) -> None:
    nothing_runs = {"THROUGHLINE_DATA_DIR": str(tmp_path)}
    assert demo.server_url(nothing_runs) == "http://127.0.0.1:8000"
    assert demo.server_url({**nothing_runs, "THROUGHLINE_PORT": "8100"}) == "http://127.0.0.1:8100"
    named = {**nothing_runs, "THROUGHLINE_PUBLIC_URL": "https://orders.example.com"}
    assert demo.server_url(named) == "https://orders.example.com"
