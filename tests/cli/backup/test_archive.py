"""The file that a backup is: checked by any machine, and refused whenever a byte of it is not as it was written."""

from __future__ import annotations

import asyncio
import hashlib
import random
import stat
import subprocess
import tarfile
from pathlib import Path

import pytest

from cli.backup.archive import DATABASE, MANIFEST, SUMS, Writer, check, file_name
from cli.stop import Stop

_CONTENT = random.Random(7).randbytes(70_000)
_FILE = hashlib.sha256(_CONTENT).hexdigest()


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return write(tmp_path / "b.tar", {DATABASE: b"rows" * 5000, file_name(_FILE): _CONTENT, MANIFEST: b"{}"})


def write(path: Path, members: dict[str, bytes]) -> Path:
    async def all_of_it() -> None:
        writer = Writer(path)
        for name, content in members.items():
            await writer.add_bytes(name, content)
        await writer.finish()

    asyncio.run(all_of_it())
    return path


def test_is_opened_and_checked_without_us(backup: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "xf", backup], cwd=tmp_path, check=True)
    checked = subprocess.run(["sha256sum", "--strict", "-c", SUMS], cwd=tmp_path, capture_output=True, check=True)
    assert checked.stdout.count(b": OK") == 3
    assert (tmp_path / file_name(_FILE)).read_bytes() == _CONTENT


def test_only_its_owner_may_read_it_and_nothing_is_left_beside_it(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [path.name for path in backup.parent.iterdir()] == ["b.tar"]


def test_gives_back_what_was_put_in(backup: Path) -> None:
    sound = check(backup)
    assert sound.files == [_FILE]
    with sound.open(file_name(_FILE)) as member:
        assert member.read() == _CONTENT
    assert sound.text(MANIFEST) == "{}"


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.6, 0.9, 0.97])
def test_a_backup_that_was_cut_off_is_refused(backup: Path, share: float) -> None:
    whole = backup.read_bytes()
    end = whole.rindex(f"  {MANIFEST}\n".encode())
    backup.write_bytes(whole[: int(end * share)])
    with pytest.raises(Stop, match=r"damaged|cut off"):
        check(backup)


def test_any_changed_byte_of_a_member_is_found(backup: Path) -> None:
    whole = backup.read_bytes()
    with tarfile.open(backup) as tar:
        places = [(member.name, member.offset_data + member.size // 2) for member in tar]
    for name, place in places:
        backup.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(Stop) as refused:
            check(backup)
        assert name == SUMS or name in str(refused.value)


@pytest.mark.parametrize(
    "members",
    [
        {DATABASE: b"rows"},
        {DATABASE: b"rows", MANIFEST: b"{}", "../../etc/passwd": b"x"},
        {DATABASE: b"rows", MANIFEST: b"{}", file_name("0" * 64): b"other bytes than its name says"},
    ],
)
def test_what_no_backup_of_ours_holds_is_refused(tmp_path: Path, members: dict[str, bytes]) -> None:
    with pytest.raises(Stop):
        check(write(tmp_path / "odd.tar", members))


def test_other_files_are_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.tar").write_text("hello")
    with pytest.raises(Stop, match="damaged"):
        check(tmp_path / "text.tar")
    with pytest.raises(Stop, match="There is no backup"):
        check(tmp_path / "none.tar")


def test_a_backup_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "c.tar")
    writer.discard()
    assert list(tmp_path.iterdir()) == []
