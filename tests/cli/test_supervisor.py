"""A part that dies is started again, with growing pauses; what is stopped leaves nothing behind."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from unittest.mock import Mock

import pytest

from cli.folder import Folder
from cli.processes import birth_of
from cli.stop import Stop
from cli.supervisor import LONGEST_DELAY_SECONDS, Part, StopRequested, Supervisor, end_leftovers

SLEEP = ["/bin/sleep", "600"]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(folder: Folder, said: list[str]) -> Iterator[Supervisor]:
    made = Supervisor(folder, said.append)
    yield made
    made.stop_all()


def part(name: str = "part", command: list[str] | None = None) -> Part:
    return Part(name, command or SLEEP, os.environ)


def tend_until(supervisor: Supervisor, wanted: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not wanted():
        assert time.monotonic() < deadline, "it did not come about"
        supervisor.tend()
        time.sleep(0.01)


def pid_of(part: Part) -> int:
    return part.process.pid if part.process else 0


def test_a_killed_part_is_started_again(supervisor: Supervisor, folder: Folder, said: list[str]) -> None:
    sleeper = supervisor.start(part())
    first = pid_of(sleeper)
    os.kill(first, signal.SIGKILL)
    tend_until(supervisor, lambda: sleeper.alive and pid_of(sleeper) != first)
    assert folder.runtime()["parts"]["part"]["pid"] == pid_of(sleeper)
    assert said == ["part was ended by SIGKILL; starting it again in 0.2 s."]


def test_the_pauses_grow_to_a_limit_and_say_why(supervisor: Supervisor, said: list[str]) -> None:
    failing = supervisor.start(part(command=["/bin/sh", "-c", "echo throughline: no luck; exit 3"]))
    tend_until(supervisor, lambda: len(said) == 3)
    assert said[2] == "part ended with status 3: no luck; starting it again in 0.8 s."
    failing.delay_seconds = LONGEST_DELAY_SECONDS
    failing.due_at = 0
    tend_until(supervisor, lambda: len(said) == 4)
    assert failing.delay_seconds == LONGEST_DELAY_SECONDS


def test_a_full_disk_is_said_when_a_part_dies_of_it(supervisor: Supervisor, said: list[str]) -> None:
    words = "PANIC:  could not write to file: No space left on device"
    supervisor.start(part(command=["/bin/sh", "-c", f"echo '{words}'; echo later; exit 1"]))
    tend_until(supervisor, lambda: bool(said))
    assert "the disk is full; make room" in said[0]


def test_what_a_full_disk_kept_from_tools_is_told_later(
    supervisor: Supervisor, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(Folder, "write_runtime", Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))
        sleeper = supervisor.start(part())
    assert folder.runtime() == {}
    supervisor.tend()
    assert sleeper.alive
    assert folder.runtime()["parts"]["part"]["pid"] == pid_of(sleeper)


def test_a_dead_part_takes_its_own_children_with_it(supervisor: Supervisor, folder: Folder) -> None:
    shell = supervisor.start(part(command=["/bin/sh", "-c", "sleep 600 & echo $!; wait"]))
    tend_until(supervisor, lambda: bool(folder.recent_lines("part")))
    grandchild = int(folder.recent_lines("part")[0])
    os.kill(pid_of(shell), signal.SIGKILL)
    tend_until(supervisor, lambda: birth_of(grandchild) is None)


def test_a_part_that_dies_while_it_starts_says_so(supervisor: Supervisor) -> None:
    failing = supervisor.start(part(command=["/bin/sh", "-c", "echo FATAL: no memory; echo bye; exit 1"]))
    assert failing.process is not None
    failing.process.wait()
    with pytest.raises(Stop, match="part did not start: FATAL: no memory"):
        supervisor.wait_for(failing)


def test_a_step_that_fails_gives_its_last_words(supervisor: Supervisor) -> None:
    with pytest.raises(Stop, match="migrate failed: the table is in use"):
        supervisor.run_step("migrate", ["/bin/sh", "-c", "echo throughline: the table is in use; exit 2"], os.environ)


def test_whoever_wants_to_stop_need_not_wait_for_a_step(supervisor: Supervisor) -> None:
    supervisor.requests_to_stop = 1
    with pytest.raises(StopRequested):
        supervisor.run_step("seed", SLEEP, os.environ)


def test_servers_stop_after_what_needs_them(supervisor: Supervisor, folder: Folder) -> None:
    notes = folder.root / "order"
    for name, is_server in (("postgres", True), ("redis", True), ("api", False)):
        script = f"trap 'echo {name} >> {notes}; exit 0' TERM; echo up; while :; do sleep 0.02; done"
        supervisor.start(Part(name, ["/bin/sh", "-c", script], os.environ, is_server=is_server))
        tend_until(supervisor, lambda name=name: bool(folder.recent_lines(name)))  # type: ignore[misc]
    supervisor.stop_all()
    assert notes.read_text().split() == ["api", "redis", "postgres"]
    assert folder.runtime() == {}


def test_what_does_not_listen_is_killed_after_its_time(supervisor: Supervisor, folder: Folder) -> None:
    deaf = part(command=["/bin/sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.02; done"])
    deaf.grace_seconds = 0.2
    supervisor.start(deaf)
    tend_until(supervisor, lambda: bool(folder.recent_lines("part")))
    supervisor.stop_all()
    assert deaf.process is not None
    assert deaf.process.returncode == -signal.SIGKILL


def test_a_second_wish_to_stop_is_not_kept_waiting(supervisor: Supervisor, folder: Folder) -> None:
    deaf = part(command=["/bin/sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.02; done"])
    supervisor.start(deaf)
    tend_until(supervisor, lambda: bool(folder.recent_lines("part")))
    supervisor.listen()
    try:
        os.kill(os.getpid(), signal.SIGINT)
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        signal.signal(signal.SIGALRM, supervisor._on_signal)
        supervisor.stop_all()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL if number != signal.SIGINT else signal.default_int_handler)
    assert not deaf.alive


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_no_child_outlives_a_killed_supervisor(folder: Folder) -> None:
    script = (
        "import os, time; from pathlib import Path; from cli.folder import Folder; from cli.supervisor import *\n"
        f"supervisor = Supervisor(Folder(Path({str(folder.root)!r})), print)\n"
        f"supervisor.start(Part('part', {SLEEP!r}, os.environ)); print('up', flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"up\n"
        child = folder.runtime()["parts"]["part"]["pid"]
        assert birth_of(child) is not None
        parent.kill()
    deadline = time.monotonic() + 20
    while birth_of(child) is not None:
        assert time.monotonic() < deadline, "the child outlived its supervisor"
        time.sleep(0.02)


def test_what_a_killed_supervisor_left_behind_is_ended(supervisor: Supervisor, folder: Folder) -> None:
    left = supervisor.start(part())
    # The pid of another process, under which something else ran before: it is not ours and stays.
    content = folder.runtime()
    content["parts"]["recycled"] = {"pid": os.getpid(), "birth": "another"}
    folder.write_runtime(content)
    end_leftovers(folder)
    assert not left.alive
