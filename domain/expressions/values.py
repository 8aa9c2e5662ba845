"""Plain values out of payloads: text, decimals, times and lists, from whatever a sender wrote. Nothing here raises."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from typing import Any
from urllib.parse import unquote, unquote_plus

MAX_NUMBER = Decimal(10) ** 12
"""Numbers of this size and above are no quantity and no money."""
MAX_FRACTION_DIGITS = 10
MAX_DEPTH = 64
"""Levels of lists and objects in a payload."""
CHOICE = 8
"""Items of which `made_up_of` tries every choice."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_NUMBER = re.compile(r"[+-]?(?:\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d{1,18})?")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")
_LOCAL = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)


def ascii_fold(value: str) -> str:
    """Full-width digits and letters as ASCII; every character keeps its place."""
    return value.translate(_FULL_WIDTH)


def filled(value: object) -> bool:
    """Whether there is something: not null, false, blank or empty. Zero is something."""
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and value is not False and value not in ([], {})


def text(value: object) -> str | None:
    """Trimmed text with ASCII digits and letters; numbers as they are written; null for blank, lists and objects.

    An XML element with attributes arrives as an object whose `#text` counts.
    """
    if isinstance(value, Mapping):
        value = value.get("#text")
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, int | str):
        return ascii_fold(str(value)).strip() or None
    return None


def decimal(value: object) -> Decimal | None:
    """A number from a number or its text ('1,299.00', '５'); null for all else and for what no order can hold."""
    if isinstance(value, int) and not isinstance(value, bool):
        number = Decimal(value)
    elif isinstance(value, Decimal):
        number = value
    else:
        written = (text(value) or "").replace("\u00a0", "").lstrip("¥$€£ ")
        written = written.replace(",", "") if _GROUPED.fullmatch(written) else written
        if not _NUMBER.fullmatch(written):
            return None
        number = Decimal(written)
    return number if _usable(number) else None


def _usable(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and -MAX_FRACTION_DIGITS <= exponent <= 12 and abs(number) < MAX_NUMBER


def decimal_text(number: Decimal | None) -> str | None:
    """The number without exponent, with the decimals that it came with."""
    return None if number is None else f"{number:f}"


def total(items: Sequence[object]) -> Decimal:
    """The sum of the numbers among the items."""
    return sum((number for item in items if (number := decimal(item)) is not None), Decimal(0))


def product(left: object, right: object) -> Decimal | None:
    """The product of two numbers; null where one is missing."""
    first, second = decimal(left), decimal(right)
    return None if first is None or second is None else first * second


def quotient(left: object, right: object, places: object = None) -> Decimal | None:
    """A number divided by another, to ten places or those asked for; null where one is missing or divides by zero."""
    first, second, digits = decimal(left), decimal(right), decimal(places)
    if first is None or not second:
        return None
    kept = int(digits) if digits is not None and 0 <= digits <= MAX_FRACTION_DIGITS else MAX_FRACTION_DIGITS
    if abs(first / second) >= MAX_NUMBER:
        return None
    found = (first / second).quantize(Decimal(1).scaleb(-kept), ROUND_HALF_UP)
    return decimal(found if digits is not None else found.normalize() + 0)


def number_in(value: object) -> str | None:
    """The first whole number in a sentence, up to nine digits."""
    found = re.search(r"(?<!\d)\d{1,9}(?!\d)", text(value) or "")
    return found.group() if found else None


def many(value: object) -> list[Any]:
    """A list of what may be a list, one thing or nothing."""
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list) else [value]


def made_up_of(items: Sequence[Any], name: object, amount: object) -> list[Any]:
    """The items, in their order, whose numbers under `name` together give `amount`; none where no choice does."""
    wanted = decimal(amount)
    if not wanted or not isinstance(name, str):
        return []
    rows = [(row, number) for row in items if isinstance(row, Mapping) and (number := decimal(row.get(name)))][:CHOICE]
    for choice in range(1, 1 << len(rows)):
        chosen = [row for place, row in enumerate(rows) if choice >> place & 1]
        if sum((number for _, number in chosen), Decimal(0)) == wanted:
            return [row for row, _ in chosen]
    return []


