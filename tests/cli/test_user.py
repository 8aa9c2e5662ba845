"""`throughline user add`: through the door, with a password that never stands on a command line."""

from __future__ import annotations

import io
import sys

import pytest

from cli.main import main
from tests.support.servers import TestDatabase, apart
from wiring.build import build
from wiring.settings import Settings

ADD = ["user", "add", "wang", "王敏", "--role", "sales", "--role", "admin", "--position", "vice_president"]


@pytest.fixture
def typed(settings: Settings, database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The command line of an installation on this test's database."""
    for name in ("database_url", "redis_url", "secret_key", "data_dir"):
        monkeypatch.setenv(f"THROUGHLINE_{name.upper()}", str(getattr(settings, name)))
    return monkeypatch


def typing(typed: pytest.MonkeyPatch, password: str) -> None:
    typed.setattr(sys, "stdin", io.StringIO(f"{password}\n"))


async def signs_in(settings: Settings, login: str, password: str) -> bool:
    parts = build(settings)
    async with parts.running(), parts.database.connect() as connection:
        kept = await connection.value("SELECT password_hash FROM people WHERE login = $1", login)
        return await parts.passwords.verify(password, kept)


def test_whoever_was_added_may_sign_in(typed: pytest.MonkeyPatch, settings: Settings) -> None:
    typing(typed, "correct horse battery")
    assert main(ADD) == 0
    assert apart(signs_in(settings, "wang", "correct horse battery"))
    assert not apart(signs_in(settings, "wang", "another password"))


def test_a_login_is_given_once(typed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    typing(typed, "correct horse battery")
    assert main(ADD) == 0
    typing(typed, "correct horse battery")
    assert main(ADD) == 2
    said = capsys.readouterr().err
    assert said.startswith("throughline: ")
    assert "wang" in said


def test_a_short_password_is_refused(typed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    typing(typed, "short")
    assert main(ADD) == 2
    assert "A password has 10 to 256 characters." in capsys.readouterr().err


def test_a_role_that_does_not_exist_is_refused(typed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    typing(typed, "correct horse battery")
    assert main(["user", "add", "wang", "王敏", "--role", "emperor"]) == 2
    assert "/roles/0" in capsys.readouterr().err
