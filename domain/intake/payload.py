"""From the bytes that came to a tree of plain values, within bounds. Whatever is wrong is a refusal, never an error."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from domain.expressions.values import exact_json
from domain.expressions.xml import XmlUnreadable, read_xml
from domain.refusals.general import BODY_TOO_LARGE
from domain.refusals.intake import PAYLOAD_UNREADABLE

MAX_BODY_BYTES = 2 * 1024 * 1024
FORMATS = ("json", "xml")

_CHARSET = re.compile(r"charset\s*=\s*\"?([A-Za-z0-9._-]{1,40})", re.IGNORECASE)
_CHARSETS = {"gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030", "big5": "big5"}


def read_payload(body: bytes, content_type: str, formats: Collection[str]) -> Any:
    """The body as objects, lists, text, integers and decimals. Raises BODY_TOO_LARGE, PAYLOAD_UNREADABLE."""
    if len(body) > MAX_BODY_BYTES:
        raise BODY_TOO_LARGE(limit_bytes=MAX_BODY_BYTES)
    looks_like_xml = body.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] == b"<"
    form = "xml" if looks_like_xml else "json"
    if form not in formats:
        raise PAYLOAD_UNREADABLE(reason=f"{form} is not expected here")
    return _xml(body) if looks_like_xml else _json(body, content_type)


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