def instant(value: object, offset: object) -> str | None:
    """`2026-11-20T13:14:05Z` from a time with a zone, or without one from local time of `offset` (such as '+08:00')."""
    moment = moment_of(value, offset)
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def instant_of_ms(value: object) -> str | None:
    """The instant of a count of milliseconds since 1970."""
    written = text(value) or ""
    if not re.fullmatch(r"\d{1,14}", written):
        return None
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(written))
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def day(value: object, offset: object) -> str | None:
    """The calendar day of a time, in the zone `offset`."""
    moment, zone = moment_of(value, offset), zone_of(offset)
    return None if moment is None or zone is None else moment.astimezone(zone).date().isoformat()


def moment_of(value: object, offset: object) -> datetime | None:
    """An aware time from ISO text or from local time 'yyyy-MM-dd HH:mm:ss'."""
    moment, zone = _as_written(text(value) or ""), zone_of(offset)
    if moment is None or (moment.tzinfo is None and zone is None):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return aware if 1970 < aware.year < 9000 else None


def _as_written(written: str) -> datetime | None:
    """ISO 8601, or the looser '2026/11/21 9:05'."""
    loose = _LOCAL.fullmatch(written)
    if loose:
        year, month, day_, *clock = (int(part or 0) for part in loose.groups())
        written = f"{year:04}-{month:02}-{day_:02}T{clock[0]:02}:{clock[1]:02}:{clock[2]:02}"
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


def zone_of(offset: object) -> timezone | None:
    """The fixed zone of '+08:00' or 'Z'."""
    if offset == "Z":
        return timezone(timedelta(0))
    found = _OFFSET.fullmatch(offset) if isinstance(offset, str) else None
    if not found or int(found[2]) > 15 or int(found[3]) > 59:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(size if found[1] == "+" else -size)


def depth_of(written: str) -> int:
    """How deep the brackets of a JSON text nest, without parsing it."""
    deepest = level = 0
    for token in _TOKEN.finditer(written):
        mark = token.group()
        level += 1 if mark in "[{" else -1 if mark in "]}" else 0
        deepest = max(deepest, level)
    return deepest


def exact_json(written: str) -> Any:
    """JSON with decimals as `Decimal` and clean text. Raises ValueError for what is not JSON or nests too deep."""
    if depth_of(written) > MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
    return clean(json.loads(written, parse_float=_decimal_of, parse_int=_integer_of, parse_constant=_no_number))


def inner_json(value: object) -> Any:
    """What a JSON text inside a payload says (an object stays what it is); null when it cannot be read."""
    if not isinstance(value, str):
        return value if isinstance(value, Mapping | list) else None
    try:
        return exact_json(value)
    except (ValueError, RecursionError):
        return None


def url_json(value: object) -> Any:
    """What url-encoded JSON inside a payload says. A '+' is a blank only where nothing else in the text is one."""
    if not isinstance(value, str):
        return inner_json(value)
    spaced = "%20" in value or " " in value
    return inner_json(unquote(value) if spaced else unquote_plus(value))


def clean(value: Any) -> Any:
    """The same value without what no database stores: NUL characters go, lone surrogates become U+FFFD."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {clean_text(key): clean(item) for key, item in value.items()}
    return value


def clean_text(value: str) -> str:
    """Text that UTF-8 and PostgreSQL can hold."""
    return value.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _decimal_of(written: str) -> Decimal:
    try:
        number = Decimal(written)
    except DecimalException:
        raise ValueError("a number that cannot be read") from None
    if len(written) > 60 or abs(number.adjusted()) > 60:
        raise ValueError("a number of absurd size")
    return number


def _integer_of(written: str) -> int:
    if len(written) > 60:
        raise ValueError("a number of absurd size")
    return int(written)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")
