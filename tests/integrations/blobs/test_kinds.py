"""A file is what its name says, and bearable for whoever opens it; or it is refused."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile

import pytest

from integrations.blobs.kinds import KINDS, look, look_at_proof
from integrations.ports import FileRefused
from tests.support import files
from tests.support.files import SAMPLES, archive, picture, spoken, vast_png, workbook

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def extension(name: str) -> str:
    return name.rpartition(".")[2]


def refused(content: bytes, name: str) -> str:
    with pytest.raises(FileRefused) as told:
        look(io.BytesIO(content), extension(name))
    return told.value.reason


@pytest.mark.parametrize("name", SAMPLES)
def test_what_a_factory_sends_is_known_by_name_and_bytes(name: str) -> None:
    assert look(io.BytesIO(SAMPLES[name]), extension(name)) is KINDS[extension(name).lower()]


@pytest.mark.parametrize("name", sorted(KINDS))
@pytest.mark.parametrize("other", SAMPLES)
def test_one_kind_under_the_name_of_another_is_refused(name: str, other: str) -> None:
    if KINDS[name] is KINDS[extension(other).lower()]:
        return
    assert refused(SAMPLES[other], name) == "content_differs"


@pytest.mark.parametrize("name", ["a.svg", "a.html", "a.exe", "a.zip", "a.xlsm", "a.docx", "a.js", "a.", "a.pdf.html"])
def test_other_kinds_are_not_taken(name: str) -> None:
    assert refused(SVG, name) == "type_unknown"


@pytest.mark.parametrize("name", sorted(KINDS))
@pytest.mark.parametrize("content", [b"", b"\0" * 83, HTML, SVG, b"solid", b"%PDF-", b"glTF", b"PK\x05\x06"])
def test_pages_and_scraps_are_none_of_them_whatever_they_are_called(name: str, content: bytes) -> None:
    assert refused(content, name) == "content_differs"


@pytest.mark.parametrize("name", [name for name in SAMPLES if not name.startswith(("text", "part.st", "cut", "plan"))])
def test_half_a_file_is_none(name: str) -> None:
    assert refused(SAMPLES[name][: min(len(SAMPLES[name]) // 2, 16)], name) == "content_differs"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (spoken("webm"), "audio/webm"),
        (spoken("m4a"), "audio/mp4"),
        (spoken("ogg"), "audio/ogg"),
        (picture("JPEG"), "image/jpeg"),
    ],
)
def test_a_proof_from_a_phone_is_known_by_its_bytes_alone(content: bytes, media_type: str) -> None:
    assert look_at_proof(io.BytesIO(content)).media_type == media_type


@pytest.mark.parametrize("content", [b"", HTML, SVG, files.pdf(), b"\x1a\x45\xdf\xa3matroska", b"OggS\0theora"])
def test_other_things_prove_nothing(content: bytes) -> None:
    with pytest.raises(FileRefused):
        look_at_proof(io.BytesIO(content))


def test_a_page_behind_a_picture_stays_a_picture() -> None:
    assert look(io.BytesIO(picture() + HTML), "png").media_type == "image/png"


def test_a_page_in_front_of_a_document_is_no_document() -> None:
    assert refused(HTML + files.pdf(), "a.pdf") == "content_differs"


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (30_001, 1), (10_001, 10_000)])
def test_a_picture_larger_than_any_screen_is_refused_by_its_header(width: int, height: int) -> None:
    assert refused(vast_png(width, height), "a.png") == "too_many_pixels"


def test_a_large_drawing_scan_is_taken() -> None:
    assert look(io.BytesIO(vast_png(10_000, 10_000)), "png").media_type == "image/png"


def lying(content: bytes) -> bytes:
    """Every member says that it is one byte long."""
    changed = bytearray(content)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<I", changed, at + 24, 1)
        at = changed.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


BOMBS = {
    "dense": (workbook(**{"xl/sheet.xml": b"\0" * 50_000_000}), "archive_excessive"),
    "many": (archive({f"xl/{number}": "" for number in range(2_001)}), "archive_excessive"),
    "nested": (workbook(**{"xl/embeddings/inner.zip": workbook()}), "archive_excessive"),
    "climbing": (workbook(**{"xl/../../etc/passwd": "x"}), "archive_excessive"),
    "rooted": (workbook(**{"/etc/passwd": "x"}), "archive_excessive"),
    "windows": (workbook(**{"c:\\x": "x"}), "archive_excessive"),
    "lying": (lying(workbook(**{"xl/sheet.xml": b"\0" * 50_000_000})), "content_differs"),
    "no workbook": (archive({"word/document.xml": "<w/>", "[Content_Types].xml": "<Types/>"}), "content_differs"),
    "cut": (workbook()[:-30], "content_differs"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_an_archive_that_is_too_much_or_not_what_it_says_is_refused_cheaply(name: str) -> None:
    content, reason = BOMBS[name]
    tracemalloc.start()
    assert refused(content, "a.xlsx") == reason
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 * 1024 * 1024


def test_a_link_in_an_archive_is_refused() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("xl/workbook.xml", "<workbook/>")
        link = zipfile.ZipInfo("xl/link")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
    assert refused(content.getvalue(), "a.xlsx") == "archive_excessive"
