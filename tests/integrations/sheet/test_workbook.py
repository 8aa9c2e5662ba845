"""Workbooks that are broken, however they are: always a refusal, never a crash."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from domain.refusals.kinds import Refusal
from integrations.sheet.workbook import rows_of
from tests.support.workbooks import workbook

CONTENT = workbook([["PO-1", "海润", "138", "", "灯", 1, 2.5]])


def with_part(name: str, content: bytes) -> bytes:
    """The same workbook with one part of it replaced."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(CONTENT)) as old, zipfile.ZipFile(packed, "w") as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return packed.getvalue()


def read(content: bytes) -> str:
    """`read`, or the code of the refusal; anything else is a crash."""
    try:
        rows_of(content)
    except Refusal as refusal:
        return refusal.code
    return "read"


PARTS = ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("content", [b"", b"<x", b"<x/>", b"\xff\xfe", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;&b;</x>"])
def test_a_broken_part_is_a_refusal_or_nothing_to_read(part: str, content: bytes) -> None:
    assert read(with_part(part, content)) in ("read", "sheet_unreadable")


def test_any_byte_may_be_wrong() -> None:
    chance = random.Random(7)
    for _ in range(150):
        broken = bytearray(CONTENT)
        for _ in range(chance.randint(1, 8)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        assert read(bytes(broken[: chance.randint(1, len(broken))])) in ("read", "sheet_unreadable")


def test_values_are_read_as_a_person_reads_them() -> None:
    content = workbook([["0012", 28.0, 0.1 + 0.2, None, True, "ab", "=1+1"]])
    assert rows_of(content)["订单"][1][:3] == ["0012", "28", "0.3"]
