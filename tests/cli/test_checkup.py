"""What the doctor looks for in an installation at work: each mend is a command, each advice a sentence."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from cli import checkup
from cli.checkup import Advice
from cli.commands.doctor import examine
from cli.stop import Stop
from domain.access.actor import system
from tests.factory import Factory
from tests.support.servers import TestDatabase, apart
from tests.support.serving import environment
from usecases.maintenance.relive import note_instant
from wiring.settings import Settings


async def _as_owner(database: TestDatabase, sql: str) -> None:
    connection = await asyncpg.connect(database.superuser_url.replace("+asyncpg", ""))
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def behind(database: TestDatabase, sql: str) -> None:
    apart(_as_owner(database, sql))


def test_a_sound_installation_has_nothing_to_mend(settings: Settings, tmp_path: Path) -> None:
    settings.data_dir.mkdir()
    found = {one.name: one for one in examine(environment(settings, THROUGHLINE_PORT="8941"))}
    assert [one for one in found.values() if one.state == "mend"] == []
    assert {"shape", "rights", "clock", "storage", "worker", "backups"} <= found.keys()
    assert found["worker"].state == found["backups"].state == "look"
    assert "throughline backup" in found["backups"].words


def test_an_older_shape_a_newer_one_and_none(settings: Settings, database: TestDatabase) -> None:
    assert "as this program needs it" in checkup.shape(settings)
    behind(database, "UPDATE alembic_version SET version_num = '20261123_0001'")
    with pytest.raises(Stop, match="run: throughline migrate"):
        checkup.shape(settings)
    behind(database, "UPDATE alembic_version SET version_num = '29990101_0001'")
    with pytest.raises(Stop, match="update this program"):
        checkup.shape(settings)
    behind(database, "DROP TABLE alembic_version")
    with pytest.raises(Stop, match="is not migrated; run: throughline migrate"):
        checkup.shape(settings)


def test_rights_that_are_missing_and_rights_that_are_too_many(settings: Settings, database: TestDatabase) -> None:
    assert "not change it" in checkup.rights(settings)
    owner = settings.model_copy(update={"database_url": settings.migration_database_url})
    with pytest.raises(Advice, match="may change history"):
        checkup.rights(owner)
    behind(database, "REVOKE INSERT ON orders FROM tl_app")
    with pytest.raises(Stop, match="lacks rights"):
        checkup.rights(settings)


async def _an_event_of_tomorrow(settings: Settings) -> None:
    factory = await Factory.open(settings.database_url)
    factory.clock = datetime.now(UTC) + timedelta(days=1)
    await factory.run(note_instant, None, actor=system("tests"))
    await factory.an_order()
    await factory.close()


def test_a_clock_that_is_behind_history(settings: Settings) -> None:
    assert settings.time_zone in checkup.clock(settings)
    apart(_an_event_of_tomorrow(settings))
    with pytest.raises(Stop, match=r"behind the newest event; run: timedatectl"):
        checkup.clock(settings)


def test_a_store_that_takes_nothing(settings: Settings, tmp_path: Path) -> None:
    assert "takes files" in checkup.storage(settings)
    (tmp_path / "file").touch()
    broken = settings.model_copy(update={"storage_url": (tmp_path / "file" / "blobs").as_uri()})
    with pytest.raises(Stop, match="THROUGHLINE_STORAGE_URL"):
        checkup.storage(broken)


def test_secrets_that_others_may_read(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.touch(mode=0o600)
    assert "alone" in checkup.private(path)
    path.chmod(0o644)
    with pytest.raises(Stop, match=re.escape(f"run: chmod 600 {path}")):
        checkup.private(path)


def test_a_backup_that_is_old(tmp_path: Path) -> None:
    with pytest.raises(Advice, match="there is none"):
        checkup.backups(tmp_path)
    (tmp_path / "backups").mkdir()
    path = tmp_path / "backups" / "throughline-20260101T000000Z.tar"
    path.touch()
    assert path.name in checkup.backups(tmp_path)
    long_ago = (datetime.now(UTC) - timedelta(days=5)).timestamp()
    os.utime(path, (long_ago, long_ago))
    with pytest.raises(Advice, match="5 days old"):
        checkup.backups(tmp_path)


def test_an_erp_that_nobody_can_sign_in_to_is_named(settings: Settings) -> None:
    given = {"THROUGHLINE_U8_URL": "https://api.yonyouup.com", "THROUGHLINE_ODOO_URL": "http://odoo"}
    whole = {"THROUGHLINE_ODOO_DATABASE": "d", "THROUGHLINE_ODOO_KEY": "k"}
    said = {one.name: one for one in examine(environment(settings, **given, **whole))}["ERP"]
    assert said.state == "look"
    assert "THROUGHLINE_U8_APP_SECRET" in said.words
    assert "ODOO_KEY" not in said.words
    del given["THROUGHLINE_U8_URL"]
    said = {one.name: one for one in examine(environment(settings, **given, **whole))}["ERP"]
    assert (said.state, said.words) == ("ok", "odoo connected; try with: throughline stock try odoo")
    assert "ERP" not in {one.name for one in examine(environment(settings))}


def test_kingdee_needs_a_password_or_a_secret(settings: Settings) -> None:
    half = {"kingdee_url": "http://k", "kingdee_data_centre": "d", "kingdee_user": "u"}
    assert settings.model_copy(update=half).erps_lack == ("kingdee_password",)
    assert settings.model_copy(update={**half, "kingdee_app_secret": "s"}).erps_lack == ()
