"""Keeps the parts of an installation running: starts them, starts them again when they die, stops them in order."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from cli.embedded.account import Account
from cli.folder import Folder
from cli.processes import birth_of, end_leftover, signal_group, spawn
from cli.stop import Stop

TICK_SECONDS = 0.1
FIRST_DELAY_SECONDS = 0.2
LONGEST_DELAY_SECONDS = 10.0
STEADY_SECONDS = 30.0  # a part that lived this long begins again with the first delay


class StopRequested(Exception):
    """Ctrl-C, or a signal to end."""


@dataclass
class Part:
    """One process to keep running."""

    name: str
    command: list[str]
    environ: Mapping[str, str]
    account: Account | None = None
    folder: Path | None = None
    is_server: bool = False  # others need it while they stop: it stops last
    before_start: Callable[[], None] = lambda: None
    stop_signal: signal.Signals = signal.SIGTERM
    orphaned: signal.Signals = signal.SIGTERM
    grace_seconds: float = 15.0
    address: Mapping[str, Any] = field(default_factory=dict)
    log_start: int = 0
    process: subprocess.Popen[bytes] | None = None
    birth: str | None = None
    started_at: float = 0.0
    delay_seconds: float = FIRST_DELAY_SECONDS
    due_at: float = 0.0

    @property
    def alive(self) -> bool:
        """Whether it runs now."""
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """The parts, in the order of their start; they stop in the opposite order."""

    folder: Folder
    say: Callable[[str], None]
    facts: dict[str, Any] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    requests_to_stop: int = 0
    published: bool = True

    def listen(self) -> None:
        """Take the signals to end; done before the first child, so that none is left behind."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Under nohup the closing of the terminal is to be ignored, and stays so.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.requests_to_stop += 1

    def now(self) -> float:
        """Seconds of a clock that never jumps."""
        return time.monotonic()

    def pause(self) -> None:
        """Let a moment pass while something is waited for; raises when someone wants to stop."""
        if self.requests_to_stop:
            raise StopRequested
        time.sleep(TICK_SECONDS / 2)

    def wait_for(self, part: Part) -> None:
        """Let a moment pass while a part gets ready; raises when it has died of something."""
        self.pause()
        if not part.alive:
            raise Stop(
                f"{part.name} did not start: {self.last_words(part)} (its log: {self.folder.log_path(part.name)})"
            )

    def last_words(self, part: Part) -> str:
        """The line of a part's log that tells best why it ended."""
        lines = self.folder.recent_lines(part.name, part.log_start)
        if any("No space left on device" in line for line in lines):
            return "the disk is full; make room (nothing that was acknowledged is lost)"
        fatal = [line for line in lines if "FATAL" in line or "PANIC" in line or line.startswith("throughline: ")]
        told = (fatal or lines or ["it said nothing"])[-1]
        return told.removeprefix("throughline: ")[:400]

    def run_step(self, name: str, command: list[str], environ: Mapping[str, str], *, shown: bool = False) -> None:
        """Run something that ends by itself; its words go to its log, or are shown as they come."""
        part = Part(name, command, environ)
        with self.folder.open_log(name) as log:
            part.log_start = log.tell()
            part.process = spawn(command, environ=environ, output=log if not shown else None)
        try:
            while part.alive:
                self.pause()
        finally:
            self._stop_group([part], self.requests_to_stop)
        if part.process.returncode:
            raise Stop(f"{name} failed: {self.last_words(part)}" if not shown else f"{name} failed (see above).")

    def start(self, part: Part) -> Part:
        """Start a part and keep it running from now on."""
        self.parts.append(part)
        self._launch(part)
        return part

    def _launch(self, part: Part) -> None:
        part.before_start()
        with self.folder.open_log(part.name) as log:
            part.log_start = log.tell()
            part.process = spawn(
                part.command,
                environ=part.environ,
                output=log,
                account=part.account,
                folder=part.folder,
                orphaned=part.orphaned,
            )
        part.birth = birth_of(part.process.pid)
        part.started_at = self.now()
        self.publish()

    def publish(self, **facts: Any) -> None:
        """Tell tools what runs: runtime.json. On a full disk they learn it later; the parts run all the same."""
        self.facts.update(facts)
        running = {
            part.name: {"pid": part.process.pid, "birth": part.birth, **part.address}
            for part in self.parts
            if part.process
        }
        try:
            self.folder.write_runtime({**self.facts, "parts": running})
            self.published = True
        except OSError:
            self.published = False

    def watch(self) -> None:
        """Start again what dies, until someone wants to stop."""
        while not self.requests_to_stop:
            self.tend()
            time.sleep(TICK_SECONDS)

    def tend(self) -> None:
        """Look at every part once: note who died, start again whose pause is over."""
        for part in self.parts:
            self._tend(part)
        if not self.published:
            self.publish()

    def _tend(self, part: Part) -> None:
        if part.alive:
            return
        if part.process is not None:
            self._note_death(part, part.process)
        elif self.now() >= part.due_at:
            try:
                self._launch(part)
            except OSError as problem:
                self._put_off(part, f"{part.name} could not be started ({problem.strerror})")

    def _note_death(self, part: Part, process: subprocess.Popen[bytes]) -> None:
        # What it had started itself must not hold its port or its files.
        signal_group(process.pid, signal.SIGKILL)
        if self.now() - part.started_at > STEADY_SECONDS:
            part.delay_seconds = FIRST_DELAY_SECONDS
        # A part that was killed had no time to say why; its last line would mislead.
        why = f": {self.last_words(part)}" if process.returncode > 0 else ""
        self._put_off(part, f"{part.name} {manner_of(process.returncode)}{why}")

    def _put_off(self, part: Part, what_happened: str) -> None:
        self.say(f"{what_happened}; starting it again in {part.delay_seconds:g} s.")
        part.process = None
        part.due_at = self.now() + part.delay_seconds
        part.delay_seconds = min(part.delay_seconds * 2, LONGEST_DELAY_SECONDS)

    def stop_all(self) -> None:
        """Stop what runs: API and worker together, then the servers; who asks again is not kept waiting."""
        asked = self.requests_to_stop
        clients = [part for part in self.parts if not part.is_server]
        servers = [part for part in reversed(self.parts) if part.is_server]
        for group in (clients, *([part] for part in servers)):
            self._stop_group(group, asked)
        self.folder.forget_runtime()

    def _stop_group(self, group: list[Part], asked: int) -> None:
        for part in group:
            if part.alive and part.process:
                part.process.send_signal(part.stop_signal)
        began = self.now()
        while any(part.alive for part in group):
            for part in group:
                if self.requests_to_stop > max(asked, 1) or self.now() - began > part.grace_seconds:
                    _kill(part)
            time.sleep(TICK_SECONDS / 4)


def end_leftovers(folder: Folder) -> None:
    """End what a killed supervisor left behind; on Linux its children were told so by the system already."""
    for part in folder.runtime().get("parts", {}).values():
        if part.get("birth"):
            end_leftover(int(part["pid"]), part["birth"], patience_seconds=20)


def manner_of(status: int | None) -> str:
    """How a process ended, in words."""
    if status is not None and status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"


def _kill(part: Part) -> None:
    if part.alive and part.process:
        signal_group(part.process.pid, signal.SIGKILL)
