"""XML as plain values, and the XML that nobody should read."""

from __future__ import annotations

import pytest

from domain.expressions.values import MAX_DEPTH
from domain.expressions.xml import XmlUnreadable, read_xml


def test_elements_lists_attributes_and_text() -> None:
    body = b'<o><a>1</a><b/><l list="true"><i>x</i><i>y</i></l><q unit="m"> 5 </q></o>'
    assert read_xml(body) == {
        "o": {"a": "1", "b": "", "l": {"@list": "true", "i": ["x", "y"]}, "q": {"@unit": "m", "#text": "5"}}
    }


def test_prefixes_do_not_matter() -> None:
    assert (
        read_xml(b'<c:o xmlns:c="urn:x"><c:a>1</c:a></c:o>')
        == read_xml(b'<o xmlns="urn:x"><a>1</a></o>')
        == {"o": {"a": "1"}}
    )


def test_escapes_and_chinese() -> None:
    assert read_xml("<a>&lt;碳纤维&gt;</a>".encode()) == {"a": "<碳纤维>"}


@pytest.mark.parametrize("name", ["GBK", "gb2312", "GB18030"])
def test_chinese_encodings(name: str) -> None:
    body = f'<?xml version="1.0" encoding="{name}"?><a>散热器</a>'.encode("gb18030")
    assert read_xml(body) == {"a": "散热器"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"text",
        b"<a>",
        b"<a></b>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "http://example.com/a.dtd"><a/>',
        b'<?xml version="1.0" encoding="none-such"?><a/>',
        b"<a>" * (MAX_DEPTH + 2) + b"</a>" * (MAX_DEPTH + 2),
        b"<a>\x00</a>",
    ],
)
def test_unreadable(body: bytes) -> None:
    with pytest.raises(XmlUnreadable):
        read_xml(body)
