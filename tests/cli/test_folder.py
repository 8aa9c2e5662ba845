"""The data folder: private, held by one, and its secrets made once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from cli.embedded.account import Account, this_account
from cli.environment import adopt_running
from cli.folder import Folder, find_folder
from cli.stop import Stop


def test_a_second_copy_is_refused_and_told_who_runs(folder: Folder) -> None:
    folder.lock()
    folder.write_runtime({"supervisor": 4711, "url": "http://127.0.0.1:8000"})
    with pytest.raises(Stop, match=r"already runs on .* \(process 4711, http://127.0.0.1:8000\); stop it first"):
        Folder(folder.root).lock()
    assert Folder(folder.root).is_held()


def test_a_folder_whose_holder_died_is_free(folder: Folder) -> None:
    script = (
        "import os, sys; from pathlib import Path; from cli.folder import Folder; "
        "Folder(Path(sys.argv[1])).lock(); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", script, str(folder.root)], check=False)
    assert not folder.is_held()
    folder.lock()


def test_secrets_are_made_once_and_for_the_owner_alone(folder: Folder) -> None:
    made = folder.secrets()
    assert folder.secrets() == made
    assert (folder.root / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert len({made.app_password, made.owner_password, made.superuser_password, made.secret_key}) == 4
    assert len(made.secret_key.encode()) >= 32


def test_lost_secrets_are_not_made_anew_over_an_existing_database(folder: Folder) -> None:
    folder.pgdata.mkdir()
    with pytest.raises(Stop, match=r"secrets.json is missing .* restore it"):
        folder.secrets()


def test_garbled_secrets_are_named(folder: Folder) -> None:
    (folder.root / "secrets.json").write_text("{")
    with pytest.raises(Stop, match="cannot be read; restore it"):
        folder.secrets()


def test_a_full_disk_is_seen_before_anything_is_started(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage(10, 9, 1_000_000))
    with pytest.raises(Stop, match=r"is full .* make room, or set THROUGHLINE_DATA_DIR"):
        folder.prepare(this_account())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs its servers as somebody else")
def test_a_folder_closed_to_the_servers_account_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(Stop, match="The servers run as nobody, who cannot reach"):
        Folder(tmp_path / "data").prepare(Account("nobody", 65534, 65534, dropped=True))


def test_a_folder_that_is_named_is_taken(tmp_path: Path) -> None:
    assert find_folder({"THROUGHLINE_DATA_DIR": str(tmp_path / "here")}, this_account()).root == tmp_path / "here"


def test_a_command_beside_a_running_installation_adopts_its_settings(folder: Folder) -> None:
    environ = {"THROUGHLINE_DATA_DIR": str(folder.root), "THROUGHLINE_LOG_LEVEL": "debug"}
    folder.write_runtime(
        {"environment": {"THROUGHLINE_DATABASE_URL": "postgresql://x/y", "THROUGHLINE_LOG_LEVEL": "info"}}
    )
    adopt_running(environ)
    assert "THROUGHLINE_DATABASE_URL" not in environ, "nobody runs there"
    folder.lock()
    adopt_running(environ)
    assert environ["THROUGHLINE_DATABASE_URL"] == "postgresql://x/y"
    assert environ["THROUGHLINE_LOG_LEVEL"] == "debug"


def test_two_installations_are_never_mixed(folder: Folder) -> None:
    folder.lock()
    folder.write_runtime({"environment": {"THROUGHLINE_REDIS_URL": "redis://theirs"}})
    environ = {"THROUGHLINE_DATA_DIR": str(folder.root), "THROUGHLINE_DATABASE_URL": "postgresql://mine/y"}
    adopt_running(environ)
    assert "THROUGHLINE_REDIS_URL" not in environ


def test_only_the_recent_words_of_a_log_are_read(folder: Folder) -> None:
    path = folder.log_path("api")
    path.write_text("before\n")
    since = path.stat().st_size
    with path.open("a") as log:
        log.writelines(f"line {number}\n" for number in range(60))
    assert folder.recent_lines("api", since)[0] == "line 10"
    assert folder.recent_lines("api", since)[-1] == "line 59"
    assert folder.recent_lines("nobody") == []
