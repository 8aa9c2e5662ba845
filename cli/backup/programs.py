"""PostgreSQL's own programs: a dump as a stream of bytes, and a script that is carried out whole or not at all."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import IO
from urllib.parse import parse_qsl, unquote, urlsplit

from cli.embedded.binaries import Binary
from cli.stop import Stop

_PIECE_BYTES = 1024 * 1024
_FIRST_DATA = b"\nCOPY "
# What a newer pg_restore sets and an older server does not know.
_UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"


def connection_environ(url: str) -> dict[str, str]:
    """libpq's variables for a URL in SQLAlchemy's form: in a command line everybody could read the password."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    named = {
        "PGHOST": options.get("host") or parts.hostname,
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.strip("/")),
        "PGSSLMODE": options.get("ssl"),
        "PGOPTIONS": "-c statement_timeout=0 -c lock_timeout=10s",
        "PGCLIENTENCODING": "UTF8",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, **{name: value for name, value in named.items() if value}}


class Dump:
    """A dump of one snapshot as it is written. `tell` hears of each table as its rows begin."""

    def __init__(self, programs: Binary, url: str, snapshot: str, tell: Callable[[str], None]) -> None:
        self._program, self._url, self._snapshot, self._tell = programs.beside("pg_dump"), url, snapshot, tell
        self._said: list[str] = []

    async def pieces(self) -> AsyncIterator[bytes]:
        """Its bytes; raises Stop where the program fails."""
        process = await asyncio.create_subprocess_exec(
            self._program, "--format=custom", "--compress=5", "--no-owner", "--no-privileges", "--verbose",
            "--schema=public", f"--snapshot={self._snapshot}",
            env=connection_environ(self._url), stdout=PIPE, stderr=PIPE,
        )  # fmt: skip
        listening = asyncio.create_task(self._listen(process))
        try:
            while piece := await _output(process).read(_PIECE_BYTES):
                yield piece
            await listening
            if await process.wait():
                raise Stop(f"The database could not be dumped: {_last_words(self._said)}")
        finally:
            await _end(process)

    async def _listen(self, process: Process) -> None:
        async for line in _words(process):
            self._said = [*self._said[-20:], line]
            if "dumping contents of table" in line:
                self._tell(line.rpartition("table ")[2].strip('"').removeprefix("public."))


async def load(
    programs: Binary, url: str, dump: IO[bytes], around: tuple[str, str], tell: Callable[[int], None]
) -> None:
    """Carry out a dump between two scripts; raises Stop, and then nothing was changed.

    The first script begins a transaction and the second ends it. Not psql's own --single-transaction: it commits at the
    end of its input, and that comes too early when we die on the way.

    `tell` hears how many bytes of the dump were read.
    """
    reader = await asyncio.create_subprocess_exec(
        programs.beside("pg_restore"), "--file=-", "--no-owner", "--no-privileges", "--schema=public",
        stdin=PIPE, stdout=PIPE, stderr=PIPE, env=_plain(),
    )  # fmt: skip
    writer = await asyncio.create_subprocess_exec(
        programs.beside("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-",
        stdin=PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=PIPE, env=connection_environ(url),
    )  # fmt: skip
    words = [asyncio.create_task(_all_words(one)) for one in (reader, writer)]
    try:
        with suppress(BrokenPipeError, ConnectionResetError):
            await _say(writer, around[0].encode())
            await asyncio.gather(_feed(reader, dump, tell), _pass_on(reader, writer, around[1].encode()))
        statuses = await reader.wait(), await writer.wait()
        said = [line for told in words for line in await told]
        if any(statuses):
            raise Stop(f"The database could not be restored, and is as it was before: {_last_words(said)}")
    finally:
        for process in (writer, reader):
            await _end(process)


async def _feed(reader: Process, dump: IO[bytes], tell: Callable[[int], None]) -> None:
    with suppress(BrokenPipeError, ConnectionResetError):
        while piece := await asyncio.to_thread(dump.read, _PIECE_BYTES):
            await _say(reader, piece)
            tell(len(piece))
    _input(reader).close()


async def _pass_on(reader: Process, writer: Process, end: bytes) -> None:
    """The script as it comes. Where the reader fails, the writer never hears the end."""
    head, in_head = b"", True
    while piece := await _output(reader).read(_PIECE_BYTES):
        if in_head:
            head += piece
            if _FIRST_DATA not in head:
                continue
            piece, in_head = head.replace(_UNKNOWN_BEFORE_17, b"", 1), False
        await _say(writer, piece)
    if in_head:
        await _say(writer, head.replace(_UNKNOWN_BEFORE_17, b"", 1))
    if await reader.wait() == 0:
        await _say(writer, end)
    _input(writer).close()


def _plain() -> Mapping[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


async def _say(process: Process, piece: bytes) -> None:
    _input(process).write(piece)
    await _input(process).drain()


def _input(process: Process) -> asyncio.StreamWriter:
    if process.stdin is None:
        raise AssertionError("started with a pipe")
    return process.stdin


def _output(process: Process) -> asyncio.StreamReader:
    if process.stdout is None:
        raise AssertionError("started with a pipe")
    return process.stdout


async def _words(process: Process) -> AsyncIterator[str]:
    if process.stderr is None:
        raise AssertionError("started with a pipe")
    async for line in process.stderr:
        yield line.decode(errors="replace").strip()


async def _all_words(process: Process) -> list[str]:
    return [line async for line in _words(process)][-20:]


def _last_words(said: list[str]) -> str:
    told = [line for line in said if "ERROR" in line or "FATAL" in line or "error:" in line]
    return (told or said or ["it said nothing"])[-1][:400]


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        if process.returncode is None:
            process.kill()
    await process.wait()
