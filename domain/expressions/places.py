"""A Chinese address in one line, split where its own words say so: province, city, district, town, street."""

from __future__ import annotations

import re

from domain.expressions import values

_PARTS = re.compile(
    r"(?P<province>[\u4e00-\u9fff]{2,7}?(?:省|自治区|特别行政区)|(?:北京|上海|天津|重庆)市?(?=[\u4e00-\u9fff]))?"
    r"(?P<city>[\u4e00-\u9fff]{2,7}?(?:市|自治州|地区|盟))?"
    r"(?P<district>[\u4e00-\u9fff]{1,7}?(?:区|县|市|旗))?"
    r"(?P<town>[\u4e00-\u9fff]{1,6}?(?:街道|镇|乡))?"
)
_STREET = re.compile(r"[路街巷弄道号栋幢室村]|\d")
_LONGEST = 300
NAMES = ("province", "city", "district", "town", "street")


def place_of(value: object) -> dict[str, str | None] | None:
    """`{province, city, district, town, street}`; null where nothing in the text is an address."""
    written = re.sub(r"\s+", " ", values.text(value) or "")[:_LONGEST]
    found = _PARTS.match(written)
    parts = found.groupdict() if found else {}
    rest = written[found.end() if found else 0 :].strip(" ,，")
    if not any(parts.values()) and not _STREET.search(rest):
        return None
    return {**{name: parts.get(name) for name in NAMES[:-1]}, "street": rest or None}
