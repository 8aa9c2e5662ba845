"""Workbooks are archives: their members are counted, measured by unpacking them into nothing, and looked at by name."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from typing import IO

from integrations.ports import FileRefused

MOST_MEMBERS = 2_000
LARGEST_DIRECTORY_BYTES = 1024 * 1024
LARGEST_UNPACKED_BYTES = 200 * 1024 * 1024
LARGEST_RATIO = 150
_FREE_BYTES = 1024 * 1024  # small parts may be as dense as they like
_PIECE_BYTES = 256 * 1024
_NEEDED = {"[Content_Types].xml", "xl/workbook.xml"}
_NESTED = (".zip", ".xlsx", ".xlsm", ".docx", ".7z", ".rar", ".gz", ".exe", ".js", ".html", ".svg")
_END = b"PK\x05\x06"


def check_workbook(file: IO[bytes], tail: bytes, size: int) -> None:
    """Raises FileRefused for what is no workbook, and for what unpacks into more than a reader could bear."""
    _check_directory(tail)
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_names(members)
            _check_sizes(members, size)
            for member in members:
                _unpack(archive, member)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise FileRefused("content_differs") from None


def _check_directory(tail: bytes) -> None:
    """Before the library reads the list of members into memory: its length stands at the end of the file."""
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise FileRefused("content_differs")
    entries, length = struct.unpack_from("<HI", tail, at + 10)
    if entries > MOST_MEMBERS or length > LARGEST_DIRECTORY_BYTES:
        raise FileRefused("archive_excessive")


def _check_names(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    odd = any(
        name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name for name in names
    )
    linked = any(stat.S_ISLNK(member.external_attr >> 16) for member in members)
    nested = any(name.lower().endswith(_NESTED) for name in names)
    if odd or linked or nested or len(set(names)) != len(names) or any(m.flag_bits & 1 for m in members):
        raise FileRefused("archive_excessive")
    if not set(names) >= _NEEDED:
        raise FileRefused("content_differs")


def _check_sizes(members: list[zipfile.ZipInfo], size: int) -> None:
    """By what the members say of themselves; the library lets none of them become longer than it says."""
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > max(_FREE_BYTES, min(LARGEST_UNPACKED_BYTES, LARGEST_RATIO * size)):
        raise FileRefused("archive_excessive")


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    with archive.open(member) as content:
        while content.read(_PIECE_BYTES):
            pass
