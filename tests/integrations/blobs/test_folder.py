from __future__ import annotations

import hashlib
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integrations.blobs.bucket import BlobBucket
from integrations.blobs.folder import BlobFolder
from integrations.blobs.open import open_blobs
from integrations.ports import BlobDamaged, BlobMissing, BlobTooLarge

CONTENT = b"drawing " * 100_000


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_what_streams_in_comes_back_under_its_hash(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path)
    stored = await blobs.put(pieces(CONTENT[:1000], b"", CONTENT[1000:]), len(CONTENT))
    assert (stored.sha256, stored.size_bytes) == (hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))
    assert await blobs.read(stored.sha256) == CONTENT


async def test_the_same_bytes_are_stored_once(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path)
    assert await blobs.put_bytes(b"same") == await blobs.put_bytes(b"same")
    assert len(files(tmp_path)) == 1


async def test_too_much_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path)
    with pytest.raises(BlobTooLarge):
        await blobs.put(pieces(b"1234", b"5678"), 7)
    assert files(tmp_path) == []


async def test_a_stream_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await BlobFolder(tmp_path).put(broken(), 100)
    assert files(tmp_path) == []


async def test_a_changed_file_is_found_out_and_mended_by_storing_it_again(tmp_path: Path) -> None:
    blobs = BlobFolder(tmp_path)
    stored = await blobs.put_bytes(CONTENT)
    (file,) = files(tmp_path)
    file.write_bytes(CONTENT[:-1] + b"X")
    with pytest.raises(BlobDamaged):
        await blobs.read(stored.sha256)
    await blobs.put_bytes(CONTENT)
    assert await blobs.read(stored.sha256) == CONTENT


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "A" * 64, "0" * 63 + "/"])
async def test_a_name_that_is_no_hash_or_not_there_is_missing(tmp_path: Path, name: str) -> None:
    with pytest.raises(BlobMissing):
        await BlobFolder(tmp_path).read(name)


async def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError):
        await BlobFolder(tmp_path / "file").check()
    await BlobFolder(tmp_path / "new").check()


async def test_what_a_killed_upload_left_is_swept_away_and_what_is_under_way_is_not(tmp_path: Path) -> None:
    dead, alive = tmp_path / "partial-dead", tmp_path / "partial-alive"
    dead.write_bytes(b"half")
    alive.write_bytes(b"half")
    long_ago = time.time() - 4000
    os.utime(dead, (long_ago, long_ago))
    kept = await BlobFolder(tmp_path).put_bytes(b"whole")
    assert await BlobFolder(tmp_path).sweep() == 1
    assert (dead.exists(), alive.exists()) == (False, True)
    assert await BlobFolder(tmp_path).read(kept.sha256) == b"whole"


def test_only_a_folder_of_this_machine_or_a_bucket_is_opened(tmp_path: Path) -> None:
    assert isinstance(open_blobs(tmp_path.as_uri()), BlobFolder)
    assert isinstance(open_blobs("s3://bucket/x"), BlobBucket)
    for url in ("s3:///x", "file://elsewhere/x", "https://x.example/"):
        with pytest.raises(ValueError, match="THROUGHLINE_STORAGE_URL"):
            open_blobs(url)
