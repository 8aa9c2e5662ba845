"""Which files are taken, and how each is known by its bytes. Nothing is rendered, run or unpacked to disk.

A file must be what its name says. The library knows most by their bytes; STEP, STL, DXF and GLB are known by the rules
of their formats (ISO 10303-21; 84 + 50 bytes per triangle; the DXF reference; glTF 2.0, 4.4).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO

import puremagic

from integrations.blobs.archives import check_workbook
from integrations.blobs.images import check_image
from integrations.ports import FileRefused

_HEAD_BYTES = 4096
_TAIL_BYTES = 2048
_DXF = re.compile(rb"(\s*999\r?\n[^\r\n]*\r?\n)*\s*0\r?\nSECTION\r?\n")
_STL = re.compile(rb"solid\b[^\n]*\n\s*(facet|endsolid)\b")
_DWG = re.compile(rb"AC10(09|12|14|15|18|21|24|27|32)\0")


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it is looked at: the beginning, the end, the size and the file itself, which may be moved in."""

    head: bytes
    tail: bytes
    size: int
    file: IO[bytes]


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file: what it may be called, its media type, and a check that raises FileRefused."""

    extensions: tuple[str, ...]
    media_type: str
    check: Callable[[Seen], None]


def look(file: IO[bytes], extension: str) -> FileKind:
    """The kind of a file, by name and bytes together. Raises FileRefused."""
    kind = KINDS.get(extension.lower())
    if kind is None:
        raise FileRefused("type_unknown")
    kind.check(_seen(file))
    file.seek(0)
    return kind


def look_at_proof(file: IO[bytes]) -> FileKind:
    """The kind of a photo, a signature drawn on glass or a spoken note, by its bytes alone: phones name them freely."""
    seen, refused = _seen(file), FileRefused("content_differs")
    for kind in PROOFS:
        try:
            kind.check(seen)
        except FileRefused as why:
            refused = why if why.reason != "content_differs" else refused
        else:
            file.seek(0)
            return kind
    raise refused


def _seen(file: IO[bytes]) -> Seen:
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read(_TAIL_BYTES)
    file.seek(0)
    return Seen(file.read(_HEAD_BYTES), tail, size, file)


def _require(fits: object) -> None:
    if not fits:
        raise FileRefused("content_differs")


def _by_library(seen: Seen, extension: str) -> None:
    seen.file.seek(0)
    try:
        found = puremagic.magic_stream(seen.file)
    except (puremagic.PureError, ValueError):
        found = []
    _require(extension in {match.extension for match in found})


def _pdf(seen: Seen) -> None:
    _by_library(seen, ".pdf")
    _require(seen.head.startswith(b"%PDF-") and b"%%EOF" in seen.tail)


def _image(extension: str, format_name: str) -> Callable[[Seen], None]:
    def check(seen: Seen) -> None:
        _by_library(seen, extension)
        check_image(seen.file, format_name)

    return check


def _workbook(seen: Seen) -> None:
    _by_library(seen, ".xlsx")
    check_workbook(seen.file, seen.tail, seen.size)


def _dwg(seen: Seen) -> None:
    _by_library(seen, ".dwg")
    _require(_DWG.match(seen.head))


def _glb(seen: Seen) -> None:
    _require(len(seen.head) >= 20 and seen.head[:4] == b"glTF")
    version, length, _, first = struct.unpack_from("<IIII", seen.head, 4)
    _require(version == 2 and length == seen.size and first == int.from_bytes(b"JSON", "little"))


def _step(seen: Seen) -> None:
    head = seen.head.removeprefix(b"\xef\xbb\xbf").lstrip()
    _require(head.startswith(b"ISO-10303-21;") and b"END-ISO-10303-21;" in seen.tail)


def _stl(seen: Seen) -> None:
    """Binary where the count of triangles says so; else text, which may not hold anything but text."""
    if len(seen.head) >= 84 and seen.size == 84 + 50 * int.from_bytes(seen.head[80:84], "little"):
        return
    _require(_STL.match(seen.head) and b"endsolid" in seen.tail and b"\0" not in seen.head + seen.tail)


def _dxf(seen: Seen) -> None:
    if seen.head.startswith(b"AutoCAD Binary DXF\r\n\x1a\0"):
        return
    _require(_DXF.match(seen.head.removeprefix(b"\xef\xbb\xbf")) and b"EOF" in seen.tail and b"\0" not in seen.head)


def _heic(seen: Seen) -> None:
    """What phones of one maker take; its size in pixels stands too deep inside to be looked up here."""
    _require(seen.head[4:8] == b"ftyp" and seen.head[8:12] in {b"heic", b"heix", b"hevc", b"mif1", b"msf1"})


def _webm(seen: Seen) -> None:
    """What browsers record: an EBML head that names its kind (RFC 8794, RFC 9559)."""
    _require(seen.head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in seen.head[:64])


def _mp4(seen: Seen) -> None:
    """What iOS records (ISO/IEC 14496-12): the brands of sound and of fragments."""
    _require(seen.head[4:8] == b"ftyp" and seen.head[8:12] in {b"M4A ", b"mp41", b"mp42", b"isom", b"iso5", b"iso6"})


def _ogg(seen: Seen) -> None:
    _require(seen.head.startswith(b"OggS\0") and b"OpusHead" in seen.head[:64])


_ALL = (
    FileKind(("pdf",), "application/pdf", _pdf),
    FileKind(("png",), "image/png", _image(".png", "PNG")),
    FileKind(("jpg", "jpeg"), "image/jpeg", _image(".jpg", "JPEG")),
    FileKind(("webp",), "image/webp", _image(".webp", "WEBP")),
    FileKind(("glb",), "model/gltf-binary", _glb),
    FileKind(("step", "stp"), "model/step", _step),
    FileKind(("stl",), "model/stl", _stl),
    FileKind(("dxf",), "image/vnd.dxf", _dxf),
    FileKind(("dwg",), "image/vnd.dwg", _dwg),
    FileKind(("xlsx",), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _workbook),
)
KINDS: Mapping[str, FileKind] = {extension: kind for kind in _ALL for extension in kind.extensions}
PHOTOS = (KINDS["jpg"], KINDS["png"], KINDS["webp"], FileKind(("heic",), "image/heic", _heic))
SOUNDS = (
    FileKind(("webm",), "audio/webm", _webm),
    FileKind(("m4a",), "audio/mp4", _mp4),
    FileKind(("ogg",), "audio/ogg", _ogg),
)
PROOFS = (*PHOTOS, *SOUNDS)
MEDIA_TYPES = frozenset(kind.media_type for kind in (*_ALL, *PROOFS))
