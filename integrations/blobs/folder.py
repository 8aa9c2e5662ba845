"""Files in a local folder, each under the SHA-256 of its bytes.

Written beside its place, synced, then renamed; so a file is whole or absent, whatever dies in between.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

from integrations.ports import BlobDamaged, BlobMissing, BlobTooLarge, StoredBlob

_NAME = re.compile(r"[0-9a-f]{64}")
_PIECE_BYTES = 256 * 1024


class BlobFolder:
    """`ab/cd/abcd...` below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, chunks: AsyncIterator[bytes], limit_bytes: int) -> StoredBlob:
        """Stores what streams in; it is there, durably, when this returns. Raises BlobTooLarge."""
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
        return b"".join([piece async for piece in self.stream(sha256)])

    async def stream(self, sha256: str) -> AsyncIterator[bytes]:
        """The bytes in pieces; BlobDamaged is raised after the last piece, so that a reader can break off."""
        source = await asyncio.to_thread(self._open, sha256)
        try:
            digest = hashlib.sha256()
            while piece := await asyncio.to_thread(source.read, _PIECE_BYTES):
                digest.update(piece)
                yield piece
        finally:
            await asyncio.to_thread(source.close)
        if digest.hexdigest() != sha256:
            raise BlobDamaged(sha256)

    async def check(self) -> None:
        """Proves that the folder can be written to. Raises OSError."""
        await asyncio.to_thread(lambda: _discard(self._open_partial()))

    def _path(self, sha256: str) -> Path:
        if not _NAME.fullmatch(sha256):
            raise BlobMissing(sha256[:100])
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def _open_partial(self) -> IO[bytes]:
        self._folder.mkdir(parents=True, exist_ok=True)
        return tempfile.NamedTemporaryFile(dir=self._folder, prefix="partial-", delete=False)

    def _open(self, sha256: str) -> IO[bytes]:
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError:
            raise BlobMissing(sha256) from None

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
