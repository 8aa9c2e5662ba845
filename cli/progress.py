"""What a long command is at: one line that moves on a terminal, and one line for each part that is done."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from cli.screen import Screen, display_width, padded
from domain.text import Text

_EVERY_SECONDS = 0.1
_LABEL = 12
_MEGABYTE = 1024 * 1024


class Phase:
    """One part of the work; `said` is what its line says in the end."""

    def __init__(self, label: str, out: TextIO, *, moving: bool) -> None:
        self.said = ""
        self._label, self._out, self._moving, self._shown_at = label, out, moving, 0.0

    def at(self, words: str) -> None:
        """Where it is now; on a terminal only, and not oftener than one can read."""
        now = time.monotonic()
        if self._moving and now - self._shown_at >= _EVERY_SECONDS:
            self._shown_at = now
            line = f"      {padded(self._label, _LABEL)} {words}"
            while display_width(line) >= shutil.get_terminal_size().columns:
                line = line[:-1]
            self._out.write(f"\r\x1b[2K{line}")
            self._out.flush()

    def clear(self) -> None:
        """Take the moving line away."""
        if self._moving and self._shown_at:
            self._out.write("\r\x1b[2K")


@contextmanager
def phase(screen: Screen, label: Text, out: TextIO | None = None) -> Iterator[Phase]:
    """One part of the work, told when it is done with how long it took."""
    stream = out or sys.stdout
    one, began = Phase(screen.of(label), stream, moving=stream.isatty()), time.monotonic()
    try:
        yield one
    finally:
        one.clear()
    took = f"{time.monotonic() - began:.1f} s"
    print(f"  ok  {padded(screen.of(label), _LABEL)} {one.said}  ({took})", file=stream, flush=True)


def megabytes(count: int) -> str:
    """Bytes as people say them."""
    return f"{count / 1024:.0f} KB" if count < _MEGABYTE else f"{count / _MEGABYTE:.1f} MB"
