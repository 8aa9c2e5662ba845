"""What somebody wrote down instead of filling in a form: wanted things with their numbers, and papers named.

'LMP-CL50-3C 三十盏, 单价269' is a line with a price; '送小夜灯十个' is a gift and read elsewhere.
"""

from __future__ import annotations

import re
from typing import Any

from domain.expressions import values
from domain.expressions.numerals import number_of

_CLAUSE = re.compile(r"[,，;；。!！\n]+")
_WANTED = re.compile(
    r"(?P<name>[^,，]{1,60}?)\s*[x×*]?\s*(?P<number>\d{1,7}(?:\.\d{1,3})?|[一二两三四五六七八九十百千]{1,7})\s*"
    r"(?P<unit>打|[个只件套组盏台把块片张根支副对双箱盒包卷米瓶樘扇])"
)
_PRICES = re.compile(r"(?:单价|价格?)\s*[:：]?\s*(?P<prices>\d[\d.]*(?:\s*[/、]\s*\d[\d.]*)*)\s*元?")
_NOT_WANTED = re.compile(r"^\s*(?:[送赠补欠退换]|共|合计|总|另送|附送|地址|电话)")
_ARTICLE = re.compile(r"(?=[^\s]*\d)[A-Z0-9]{2,12}(?:-[A-Z0-9]{1,16}){1,6}")
_DRAWING = re.compile(
    r"\b(?:drawing|dwg)\s+(?P<number>[A-Za-z0-9][\w-]{1,40})(?:\s+rev\.?\s*\w{1,4})?"
    r"|\battached\s+(?P<thing>artwork|drawing|file|sheet|sketch)\b"
    r"|(?:图号|图纸)\s*[:：]?\s*(?P<chinese>[A-Za-z0-9][A-Za-z0-9-]{1,40})",
    re.IGNORECASE,
)
_LONGEST = 2_000
_DOZEN = 12


def wanted_in(value: object) -> list[dict[str, Any]]:
    """`[{sku, name, quantity, unit, price}]` of a free text; prices go to the things in the order they are named."""
    written = (values.text(value) or "")[:_LONGEST]
    found: list[dict[str, Any]] = []
    prices: list[str] = []
    for clause in _CLAUSE.split(written):
        if priced := _PRICES.fullmatch(clause.strip()):
            prices += re.split(r"\s*[/、]\s*", priced["prices"])
        elif thing := _thing(clause.strip()):
            found.append(thing)
    fitting = prices if len(prices) in (1, len(found)) else []
    for place, thing in enumerate(found):
        thing["price"] = fitting[place % len(fitting)] if fitting else None
    return found


def _thing(clause: str) -> dict[str, Any] | None:
    matched = None if _NOT_WANTED.match(clause) else _WANTED.fullmatch(clause)
    number = number_of(matched["number"]) if matched else None
    if matched is None or number is None:
        return None
    name, dozen = matched["name"].strip(), matched["unit"] == "打"
    quantity = number * _DOZEN if dozen else number
    return {"sku": article_number(name), "name": name, "quantity": f"{quantity:f}", "unit": matched["unit"]}


def article_number(value: object) -> str | None:
    """The text where it is written like an article number ('RAD-CU1808-W'); null where it is a name."""
    written = values.text(value) or ""
    return written if _ARTICLE.fullmatch(written) else None


def papers_named(value: object) -> list[str]:
    """Numbers of drawings that a text refers to; 'attached artwork' names `artwork`."""
    found = _DRAWING.finditer((values.text(value) or "")[:_LONGEST])
    return [match["number"] or match["thing"] or match["chinese"] for match in found]
