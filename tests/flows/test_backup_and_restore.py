"""A drill: a backup under load, a fresh database, and everything goes on where it was when the backup was taken."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import asyncpg
import pytest

from cli.backup import bringing
from cli.backup.archive import check
from cli.backup.manifest import read_manifest
from cli.backup.mending import GAP
from cli.main import main
from domain.access.actor import system
from domain.outgoing.feed import Position
from tests.api.support import Api, an_order, serve, serve_as_it_is
from tests.conftest import fresh_database
from tests.support.files import pdf
from tests.support.frontier import nothing_is_withheld
from tests.support.servers import Addresses, TestDatabase
from tests.support.serving import environment
from usecases.outgoing.read_feed import FeedPage, is_lost, newest_place, read_feed
from wiring.settings import Settings, load_settings

_STREAM = system("stream")
# As in a cluster that has been at work for years: the one that is restored into counts from far below.
_LONG_AGO = 5_000_000_000


@pytest.fixture
def target(servers: Addresses, settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Settings of another, empty installation with the same key."""
    for fresh in fresh_database(servers):
        given = environment(
            settings, THROUGHLINE_DATABASE_URL=fresh.app_url, THROUGHLINE_DATA_DIR=str(tmp_path / "new")
        )
        yield load_settings({**given, "THROUGHLINE_MIGRATION_DATABASE_URL": fresh.owner_url})


@contextmanager
def environ_of(settings: Settings) -> Iterator[None]:
    """The variables of one installation for commands given in this process."""
    with patch.dict(os.environ, environment(settings, LC_ALL="C.UTF-8"), clear=True):
        yield


async def command(settings: Settings, *words: str) -> int:
    """`throughline ...` on an installation, beside whatever else goes on."""
    with environ_of(settings):
        return await asyncio.to_thread(main, list(words))


