"""The command itself: what stands in its way is one sentence and status 2, never a traceback."""

from __future__ import annotations

import argparse
import errno
import sys
from types import ModuleType

import pytest

from cli.main import COMMANDS, main
from cli.stop import Stop


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A subcommand `trial` whose `run` the test sets."""
    module = ModuleType("trial_command")
    module.describe = lambda parser: parser.add_argument("--number", type=int)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "trial_command", module)
    monkeypatch.setitem(COMMANDS, "trial", ("trial_command", "a trial"))
    return module


def ends_with(problem: BaseException | int) -> object:
    def run(_arguments: argparse.Namespace) -> int:
        if isinstance(problem, int):
            return problem
        raise problem

    return run


@pytest.mark.parametrize(
    ("problem", "status", "said"),
    [
        (0, 0, ""),
        (1, 1, ""),
        (Stop("Port 8000 is taken; choose another."), 2, "throughline: Port 8000 is taken; choose another.\n"),
        (KeyboardInterrupt(), 130, ""),
        (
            OSError(errno.ENOSPC, "No space left", "/x"),
            2,
            "throughline: The disk is full (/x); make room and run this again.\n",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "/x"),
            2,
            "throughline: This user may not write or run (/x); ",
        ),
    ],
)
def test_how_a_command_ends(
    command: ModuleType, capsys: pytest.CaptureFixture[str], problem: BaseException | int, status: int, said: str
) -> None:
    command.run = ends_with(problem)  # type: ignore[attr-defined]
    assert main(["trial", "--number", "3"]) == status
    shown = capsys.readouterr().err
    assert shown.startswith(said)
    assert bool(shown) == bool(said)


def test_settings_that_are_missing_are_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("THROUGHLINE_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("THROUGHLINE_DATABASE_URL", raising=False)
    assert main(["migrate"]) == 2
    assert "throughline: THROUGHLINE_DATABASE_URL is not set; run `throughline up`" in capsys.readouterr().err


def test_the_list_of_commands_is_shown_and_each_can_be_explained(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], *([name, "--help"] for name in COMMANDS)):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
    assert "usage: throughline up" in capsys.readouterr().out
