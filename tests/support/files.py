"""The smallest files that are what they say, one of each kind that may be uploaded, and some that are not."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image


def pdf(words: str = "plan") -> bytes:
    """A document with nothing on it; other words, other bytes."""
    return (
        b"%PDF-1.7\n% "
        + words.encode()
        + b"\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
    )


def picture(format_name: str = "PNG", size: tuple[int, int] = (4, 3), colour: str = "red") -> bytes:
    """A picture of one colour."""
    content = io.BytesIO()
    Image.new("RGB", size, colour).save(content, format_name)
    return content.getvalue()


def spoken(format_name: str = "webm") -> bytes:
    """The head of a recording, and nothing that is said: as Chromium, as iOS, as Firefox makes it."""
    heads = {
        "webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm\x42\x87\x81\x04",
        "m4a": b"\0\0\0\x20ftypM4A \0\0\0\0M4A mp42isom",
        "ogg": b"OggS\0\x02" + bytes(22) + b"OpusHead\x01",
    }
    return heads[format_name] + bytes(64)


def vast_png(width: int, height: int) -> bytes:
    """A header that promises a picture of this size, and next to nothing behind it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )


def glb() -> bytes:
    """An empty scene."""
    text = b'{"asset":{"version":"2.0"}}'.ljust(28)
    return b"glTF" + struct.pack("<II", 2, 20 + len(text)) + struct.pack("<I", len(text)) + b"JSON" + text


def binary_stl(triangles: int = 1) -> bytes:
    """So many flat triangles."""
    return b"part".ljust(80, b"\0") + struct.pack("<I", triangles) + b"\0" * 50 * triangles


def workbook(**more: bytes | str) -> bytes:
    """The parts that make a workbook, and whatever else."""
    members = {"[Content_Types].xml": "<Types/>", "_rels/.rels": "<Relationships/>", "xl/workbook.xml": "<workbook/>"}
    return archive({**members, **more})


def archive(members: dict[str, bytes | str]) -> bytes:
    """A zip of these members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in members.items():
            made.writestr(name, body)
    return content.getvalue()


STEP = b"ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n"
TEXT_STL = b"solid part\nfacet normal 0 0 1\nouter loop\nendloop\nendfacet\nendsolid part\n"
DXF = b"999\nmade by hand\n  0\nSECTION\n  2\nENTITIES\n  0\nENDSEC\n  0\nEOF\n"
DWG = b"AC1032\0\0\0\0\0\x01" + b"\0" * 200

SAMPLES: dict[str, bytes] = {
    "plan.pdf": pdf(),
    "view.png": picture("PNG"),
    "photo.jpg": picture("JPEG"),
    "photo.JPEG": picture("JPEG"),
    "view.webp": picture("WEBP"),
    "model.glb": glb(),
    "part.step": STEP,
    "part.stp": STEP,
    "part.stl": binary_stl(),
    "text.stl": TEXT_STL,
    "cut.dxf": DXF,
    "cut-binary.dxf": b"AutoCAD Binary DXF\r\n\x1a\0" + b"\0" * 40,
    "cut.dwg": DWG,
    "parts.xlsx": workbook(),
}
