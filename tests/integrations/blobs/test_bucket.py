"""Files in a bucket: the same promises as a folder keeps."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from integrations.blobs import bucket as bucket_module
from integrations.blobs.open import open_blobs
from integrations.ports import BlobDamaged, BlobMissing, Blobs, BlobsAway, BlobTooLarge
from tests.simulators.s3 import Bucket, s3_bucket


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y")
    monkeypatch.setattr(bucket_module, "_RETRY", {"max_retries": 0, "retry_timeout": timedelta(seconds=1)})
    with s3_bucket("papers") as served:
        yield served


@pytest.fixture
def blobs(bucket: Bucket) -> Blobs:
    return open_blobs(bucket.url)


async def pieces(content: bytes, size: int = 100_000) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]


@pytest.mark.parametrize("size", [0, 10, 12_000_000])
async def test_what_streams_in_comes_back_under_its_hash(bucket: Bucket, blobs: Blobs, size: int) -> None:
    content = b"abcdefghij" * (size // 10)
    stored = await blobs.put(pieces(content), 20_000_000)
    sha256 = hashlib.sha256(content).hexdigest()
    assert (stored.sha256, stored.size_bytes) == (sha256, size)
    assert list(bucket.objects) == [f"/papers/kept/{sha256[:2]}/{sha256[2:4]}/{sha256}"]
    assert await blobs.read(sha256) == content
    with await blobs.open(sha256) as file:
        assert file.read(4) == content[:4]
    assert not bucket.uploads


async def test_too_much_is_refused_and_nothing_is_stored(bucket: Bucket, blobs: Blobs) -> None:
    with pytest.raises(BlobTooLarge):
        await blobs.put(pieces(b"x" * 1001), 1000)
    assert not bucket.objects


@pytest.mark.parametrize("name", ["0" * 64, "../../secret", "ABC"])
async def test_what_is_not_there_is_missing(blobs: Blobs, name: str) -> None:
    with pytest.raises(BlobMissing):
        await blobs.read(name)


async def test_bytes_that_were_exchanged_are_not_given_away(bucket: Bucket, blobs: Blobs) -> None:
    stored = await blobs.put_bytes(b"signed contract")
    bucket.objects = dict.fromkeys(bucket.objects, b"another contract")
    with pytest.raises(BlobDamaged):
        await blobs.open(stored.sha256)


async def test_a_store_that_is_away_is_told_from_a_file_that_is_missing(bucket: Bucket, blobs: Blobs) -> None:
    stored = await blobs.put_bytes(b"x")
    bucket.away = True
    with pytest.raises(BlobsAway):
        await blobs.read(stored.sha256)
    with pytest.raises(BlobsAway):
        await blobs.put_bytes(b"y")
    with pytest.raises(OSError, match="S3"):
        await blobs.check()
    bucket.away = False
    await blobs.check()
