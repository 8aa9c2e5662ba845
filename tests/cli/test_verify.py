"""`throughline verify` as a command: a line for each check, a name for each violation, an exit status for scripts."""

from __future__ import annotations

import json
from collections.abc import Callable

import asyncpg
import pytest

from cli.main import main
from tests.factory import Factory
from tests.support.servers import TestDatabase, apart
from wiring.settings import Settings


@pytest.fixture
def verify(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setenv("THROUGHLINE_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("THROUGHLINE_REDIS_URL", settings.redis_url)
    monkeypatch.setenv("THROUGHLINE_SECRET_KEY", settings.secret_key)
    monkeypatch.setenv("THROUGHLINE_DATA_DIR", str(settings.data_dir))
    apart(_furnish(settings))
    return lambda *words: main(["verify", *words])


async def _furnish(settings: Settings) -> None:
    factory = await Factory.open(settings.database_url)
    await factory.play((await factory.an_order())["order_no"], "submit_review")
    async with factory.database.connect() as connection:
        await connection.run("UPDATE outbox SET state = 'done'")
    await factory.close()


async def _move_behind_its_back(database: TestDatabase) -> None:
    connection = await asyncpg.connect(database.superuser_url.replace("+asyncpg", ""))
    await connection.execute("SET session_replication_role = replica; UPDATE orders SET stage = 'delivered'")
    await connection.close()


def test_a_line_for_each_check_and_status_0_where_all_holds(
    verify: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify() == 0
    *checks, last = capsys.readouterr().out.splitlines()
    assert len(checks) == 16
    assert all(line.startswith("ok ") for line in checks)
    assert last.startswith("Everything holds 全部成立")


def test_names_the_row_and_ends_with_status_1_where_something_does_not(
    verify: Callable[..., int], database: TestDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    apart(_move_behind_its_back(database))
    assert verify() == 1
    told = capsys.readouterr().out
    assert "      orders SO100001: the order says stage delivered, its history says in_review" in told
    assert "2 violations" in told


def test_the_same_as_json(
    verify: Callable[..., int], database: TestDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    apart(_move_behind_its_back(database))
    assert verify("--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert document["holds"] is False
    broken = [check for check in document["checks"] if not check["holds"]]
    assert [check["check"] for check in broken] == ["standings"]
    assert broken[0]["violations"][0]["table"] == "orders"
    assert broken[0]["label"].keys() == {"zh", "en"}


def test_a_database_that_is_not_migrated_gets_one_sentence(
    verify: Callable[..., int], database: TestDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    apart(_empty(database))
    assert verify() == 2
    assert "This database is not migrated; run: throughline migrate" in capsys.readouterr().err


async def _empty(database: TestDatabase) -> None:
    connection = await asyncpg.connect(database.superuser_url.replace("+asyncpg", ""))
    await connection.execute("DROP TABLE people CASCADE")
    await connection.close()
