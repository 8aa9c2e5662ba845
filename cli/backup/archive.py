"""The file that a backup is: a plain tar whose last member, SHA256SUMS, names every other one with its SHA-256.

So any machine can check and open it without us: `tar xf FILE && sha256sum -c SHA256SUMS`.
"""

from __future__ import annotations

import hashlib
import os
import re
import tarfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cli.stop import Stop

MANIFEST, DATABASE, SECRETS, SUMS = "manifest.json", "database.dump", "secrets.json", "SHA256SUMS"
_FILE = re.compile(r"files/[0-9a-f]{2}/([0-9a-f]{64})")
_NAME = re.compile(r"manifest\.json|database\.dump|secrets\.json|tls/[A-Za-z0-9._-]+|files/[0-9a-f]{2}/[0-9a-f]{64}")
_BLOCK = tarfile.BLOCKSIZE
_PIECE_BYTES = 1024 * 1024
_LARGEST_TEXT = 64 * 1024 * 1024


def file_name(sha256: str) -> str:
    """Where a file of the store lies in a backup."""
    return f"files/{sha256[:2]}/{sha256}"


class Writer:
    """A backup that is being written, beside its name until it is whole; only its owner may read it."""

    def __init__(self, path: Path) -> None:
        self._path, self._half = path, path.with_name(f"{path.name}.partial")
        self._half.unlink(missing_ok=True)
        self._file = os.fdopen(os.open(self._half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._sums: list[str] = []

    async def add(self, name: str, pieces: AsyncIterator[bytes], mode: int = 0o600) -> int:
        """One member of whatever length; its header is written again once that is known. Answers the length."""
        header = self._file.tell()
        self._file.write(bytes(_BLOCK))
        digest, size = hashlib.sha256(), 0
        async for piece in pieces:
            digest.update(piece)
            size += len(piece)
            self._file.write(piece)
        self._file.write(bytes(-size % _BLOCK))
        end = self._file.tell()
        self._file.seek(header)
        self._file.write(_header(name, size, mode))
        self._file.seek(end)
        self._sums.append(f"{digest.hexdigest()}  {name}\n")
        return size

    async def add_bytes(self, name: str, content: bytes) -> int:
        """A member that is in memory anyway."""
        return await self.add(name, _once(content))

    async def finish(self) -> int:
        """Write the sums, make it durable, and give it its name. Answers its length in bytes."""
        sums, self._sums = "".join(self._sums), []
        await self.add_bytes(SUMS, sums.encode())
        self._file.write(bytes(2 * _BLOCK))
        self._file.flush()
        os.fsync(self._file.fileno())
        size = self._file.tell()
        self._file.close()
        self._half.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return size

    def discard(self) -> None:
        """Leave nothing behind; a finished backup stays."""
        self._file.close()
        self._half.unlink(missing_ok=True)


def _header(name: str, size: int, mode: int) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, mode
    return entry.tobuf(tarfile.GNU_FORMAT)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


@dataclass(frozen=True)
class Sound:
    """A backup whose every byte was found as it was written."""

    path: Path
    sizes: dict[str, int]

    @property
    def files(self) -> list[str]:
        """The SHA-256 of the store's files in it."""
        return [found[1] for name in self.sizes if (found := _FILE.fullmatch(name))]

    def text(self, name: str) -> str:
        """A small member as text."""
        with self.open(name) as member:
            return member.read(_LARGEST_TEXT).decode()

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """One member, to be read from its beginning."""
        with tarfile.open(self.path, "r:") as tar:
            member = tar.extractfile(name)
            if member is None:
                raise Stop(f"{self.path} has no {name}.")
            with member:
                yield member


def check(path: Path, tell: Callable[[int], None] = lambda _: None) -> Sound:
    """Read all of a backup and compare it with its sums; raises Stop, naming what is wrong. `tell` hears bytes read."""
    try:
        with tarfile.open(path, "r:") as tar:
            found, sizes, sums = {}, {}, ""
            for member in tar:
                if member.name == SUMS and member.isreg() and member.size <= _LARGEST_TEXT:
                    sums = _read(tar, member).read().decode()
                    continue
                if not member.isreg() or not _NAME.fullmatch(member.name) or member.name in found:
                    raise Stop(f"{path} is no backup of Throughline: it holds {member.name!r}.")
                found[member.name] = _digest(tar, member, tell)
                sizes[member.name] = member.size
    except (tarfile.TarError, EOFError, UnicodeDecodeError, ValueError) as problem:
        raise Stop(f"{path} is damaged or cut off ({problem}); nothing was touched. Take another backup.") from None
    except FileNotFoundError:
        raise Stop(f"There is no backup {path}.") from None
    _compare(path, found, sums)
    return Sound(path, sizes)


def _compare(path: Path, found: dict[str, str], sums: str) -> None:
    told = {name: digest for digest, _, name in (line.partition("  ") for line in sums.splitlines())}
    if not told:
        raise Stop(f"{path} is cut off: its sums are missing; nothing was touched. Take another backup.")
    wrong = sorted(name for name in told.keys() | found.keys() if told.get(name) != found.get(name))
    wrong += sorted(name for name, digest in found.items() if (of := _FILE.fullmatch(name)) and of[1] != digest)
    if wrong or not {MANIFEST, DATABASE} <= found.keys():
        named = ", ".join(wrong[:3]) or "its manifest is missing"
        raise Stop(f"{path} is damaged: {named}; nothing was touched. Take another backup.")


def _digest(tar: tarfile.TarFile, member: tarfile.TarInfo, tell: Callable[[int], None]) -> str:
    digest, left = hashlib.sha256(), member.size
    with _read(tar, member) as content:
        while piece := content.read(_PIECE_BYTES):
            digest.update(piece)
            left -= len(piece)
            tell(len(piece))
    if left:
        raise EOFError(f"{member.name} ends too early")
    return digest.hexdigest()


def _read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(member)
    if content is None:
        raise EOFError(f"{member.name} has no content")
    return content
