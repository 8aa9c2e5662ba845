"""From the bytes that came to a tree of plain values, within bounds. Whatever is wrong is a refusal, never an error."""

from __future__ import annotations

import re
from collections.abc import Collection
from csv import Error as CsvError
from csv import reader
from io import StringIO
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

from domain.expressions.values import clean, clean_text, exact_json
from domain.expressions.xml import XmlUnreadable, read_xml
from domain.refusals.general import BODY_TOO_LARGE
from domain.refusals.intake import PAYLOAD_UNREADABLE

MAX_BODY_BYTES = 2 * 1024 * 1024
MAX_ROWS = 2_000
MAX_FIELDS = 1_000
FORMATS = ("json", "xml", "csv", "form")

_CHARSET = re.compile(r"charset\s*=\s*\"?([A-Za-z0-9._-]{1,40})", re.IGNORECASE)
_CHARSETS = {"gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030", "big5": "big5"}


def read_payload(body: bytes, content_type: str, formats: Collection[str]) -> Any:
    """The body as objects, lists, text, integers and decimals. Raises BODY_TOO_LARGE, PAYLOAD_UNREADABLE."""
    if len(body) > MAX_BODY_BYTES:
        raise BODY_TOO_LARGE(limit_bytes=MAX_BODY_BYTES)
    looks_like_xml = body.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] == b"<"
    form = _form(body, content_type, looks_like_xml=looks_like_xml, formats=formats)
    if form not in formats:
        raise PAYLOAD_UNREADABLE(reason=f"{form} is not expected here")
    readers = {"xml": lambda: _xml(body), "csv": lambda: _csv(body, content_type), "form": lambda: _fields(body)}
    return readers[form]() if form in readers else _json(body, content_type)


def _form(body: bytes, content_type: str, *, looks_like_xml: bool, formats: Collection[str]) -> str:
    """By what the body looks like and the sender says; a table is only read where the template expects one."""
    if looks_like_xml:
        return "xml"
    if content_type.partition(";")[0].strip().lower() == "application/x-www-form-urlencoded" and "form" in formats:
        return "form"
    begins = body.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1]
    said = "csv" in content_type.lower()
    return "csv" if "csv" in formats and (said or begins not in (b"{", b"[")) else "json"


def _fields(body: bytes) -> Any:
    """A form's fields, the last word of each name."""
    try:
        return clean(dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS)))
    except ValueError as error:
        raise PAYLOAD_UNREADABLE(reason=f"not a form: {error}") from None


def _csv(body: bytes, content_type: str) -> Any:
    """`{"rows": [{heading: text}]}`. What is no UTF-8 is taken for the encoding that Chinese spreadsheets save in."""
    try:
        written = _text(body, content_type)
    except UnicodeDecodeError:
        written = body.decode("gb18030", errors="replace")
    try:
        table = list(islice(reader(StringIO(clean_text(written), newline=""), strict=True), MAX_ROWS + 1))
    except CsvError as error:
        raise PAYLOAD_UNREADABLE(reason=f"not a table: {error}") from None
    if len(table) > MAX_ROWS:
        raise PAYLOAD_UNREADABLE(reason=f"more than {MAX_ROWS} rows")
    headings = [heading.strip() for heading in table[0]] if table else []
    rows = [dict(zip(headings, row, strict=False)) for row in table[1:] if any(cell.strip() for cell in row)]
    if len(headings) < 2 or len(set(headings)) != len(headings) or not rows:
        raise PAYLOAD_UNREADABLE(reason="not a table with headings and rows")
    return {"rows": rows}


def _xml(body: bytes) -> Any:
    try:
        return read_xml(body.lstrip())
    except XmlUnreadable as error:
        raise PAYLOAD_UNREADABLE(reason=str(error)) from None


def _json(body: bytes, content_type: str) -> Any:
    try:
        return exact_json(_text(body, content_type))
    except UnicodeDecodeError as error:
        raise PAYLOAD_UNREADABLE(reason=f"bytes at {error.start} are not {error.encoding}") from None
    except (ValueError, RecursionError) as error:
        raise PAYLOAD_UNREADABLE(reason=f"not JSON: {error}") from None


def _text(body: bytes, content_type: str) -> str:
    """UTF-8 unless a mark at the beginning or the content type says otherwise."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16")
    named = _CHARSET.search(content_type)
    encoding = _CHARSETS.get(named[1].lower(), "utf-8-sig") if named else "utf-8-sig"
    return body.decode(encoding)
