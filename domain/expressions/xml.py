"""XML as plain dicts, lists and text, read by defusedxml: no entities, no DTD, nothing fetched.

An element without children and attributes is its text. Others are objects: children by local name (a list where a name
repeats), attributes as `@name`, own text as `#text`. Prefixes and namespaces are dropped: senders choose them freely.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from domain.expressions import values

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.-]{1,40})["'][^>]{0,200}\?>""")
_CHINESE = {"gb2312", "gbk", "gb18030", "gb_2312-80", "big5"}


class XmlUnreadable(ValueError):
    """Bytes that are no XML, or XML that nobody should read; the text says why, in English."""


def read_xml(body: bytes) -> dict[str, Any]:
    """`{root name: content}`. Raises `XmlUnreadable`."""
    try:
        root = ElementTree.fromstring(_as_utf8(body), forbid_dtd=True)
        return {_local(root.tag): _content(root, 1)}
    except DefusedXmlException as error:
        raise XmlUnreadable(f"forbidden XML: {type(error).__name__}") from None
    except (ParseError, ValueError, LookupError) as error:
        raise XmlUnreadable(str(error) or "not XML") from None


def _as_utf8(body: bytes) -> bytes:
    """The parser knows no Chinese encodings: such bodies are decoded here and lose their declaration."""
    declared = _DECLARED.match(body)
    if declared is None or declared[1].decode().lower() not in _CHINESE:
        return body
    name = "gb18030" if declared[1].lower().startswith(b"gb") else "big5"
    return body[declared.end() :].decode(name).encode()


def _content(element: Element, depth: int) -> Any:
    if depth > values.MAX_DEPTH:
        raise ValueError(f"nested deeper than {values.MAX_DEPTH} levels")
    own = values.clean_text(element.text or "").strip()
    if len(element) == 0 and not element.attrib:
        return own
    found: dict[str, Any] = {f"@{_local(name)}": values.clean_text(value) for name, value in element.attrib.items()}
    for child in element:
        _put(found, _local(child.tag), _content(child, depth + 1))
    return found | {"#text": own} if own else found


def _put(found: dict[str, Any], name: str, value: Any) -> None:
    if name not in found:
        found[name] = value
    elif isinstance(found[name], list):
        found[name].append(value)
    else:
        found[name] = [found[name], value]


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
