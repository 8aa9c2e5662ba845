"""Files in a local folder, each under the SHA-256 of its bytes.

Written beside its place, synced, then renamed; so a file is whole or absent, whatever dies in between.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from integrations.ports import BlobDamaged, BlobMissing, BlobsFull, BlobTooLarge, StoredBlob

_NAME = re.compile(r"[0-9a-f]{64}")
_PARTIAL = "partial-"
_ABANDONED_SECONDS = 3600
_SEALS, _SEALED_SECONDS = 10_000, 600
# Uploads never take the last room that the database beside them needs.
_KEPT_FREE, _KEPT_FREE_BYTES = 0.1, 2 * 1024**3
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class BlobFolder:
    """`ab/cd/abcd...` below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sealed: dict[tuple[str, int, int, int], float] = {}

    async def put(self, chunks: AsyncIterator[bytes], limit_bytes: int) -> StoredBlob:
        """Stores what streams in; it is there, durably, when this returns. Raises BlobTooLarge, BlobsFull."""
        try:
            return await self._put(chunks, limit_bytes)
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise BlobsFull from error
            raise

    async def _put(self, chunks: AsyncIterator[bytes], limit_bytes: int) -> StoredBlob:
        partial = await asyncio.to_thread(self._open_partial)
        try:
            digest, size = hashlib.sha256(), 0
            async for chunk in chunks:
                size += len(chunk)
                if size > limit_bytes:
                    raise BlobTooLarge(f"over {limit_bytes} bytes")
                digest.update(chunk)
                await asyncio.to_thread(partial.write, chunk)
            await asyncio.to_thread(self._keep, partial, digest.hexdigest())
            return StoredBlob(digest.hexdigest(), size)
        finally:
            await asyncio.to_thread(_discard, partial)

    async def put_bytes(self, content: bytes) -> StoredBlob:
        """Stores bytes that are in memory anyway."""
        return await self.put(_once(content), len(content))

    async def read(self, sha256: str) -> bytes:
        """All bytes, checked. Raises BlobMissing, BlobDamaged."""
        with await self.open(sha256) as file:
            return await asyncio.to_thread(file.read)

    async def open(self, sha256: str) -> IO[bytes]:
        """A file of the bytes, checked before the first is given away. Raises BlobMissing, BlobDamaged."""
        return await asyncio.to_thread(self._open_checked, sha256)

    async def sweep(self) -> int:
        """Removes what uploads left behind that died on the way: nobody has written to it for an hour."""
        return await asyncio.to_thread(self._sweep)

    async def check(self) -> None:
        """Proves that the folder can be written to. Raises OSError."""
        await asyncio.to_thread(lambda: _discard(self._open_partial()))

    def _path(self, sha256: str) -> Path:
        if not _NAME.fullmatch(sha256):
            raise BlobMissing(sha256[:100])
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def _open_partial(self) -> IO[bytes]:
        self._folder.mkdir(parents=True, exist_ok=True)
        space = shutil.disk_usage(self._folder)
        if space.free < min(space.total * _KEPT_FREE, _KEPT_FREE_BYTES):
            raise BlobsFull
        return tempfile.NamedTemporaryFile(dir=self._folder, prefix=_PARTIAL, delete=False)

    def _open_checked(self, sha256: str) -> IO[bytes]:
        """Hashed anew where the file changed, and every ten minutes, so that reading in parts costs only the parts."""
        with ExitStack() as unless_good:
            try:
                file = unless_good.enter_context(self._path(sha256).open("rb"))
            except FileNotFoundError:
                raise BlobMissing(sha256) from None
            found = os.fstat(file.fileno())
            seal = (sha256, found.st_ino, found.st_size, found.st_mtime_ns)
            if time.monotonic() > self._sealed.get(seal, float("-inf")):
                if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                    raise BlobDamaged(sha256)
                file.seek(0)
                self._remember(seal)
            unless_good.pop_all()
        return file

    def _remember(self, seal: tuple[str, int, int, int]) -> None:
        if len(self._sealed) >= _SEALS:
            self._sealed.clear()
        self._sealed[seal] = time.monotonic() + _SEALED_SECONDS

    def _sweep(self) -> int:
        before = time.time() - _ABANDONED_SECONDS
        left = [path for path in self._folder.glob(f"{_PARTIAL}*") if path.stat().st_mtime < before]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _keep(self, partial: IO[bytes], sha256: str) -> None:
        """Move into place. Where the same bytes lie there already they are replaced, which mends a damaged copy."""
        partial.flush()
        os.fsync(partial.fileno())
        path = self._path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        Path(partial.name).replace(path)
        _sync_folders(path.parent, self._folder)


def _sync_folders(folder: Path, top: Path) -> None:
    """Make the new name durable, and the folders that may be new with it."""
    while True:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if folder == top:
            return
        folder = folder.parent


def _discard(partial: IO[bytes]) -> None:
    partial.close()
    Path(partial.name).unlink(missing_ok=True)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
