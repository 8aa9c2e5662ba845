"""The difference that a change makes, field by field and line by line, old and new, in words for people.

Every value stands under its field's own name, so that who may not read a price is not told it by a diff either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.access.fields import FIELDS
from domain.orders.editing import LINE_FIELDS, MERGED_FIELDS, PLAIN_FIELDS
from domain.orders.money import money_text, price_text, quantity_text
from domain.orders.order import Line, Order
from domain.text import Text

LABELS: Mapping[str, Text] = {
    "sku": Text("货号", "article"),
    "name": Text("品名", "name"),
    "quantity": Text("数量", "quantity"),
    "unit": Text("单位", "unit"),
    "unit_price": Text("单价", "unit price"),
    "amount": Text("金额", "amount"),
    "is_gift": Text("赠品", "gift"),
    "options": Text("选项", "options"),
    "technical": Text("技术参数", "technical data"),
    "priority": Text("优先级", "priority"),
    "merchandiser_id": Text("跟单员", "merchandiser"),
    "signed_date": Text("签约日期", "signed date"),
    "promised_date": Text("交期", "promised date"),
    "requested_date": Text("客户要求日期", "requested date"),
    "discounts": Text("优惠", "discounts"),
    "fees": Text("费用", "fees"),
    "shipping": Text("运费", "shipping"),
    "tax": Text("税额", "tax"),
    "tax_included": Text("含税", "tax included"),
    "total": Text("总额", "total"),
    "cost": Text("成本", "cost"),
    "margin": Text("毛利", "margin"),
    "extension": Text("扩展字段", "own fields"),
    "notes": Text("备注", "notes"),
    "address": Text("收货地址", "delivery address"),
    "stage": Text("阶段", "stage"),
}
_MONEY = frozenset({"amount", "shipping", "tax", "total", "cost", "margin"})
_ADDED, _CANCELLED = Text("新增", "added"), Text("取消", "cancelled")
_EMPTY = Text("无", "none")
_YES_NO = {True: Text("是", "yes"), False: Text("否", "no")}


def difference(
    before: Order, after: Order, was_address: Mapping[str, Any], new_address: Mapping[str, Any] | None
) -> dict[str, Any]:
    """`{"fields": {name: change}, "lines": [{"line", "kind", "sku", "name", "fields": {name: change}}]}`.

    A change is `{"before", "after", "zh", "en"}`: JSON values of the API, and a sentence in both languages.
    """
    names = (*PLAIN_FIELDS, *MERGED_FIELDS, "total", "stage")
    fields = {
        name: _told(name, getattr(before, name), getattr(after, name), after.currency)
        for name in names
        if getattr(before, name) != getattr(after, name)
    }
    if new_address is not None:
        fields["address"] = _told("address", was_address, new_address, after.currency)
    return {"fields": fields, "lines": _lines(before, after)}


def told(diff: Mapping[str, Any]) -> Text:
    """What changed, in one line that everybody may read: no money, and no address."""
    changes = [(name, one) for name, one in diff["fields"].items() if name != "address"]
    changes += [(name, one) for line in diff["lines"] for name, one in line["fields"].items()]
    open_to_all = [one for name, one in changes if name not in FIELDS or FIELDS[name].read is None]
    return Text("；".join(one["zh"] for one in open_to_all), "; ".join(one["en"] for one in open_to_all))


def _lines(before: Order, after: Order) -> list[dict[str, Any]]:
    was = {line.line: line for line in before.lines}
    told = [_line(was.get(line.line), line, after.currency) for line in after.lines]
    return [line for line in told if line["fields"]]


def _line(before: Line | None, after: Line, currency: str) -> dict[str, Any]:
    names = [
        name for name in (*LINE_FIELDS, "amount") if before is None or getattr(before, name) != getattr(after, name)
    ]
    place = Text(f"第 {after.line} 行 {after.name}", f"line {after.line} {after.name}")
    fields = {
        name: _told(name, getattr(before, name) if before else None, getattr(after, name), currency, place)
        for name in names
        if before is not None or getattr(after, name) not in (None, {}, False)
    }
    return {
        "line": after.line,
        "kind": line_kind(before, after),
        "sku": after.sku,
        "name": after.name,
        "fields": fields,
    }


def line_kind(before: Line | None, after: Line) -> str:
    """`added`, `cancelled` or `changed`."""
    if before is None:
        return "added"
    gone = after.quantity == before.shipped_quantity and after.quantity < before.quantity
    return "cancelled" if gone else "changed"


def _told(name: str, before: Any, after: Any, currency: str, place: Text | None = None) -> dict[str, Any]:
    label = LABELS[name]
    zh, en = (f"{place.zh} {label.zh}", f"{place.en} {label.en}") if place else (label.zh, label.en)
    old, new = _words(name, before, currency), _words(name, after, currency)
    if name == "extension":
        # Its fields have readers of their own, whom a sentence cannot tell apart: it says which changed, not to what.
        new = _changed_names(before, after)
    return {
        "before": plain(name, before, currency),
        "after": plain(name, after, currency),
        "zh": f"{zh}：{new.zh}" if name == "extension" else f"{zh}：{old.zh} → {new.zh}",
        "en": f"{en}: {new.en}" if name == "extension" else f"{en}: {old.en} → {new.en}",
    }


def _changed_names(before: Mapping[str, Any], after: Mapping[str, Any]) -> Text:
    names = "、".join(sorted(name for name in {**before, **after} if before.get(name) != after.get(name)))
    return Text(names, names.replace("、", ", "))


def plain(name: str, value: Any, currency: str) -> Any:
    """A field's value as the API writes it."""
    if isinstance(value, Decimal):
        if name in _MONEY:
            return money_text(value, currency)
        return price_text(value, currency) if name == "unit_price" else quantity_text(value)
    if isinstance(value, date | UUID):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _words(name: str, value: Any, currency: str) -> Text:
    if isinstance(value, bool):
        return _YES_NO[value]
    shown = plain(name, value, currency)
    if shown in (None, "", [], {}):
        return _EMPTY
    text = _place(shown) if name == "address" else _joined(shown)
    return Text(text, text)


# As an envelope has it; what is not named here follows.
_ENVELOPE = ("country", "province", "city", "district", "town", "street", "postcode", "contact", "phone")


def _place(address: Mapping[str, Any]) -> str:
    named = [name for name in (*_ENVELOPE, *sorted(address.keys() - set(_ENVELOPE))) if address.get(name)]
    return " ".join(str(address[name]) for name in named)


def _joined(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_joined(part)}" for name, part in sorted(value.items()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(_joined(part) for part in value)
    return str(value)
