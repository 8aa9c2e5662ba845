"""Small real files for the demo's papers: PDF documents that a reader opens, and PNG pictures that a browser shows."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

_PICTURES = {"rendering_3d", "packing_photo", "delivery_photo"}
_WIDTH, _HEIGHT = 240, 160
_LEFT, _RIGHT, _TOP, _BOTTOM = 30, 210, 25, 140
_SONG = (
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) "
    b"/Ordering (GB1) /Supplement 4 >> /FontDescriptor 7 0 R >>"
)
_SONG_MEASURES = (
    b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
    b"/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
)


@dataclass(frozen=True, slots=True)
class PaperFile:
    """One file to attach: its kind of paper, its name, its media type and its bytes."""

    kind: str
    file_name: str
    media_type: str
    content: bytes


def paper_file(kind: str, label: str, order_no: str, lines: Sequence[str]) -> PaperFile:
    """A paper of an order, always the same bytes for the same words."""
    if kind in _PICTURES:
        return PaperFile(kind, f"{order_no}-{label}.png", "image/png", picture(f"{order_no} {kind}"))
    return PaperFile(kind, f"{order_no}-{label}.pdf", "application/pdf", document([f"{label} {order_no}", *lines]))


def document(lines: Sequence[str]) -> bytes:
    """One A4 page of text as PDF; Chinese is set in the reader's own font (Adobe's CJK fonts, ISO 32000-1, 9.7.5.2)."""
    shown = b"".join(
        b"BT /F1 %d Tf 56 %d Td <%s> Tj ET\n"
        % (18 if number == 0 else 11, 770 - 22 * number, line.encode("utf-16-be").hex().encode())
        for number, line in enumerate(lines[:30])
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>> >>",
        b"<< /Length %d >>\nstream\n%sendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [6 0 R] >>",
        _SONG,
        _SONG_MEASURES,
    ]
    return _assembled(objects)


def _assembled(objects: Sequence[bytes]) -> bytes:
    """The objects with the table of their places that a reader begins with."""
    text, places = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(text))
    return text + table + trailer


def picture(seed: str) -> bytes:
    """A cabinet in front of a wall, in colours and a division that follow from the seed, as PNG."""
    chosen = hashlib.sha256(seed.encode()).digest()
    wall, wood, dark = ((180 + chosen[i] % 60, 170 + chosen[i + 1] % 60, 160 + chosen[i + 2] % 60) for i in (0, 3, 6))
    edge = (dark[0] // 3, dark[1] // 3, dark[2] // 3)
    doors = 2 + chosen[9] % 4
    plain = bytes(wall) * _WIDTH
    frame, inside = (_across(plain, doors, fill, edge) for fill in (edge, wood))
    cabinet = [frame, *[inside] * (_BOTTOM - _TOP - 1), frame]
    rows = [*[plain] * _TOP, *cabinet, *[plain] * (_HEIGHT - _BOTTOM - 1)]
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows), 9))
        + _chunk(b"IEND", b"")
    )


def _across(plain: bytes, doors: int, fill: Sequence[int], edge: Sequence[int]) -> bytes:
    """One row of pixels through the cabinet."""
    row, width = bytearray(plain), (_RIGHT - _LEFT) // doors
    for x in range(_LEFT, _RIGHT + 1):
        between = (x - _LEFT) % width == 0 or x == _RIGHT
        row[3 * x : 3 * x + 3] = bytes(edge if between else fill)
    return bytes(row)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
