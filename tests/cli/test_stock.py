"""`throughline stock`: what the worker does every ten minutes, done now from a shell; a connection, tried."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator

import pytest

from cli.commands import stock as command
from tests.simulators.kingdee import APP_ID, APP_SECRET, DATA_CENTRE, PASSWORD, USER, kingdee_server
from wiring.settings import Settings, SettingsError

Stock = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def stock(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Stock:
    """The command in a process of its own, on this test's database."""
    for name in ("database_url", "redis_url", "secret_key", "data_dir"):
        monkeypatch.setenv(f"THROUGHLINE_{name.upper()}", str(getattr(settings, name)))
    begun = [sys.executable, "-m", "cli", "stock"]
    return lambda *what: subprocess.run([*begun, *what], env=os.environ, capture_output=True, text=True, check=False)


@pytest.fixture
def erp(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An ERP that the settings name."""
    with kingdee_server() as server:
        said = {"URL": server.url, "DATA_CENTRE": DATA_CENTRE, "USER": USER, "PASSWORD": PASSWORD,
                "APP_ID": APP_ID, "APP_SECRET": APP_SECRET}  # fmt: skip
        for name, value in said.items():
            monkeypatch.setenv(f"THROUGHLINE_KINGDEE_{name}", value)
        yield


@pytest.mark.usefixtures("erp")
def test_the_stock_is_read_now_without_a_worker(stock: Stock) -> None:
    done = stock("sync")
    assert done.stdout.startswith("kingdee: stock as of 库存时间 2"), done.stderr
    assert done.returncode == 0


@pytest.mark.usefixtures("erp")
def test_an_erp_that_is_away_is_named(stock: Stock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THROUGHLINE_KINGDEE_URL", "http://127.0.0.1:9")
    done = stock("sync")
    assert done.stdout == "kingdee: unreachable (ConnectError); stock as of 库存时间 never 从未\n", done.stderr
    assert done.returncode == 1


def test_without_an_erp_there_is_nothing_to_read(stock: Stock) -> None:
    done = stock("sync")
    assert done.stderr.startswith("throughline: ")
    assert done.returncode == 2


@pytest.mark.usefixtures("erp")
def test_a_connection_is_tried_without_a_worker(stock: Stock) -> None:
    done = stock("try", "kingdee")
    assert done.returncode == 0, done.stderr
    assert "ExecuteBillQuery" in done.stdout
    assert "stock 库存: 50 rows 行, more 还有" in done.stdout
    assert APP_SECRET not in done.stdout


@pytest.mark.usefixtures("stock", "erp")
def test_what_is_not_connected_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "logs_beside_the_answer", lambda: None)
    with pytest.raises(SettingsError, match=r"odoo is not connected; connected: kingdee\."):
        command.run(Namespace(what="try", name="odoo"))
