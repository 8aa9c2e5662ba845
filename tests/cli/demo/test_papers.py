from __future__ import annotations

import re
import struct
import zlib

from cli.demo.papers import document, paper_file, picture


def test_a_document_is_a_pdf_whose_table_names_the_place_of_each_object() -> None:
    content = document(["合同 SO100001", "许宏"])
    assert content.startswith(b"%PDF-1.5")
    start = int(content.split(b"startxref\n")[1].split()[0])
    places = re.findall(rb"(\d{10}) 00000 n", content[start:])
    assert len(places) == 7
    for number, place in enumerate(places, 1):
        assert content[int(place) :].startswith(b"%d 0 obj" % number)


def test_the_words_stand_in_the_document() -> None:
    assert "许宏".encode("utf-16-be").hex().encode() in document(["许宏"])


def test_a_stream_is_as_long_as_it_says() -> None:
    content = document(["许宏"])
    told = int(re.search(rb"/Length (\d+)", content).group(1))  # type: ignore[union-attr]
    assert len(content.split(b">>\nstream\n")[1].split(b"endstream")[0]) == told


def test_a_picture_is_a_png_of_the_size_it_says() -> None:
    content = picture("SO100001")
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    length = struct.unpack(">I", content[33:37])[0]
    assert len(zlib.decompress(content[41 : 41 + length])) == height * (1 + 3 * width)


def test_every_picture_is_its_own_and_always_the_same() -> None:
    assert picture("a") == picture("a") != picture("b")


def test_pictures_are_for_what_is_seen_and_documents_for_what_is_read() -> None:
    assert paper_file("rendering_3d", "3D效果图", "SO1", []).media_type == "image/png"
    contract = paper_file("contract", "合同", "SO1", ["x"])
    assert (contract.media_type, contract.file_name) == ("application/pdf", "SO1-合同.pdf")
