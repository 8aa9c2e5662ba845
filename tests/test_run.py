"""The bootstrap: what a machine lacks is one sentence with its mend, and nothing is done twice or by halves."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

import run


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of its own, without an environment."""
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock", "requirements-bootstrap.lock"):
        shutil.copy(run.ROOT / name, tmp_path / name)
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "TOOLS", tmp_path / ".tools")
    monkeypatch.setattr(run, "STAMP", tmp_path / ".venv" / "throughline-stamp")
    monkeypatch.setattr(run, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(run, "LOCKS", {name: tmp_path / lock.name for name, lock in run.LOCKS.items()})
    monkeypatch.delenv("THROUGHLINE_DATA_DIR", raising=False)
    return tmp_path


@pytest.fixture
def filled(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the environment was filled with, in turn."""
    targets: list[str] = []

    def fill(_uv: str, target: str) -> None:
        targets.append(target)
        run.PYTHON.parent.mkdir(parents=True, exist_ok=True)
        run.PYTHON.touch()

    monkeypatch.setattr(run, "find_uv", lambda: "uv")
    monkeypatch.setattr(run, "fill", fill)
    return targets


def test_the_environment_is_made_once(filled: list[str]) -> None:
    run.prepare("run")
    run.prepare("run")
    assert filled == ["run"]


def test_a_changed_lock_file_is_laid_again(filled: list[str], checkout: Path) -> None:
    run.prepare("run")
    with (checkout / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    run.prepare("run")
    assert filled == ["run", "run"]


def test_running_does_not_take_the_tools_of_the_tests_away(filled: list[str]) -> None:
    run.prepare("run")
    run.prepare("dev")
    run.prepare("run")
    assert filled == ["run", "dev"]


def test_an_interrupted_filling_is_done_again(filled: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as interrupted:
        interrupted.setattr(run, "fill", lambda _uv, _target: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run.prepare("run")
    run.prepare("run")
    assert filled == ["run"]


def test_a_python_that_does_not_fit_hands_over_to_one_that_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "python3.12"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    became: list[str] = []
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    monkeypatch.setattr(os, "execv", lambda path, _arguments: became.append(path))
    with pytest.raises(run.Stop):
        run.use_fitting_python()
    assert became == [str(other)]


@pytest.mark.parametrize("version", [(3, 10, 1), (3, 14, 0)])
def test_without_a_fitting_python_its_way_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: tuple[int, int, int]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(run.Stop, match=r"Python 3.11 to 3.13 is needed .*apt-get install python3.12"):
        run.use_fitting_python()


def test_neither_pip_nor_venv(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "works", lambda _command: False)
    with pytest.raises(run.Stop, match=r"neither pip nor venv; .*apt-get install python3-venv"):
        run.fetch_uv()


def test_without_pip_a_virtual_environment_fetches(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr(run, "works", lambda command: "venv" in command)
    monkeypatch.setattr(run, "call", called.append)
    assert run.fetch_uv() == str(run.TOOLS / "venv" / "bin" / "uv")
    assert called[0][0] == str(run.TOOLS / "venv" / "bin" / "python")
    assert "--require-hashes" in called[0]


def test_a_disk_without_room_is_seen_first(filled: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10**9, 10**9, 50 * 2**20))
    with pytest.raises(run.Stop, match=r"50 MB are free .* 700 MB are needed; make room"):
        run.prepare("run")
    assert filled == []


def test_a_network_that_fails_is_one_sentence() -> None:
    with pytest.raises(run.Stop) as refused:
        run.call(["/bin/sh", "-c", "echo first >&2; echo 'no route to host' >&2; exit 1"])
    assert "no route to host" in str(refused.value)
    assert "HTTPS_PROXY" in str(refused.value)
    assert "first" not in str(refused.value)


def test_a_uv_that_is_too_old_is_not_taken(tmp_path: Path) -> None:
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\necho 'uv 0.4.30 (abc)'\n")
    uv.chmod(0o755)
    assert run.version_of(str(uv)) == (0, 4, 30)
    assert run.version_of(str(uv)) < run.numbers("0.13.9") < run.numbers("0.13.10")
    assert run.version_of(str(tmp_path / "none")) == ()


def test_clean_removes_the_data_wherever_it_lies(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("data")
    (elsewhere / "lock").touch()
    (elsewhere / "pgdata").mkdir()
    (checkout / ".throughline").symlink_to(elsewhere)
    (checkout / ".tools").mkdir()
    assert run.clean(everything=False) == 0
    assert not elsewhere.exists()
    assert not (checkout / ".throughline").is_symlink()
    assert (checkout / ".tools").exists()
    run.clean(everything=True)
    assert not (checkout / ".tools").exists()


def test_clean_leaves_data_in_use_and_folders_that_are_not_ours(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = checkout / ".throughline"
    data.mkdir()
    with (data / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(run.Stop, match="is running on this data; stop it first"):
            run.clean(everything=True)
    assert data.exists()
    foreign = checkout / "photos"
    foreign.mkdir()
    monkeypatch.setenv("THROUGHLINE_DATA_DIR", str(foreign))
    run.clean(everything=False)
    assert foreign.exists()


def test_what_stands_in_the_way_ends_with_status_two(tmp_path: Path) -> None:
    for name in ("run.py", "pyproject.toml", "requirements.lock"):
        shutil.copy(run.ROOT / name, tmp_path / name)
    ended = subprocess.run(
        [sys.executable, "run.py", "--prepare"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("throughline: No such file or directory")
    assert "Traceback" not in ended.stderr