def halve(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def names_in(folder: Path, pattern: str) -> list[str]:
    return sorted(path.name for path in folder.glob(pattern))


async def as_owner(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def grown_old(database: TestDatabase) -> None:
    await as_owner(
        database.owner_url,
        "CREATE OR REPLACE FUNCTION feed_offset() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE "
        f"RETURN {_LONG_AGO}",
    )


async def a_paper(api: Api, order_no: str, words: str) -> str:
    """Attach a document; its id."""
    answer = await api.request(
        "POST", f"/orders/{order_no}/attachments", role="sales", data={"kind": "contract"},
        files={"file": ("contract.pdf", pdf(words), "application/pdf")},
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    return str(answer.json()["attachment"]["id"])


async def opened(api: Api) -> str:
    answer = await api.post("/orders", an_order(), role="sales")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["order_no"])


@asynccontextmanager
async def orders_coming_in(api: Api) -> AsyncIterator[list[str]]:
    """Orders are opened and moved on for as long as this lasts."""
    numbers: list[str] = []

    async def work() -> None:
        while True:
            numbers.append(await opened(api))
            await api.post(f"/orders/{numbers[-1]}/actions", {"action": "submit_review"}, role="sales")

    working = asyncio.create_task(work())
    try:
        yield numbers
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def heads(api: Api) -> dict[str, str]:
    async with api.parts.database.connect() as connection:
        rows = await connection.rows("SELECT order_no, head_hash FROM orders")
        return {row["order_no"]: row["head_hash"] for row in rows}


async def every_head(api: Api) -> set[tuple[str, str]]:
    """Orders with each head that they ever had: one may have moved on after it was put into a backup."""
    async with api.parts.database.connect() as connection:
        rows = await connection.rows("SELECT o.order_no, e.hash FROM events e JOIN orders o ON o.id = e.order_id")
        return {(row["order_no"], row["hash"]) for row in rows}


async def pulled(api: Api, cursor: str | None = None) -> dict[str, Any]:
    answer = await api.get("/sync", role="production", params={"cursor": cursor} if cursor else {})
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


async def place(api: Api) -> Position:
    where: Position = await api.parts.door.read(_STREAM, newest_place, None)
    return where


async def test_everything_goes_on_where_it_was(
    settings: Settings, database: TestDatabase, target: Settings, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.tar"
    await grown_old(database)
    async with serve(settings) as api:
        order_no = await opened(api)
        paper = await a_paper(api, order_no, "signed")
        await _one_settled_and_one_leased(api)
        await nothing_is_withheld(api.parts)
        cursor, told = (await pulled(api))["cursor"], await place(api)
        before = await heads(api)
        async with orders_coming_in(api) as numbers:
            assert await command(settings, "backup", "--to", str(backup)) == 0
        assert numbers
        await opened(api)
        await nothing_is_withheld(api.parts)
        later_cursor, later_told = (await pulled(api, cursor))["cursor"], await place(api)
        known = await every_head(api)
    assert await command(target, "restore", str(backup)) == 0

    async with serve_as_it_is(target) as api:
        restored = await heads(api)
        assert before.items() <= restored.items() <= known
        assert len(restored) < len(dict(known)), "what came after the backup is not in it"
        assert (await api.get(f"/attachments/{paper}", role="sales")).content == pdf("signed")
        states = await _outbox(api)
        assert states["settled"]["state"] == "done"
        assert (states["leased"]["state"], states["leased"]["fence"]) == ("leased", 3)
        assert states["leased"]["soon_free"]

        new = await opened(api)
        await nothing_is_withheld(api.parts)
        heard = await api.parts.door.read(_STREAM, read_feed, FeedPage(told, 500))
        assert heard[-1].order_no == new, "a reader of the feed hears what happens now"
        assert heard[-1].position.xid > _LONG_AGO + GAP
        assert not await api.parts.door.read(_STREAM, is_lost, told)
        assert await api.parts.door.read(_STREAM, is_lost, later_told), "whose reader must read all anew"
        assert not (await pulled(api, cursor))["reset"]
        page = await pulled(api, later_cursor)
        assert page["reset"]
        assert not (await pulled(api, page["cursor"]))["reset"]


async def _one_settled_and_one_leased(api: Api) -> None:
    insert = """
      INSERT INTO outbox (id, event_id, kind, channel, recipient, body, created_at, due_at, state, settled_at, fence,
        lease_until)
      VALUES (gen_random_uuid(), gen_random_uuid(), 'notify', 'email', $1, '{}', now(), now(), $2, $3, 3, $4)
    """
    now = api.clock.now
    await api.sql(insert, "settled", "done", now, None)
    await api.sql(insert, "leased", "leased", None, now)


async def _outbox(api: Api) -> dict[str, Any]:
    async with api.parts.database.connect() as connection:
        rows = await connection.rows(
            "SELECT recipient, state, fence, lease_until < now() + interval '1 minute' AS soon_free FROM outbox"
        )
        return {row["recipient"]: row for row in rows}


@pytest.fixture
async def backup(settings: Settings, tmp_path: Path) -> Path:
    """Of an installation with one order and one paper."""
    async with serve(settings) as api:
        await a_paper(api, await opened(api), "signed")
        await api.sql("UPDATE outbox SET state = 'ready', due_at = now() - interval '2 hours'")
    assert await command(settings, "backup", "--to", str(tmp_path / "backup.tar")) == 0
    return tmp_path / "backup.tar"


async def test_a_backup_says_what_is_in_it(backup: Path, settings: Settings) -> None:
    sound = check(backup)
    manifest = read_manifest(sound.text("manifest.json"))
    assert manifest.counts["orders"] == 1
    assert (manifest.orders, manifest.files, manifest.missing) == (1, 1, ())
    assert json.loads(sound.text("secrets.json")) == {"secret_key": settings.secret_key}
    assert "test-app" not in sound.text("secrets.json"), "passwords of servers stay where they are"


async def test_a_damaged_backup_touches_nothing(
    backup: Path, target: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    halve(backup)
    assert await command(target, "restore", str(backup)) == 2
    assert "nothing was touched" in capsys.readouterr().err
    assert not (target.data_dir / "blobs").exists()


async def test_an_installation_that_is_not_empty_is_kept_unless_asked_and_while_in_use(
    backup: Path, target: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serve(target) as api:
        kept = await opened(api)
        assert await command(target, "restore", str(backup), "--replace") == 2
        assert "stop API and worker first" in capsys.readouterr().err
    assert await command(target, "restore", str(backup)) == 2
    assert "not empty" in capsys.readouterr().err
    with patch.object(bringing, "after_script", lambda *_, **__: "SELECT 1 / 0;\nCOMMIT;\n"):
        assert await command(target, "restore", str(backup), "--replace") == 2
    assert "is as it was before" in capsys.readouterr().err
    async with serve_as_it_is(target) as api:
        assert set(await heads(api)) == {kept}, "a restore that fails at its very end leaves all as it was"
    assert await command(target, "restore", str(backup), "--replace", "--drill") == 0
    async with serve_as_it_is(target) as api:
        assert len(await heads(api)) == 1
        assert {row["state"] for row in (await _outbox(api)).values()} <= {"dead", "ready"}


async def test_where_one_role_did_all_the_restored_application_gets_a_role_of_its_own(
    settings: Settings, target: Settings, tmp_path: Path
) -> None:
    async with serve(settings) as api:
        await opened(api)
    alone = settings.model_copy(update={"database_url": settings.migration_database_url})
    assert await command(alone, "backup", "--to", str(tmp_path / "backup.tar")) == 0
    assert await command(target, "restore", str(tmp_path / "backup.tar")) == 0
    async with serve_as_it_is(target) as api:
        await opened(api)


async def test_a_full_disk_is_said_before_anything_is_written(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serve(settings) as api:
        await opened(api)
    little = shutil.disk_usage(tmp_path)._replace(free=1024 * 1024)
    with patch("cli.backup.taking.shutil.disk_usage", return_value=little):
        assert await command(settings, "backup", "--to", str(tmp_path / "backup.tar")) == 2
    assert "make room" in capsys.readouterr().err
    assert not names_in(tmp_path, "backup*")


async def test_a_file_that_the_store_lacks_is_named_and_the_rest_is_kept(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serve(settings) as api:
        await a_paper(api, await opened(api), "signed")
    for path in (settings.data_dir / "blobs").rglob("*"):
        if path.is_file():
            path.unlink()
    assert await command(settings, "backup", "--to", str(tmp_path / "backup.tar")) == 1
    assert "lacks or has damaged" in capsys.readouterr().out
    assert len(read_manifest(check(tmp_path / "backup.tar").text("manifest.json")).missing) == 1


async def test_old_backups_go_when_asked(settings: Settings, tmp_path: Path) -> None:
    async with serve(settings):
        pass
    folder = tmp_path / "kept"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"throughline-2026010{day}T000000Z.tar").touch()
    (folder / "other.tar").touch()
    assert await command(settings, "backup", "--to", str(folder), "--keep", "2") == 0
    names = names_in(folder, "*")
    assert names[:2] == ["other.tar", "throughline-20260103T000000Z.tar"]
    assert len(names) == 3
