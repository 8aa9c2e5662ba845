"""Files in an S3 bucket, each under the SHA-256 of its bytes: Amazon's, or any store that speaks its language.

What streams in is measured in a nameless temporary file first, because its name is its hash; that file is gone with
the process. The bucket shows an object whole or not at all.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import timedelta
from typing import IO, TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from integrations.ports import BlobDamaged, BlobMissing, BlobsAway, BlobTooLarge, StoredBlob

if TYPE_CHECKING:
    from obstore.store import RetryConfig

_NAME = re.compile(r"[0-9a-f]{64}")
_IN_MEMORY_BYTES = 1024 * 1024
_RETRY: RetryConfig = {"max_retries": 4, "retry_timeout": timedelta(seconds=20)}


def open_bucket(url: str) -> BlobBucket:
    """For `s3://bucket/prefix?endpoint=https://...&region=...`; keys come from the environment, as AWS_ACCESS_KEY_ID
    and AWS_SECRET_ACCESS_KEY, or from the machine's own role.
    """
    parts, options = urlsplit(url), dict(parse_qsl(urlsplit(url).query))
    endpoint = options.get("endpoint")
    store = S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        region=options.get("region", "us-east-1"),
        virtual_hosted_style_request=endpoint is None,
        client_options={"allow_http": bool(endpoint and endpoint.startswith("http://")), "timeout": "60s"},
        retry_config=_RETRY,
        config={"endpoint": endpoint} if endpoint else {},
    )
    return BlobBucket(store)


class BlobBucket:
    """`ab/cd/abcd...` below one prefix."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    async def put(self, chunks: AsyncIterator[bytes], limit_bytes: int) -> StoredBlob:
        """Stores what streams in; it is there, durably, when this returns. Raises BlobTooLarge, BlobsAway."""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as file:
            digest, size = hashlib.sha256(), 0
            async for chunk in chunks:
                size += len(chunk)
                if size > limit_bytes:
                    raise BlobTooLarge(f"over {limit_bytes} bytes")
                digest.update(chunk)
                await asyncio.to_thread(file.write, chunk)
            await asyncio.to_thread(file.seek, 0)
            try:
                await obstore.put_async(self._store, _key(digest.hexdigest()), file)
            except (BaseError, OSError) as error:
                raise BlobsAway(str(error)[:200]) from error
            return StoredBlob(digest.hexdigest(), size)

    async def put_bytes(self, content: bytes) -> StoredBlob:
        """Stores bytes that are in memory anyway."""
        return await self.put(_once(content), len(content))

    async def read(self, sha256: str) -> bytes:
        """All bytes, checked. Raises BlobMissing, BlobDamaged, BlobsAway."""
        with await self.open(sha256) as file:
            return await asyncio.to_thread(file.read)

    async def open(self, sha256: str) -> IO[bytes]:
        """A nameless copy of the bytes, checked before the first is given away."""
        with ExitStack() as unless_good:
            file = unless_good.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES))
            digest = hashlib.sha256()
            async for chunk in self._chunks(sha256):
                digest.update(chunk)
                await asyncio.to_thread(file.write, chunk)
            if digest.hexdigest() != sha256:
                raise BlobDamaged(sha256)
            file.seek(0)
            unless_good.pop_all()
        return file

    async def sweep(self) -> int:
        """Nothing: what a dead upload left lies in a nameless file, or under a lifecycle rule of the bucket."""
        return 0

    async def check(self) -> None:
        """Proves that the bucket can be written to. Raises OSError."""
        try:
            await obstore.put_async(self._store, "check", b"")
        except BaseError as error:
            raise OSError(str(error)[:200]) from error

    async def _chunks(self, sha256: str) -> AsyncIterator[bytes]:
        try:
            found = await obstore.get_async(self._store, _key(sha256))
            async for chunk in found.stream():
                yield bytes(chunk)
        except FileNotFoundError:
            raise BlobMissing(sha256) from None
        except (BaseError, OSError) as error:
            raise BlobsAway(str(error)[:200]) from error


def _key(sha256: str) -> str:
    if not _NAME.fullmatch(sha256):
        raise BlobMissing(sha256[:100])
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
