"""Whether a meaning can be opened as an order: everything an order cannot do without, within what can be kept.

A meaning that was read from a payload has the right shape and may lack much; one that a person corrected may be
anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.refusals.kinds import FieldProblem
from domain.text import Text

MAX_LINES = 500
_LARGEST = Decimal(10) ** 13
_FINEST = -6
_LONGEST = {"name": 300, "sku": 100, "external_id": 200, "unit": 100}
_MISSING = Text("缺少", "missing")
_WRONG = Text("不是可用的内容", "not usable")


def order_problems(content: Any) -> list[FieldProblem]:
    """What keeps this content from being an order, each with its pointer; an empty list means that it can be opened."""
    if not isinstance(content, Mapping):
        return [FieldProblem("/", "not_an_object", _WRONG)]
    return list(_problems(content))


def _problems(content: Mapping[str, Any]) -> Iterator[FieldProblem]:
    yield from _check(content, "", _HEAD)
    lines = content.get("lines")
    if not isinstance(lines, list) or not 0 < len(lines) <= MAX_LINES:
        yield FieldProblem("/lines", "missing" if not lines else "not_usable", _WRONG)
        lines = []
    for place, line in enumerate(lines):
        yield from _check(line, f"/lines/{place}", _LINE)
    for name in ("discounts", "fees"):
        found = content.get(name) or []
        if not isinstance(found, list):
            yield FieldProblem(f"/{name}", "not_usable", _WRONG)
            continue
        for place, adjustment in enumerate(found):
            yield from _check(adjustment, f"/{name}/{place}", {"amount": (True, _amount)})
    yield from _check(content.get("customer") or {}, "/customer", _CUSTOMER)


Rule = tuple[bool, Callable[[Any], bool]]


def _check(value: Any, at: str, rules: Mapping[str, Rule]) -> Iterator[FieldProblem]:
    if not isinstance(value, Mapping):
        yield FieldProblem(at, "not_an_object", _WRONG)
        return
    for name, (needed, fits) in rules.items():
        found = value.get(name)
        if found is None:
            if needed:
                yield FieldProblem(f"{at}/{name}", "missing", _MISSING)
        elif not fits(found):
            yield FieldProblem(f"{at}/{name}", "not_usable", _WRONG)


def _amount(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= _FINEST and abs(number) < _LARGEST


def _quantity(value: Any) -> bool:
    return _amount(value) and Decimal(value) > 0


def _price(value: Any) -> bool:
    return _amount(value) and Decimal(value) >= 0


def _day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _currency(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 3 and value.isascii() and value.isupper() and value.isalpha()


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _object(value: Any) -> bool:
    return isinstance(value, Mapping)


def _text(longest: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and len(value) <= longest and "\0" not in value


_HEAD: Mapping[str, Rule] = {
    "order_type": (True, _text(64)),
    "currency": (True, _currency),
    "external_id": (False, _text(200)),
    "shipping": (False, _amount),
    "tax": (False, _amount),
    "tax_included": (False, _flag),
    "total": (False, _amount),
    "promised_date": (False, _day),
    "requested_date": (False, _day),
    "notes": (False, _object),
}
_LINE: Mapping[str, Rule] = {
    "name": (True, _text(_LONGEST["name"])),
    "quantity": (True, _quantity),
    "unit_price": (True, _price),
    "sku": (False, _text(_LONGEST["sku"])),
    "external_id": (False, _text(_LONGEST["external_id"])),
    "unit": (False, _text(_LONGEST["unit"])),
    "is_gift": (False, _flag),
    "gift_origin": (False, _text(40)),
    "gift_confirmed": (False, _flag),
    "options": (False, _object),
    "refund": (False, _text(40)),
}
_CUSTOMER: Mapping[str, Rule] = {
    "name": (False, _text(300)),
    "company": (False, _text(300)),
    "phone": (False, _text(100)),
    "email": (False, _text(300)),
    "external_id": (False, _text(200)),
    "tax_no": (False, _text(40)),
    "masked": (False, _flag),
    "address": (False, _object),
}
