"""The shape of a template document, as a tree of rules that check it and compile its expressions.

A rule turns a JSON value into its compiled form and notes what is wrong with a pointer; the form of a wrong value is
never used, for a template with problems is never read with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from domain.expressions.paths import PathInvalid, compile_path
from domain.expressions.values import zone_of
from domain.intake.meaning import ACTIONS
from domain.intake.payload import FORMATS
from domain.intake.remarks import READS
from domain.intake.review import REASONS
from domain.refusals.kinds import FieldProblem
from domain.text import Text

MAX_EXPRESSIONS = 400
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass
class Problems:
    """What was found wrong, and how many expressions there are so far."""

    found: list[FieldProblem] = field(default_factory=list)
    expressions: int = 0

    def add(self, pointer: str, code: str, zh: str, en: str) -> None:
        """Notes one."""
        self.found.append(FieldProblem(pointer or "/", code, Text(zh, en)))


class Rule(Protocol):
    """Checks a value and gives its compiled form."""

    def read(self, value: Any, at: str, problems: Problems) -> Any:
        """The compiled form."""


@dataclass(frozen=True)
class Expression:
    """A field expression."""

    def read(self, value: Any, at: str, problems: Problems) -> Any:
        if not isinstance(value, str):
            problems.add(at, "expression_invalid", "这里应为表达式文本", "an expression is expected here, as text")
            return None
        problems.expressions += 1
        try:
            return compile_path(value)
        except PathInvalid as error:
            problems.add(at, "expression_invalid", f"表达式有误：{error}", f"the expression is not valid: {error}")
            return None


@dataclass(frozen=True)
class Names:
    """An object whose keys are chosen by the author: name -> rule. Order is kept."""

    rule: Rule

    def read(self, value: Any, at: str, problems: Problems) -> Any:
        if not isinstance(value, Mapping):
            problems.add(at, "object_expected", "这里应为对象", "an object is expected here")
            return {}
        for name in value:
            if not _NAME.fullmatch(name):
                problems.add(
                    f"{at}/{name}", "name_invalid", "名称须为小写字母、数字和下划线", "names are lower-case words"
                )
        return {name: self.rule.read(item, f"{at}/{name}", problems) for name, item in value.items()}


@dataclass(frozen=True)
class Definitions(Names):
    """Names of which each may use the others: put in the order in which they can be worked out.

    The order in which they are written does not count, because a JSON document that has been stored and read again
    may have its keys in any order.
    """

    def read(self, value: Any, at: str, problems: Problems) -> Any:
        compiled = super().read(value, at, problems)
        if not isinstance(value, Mapping) or any(not isinstance(text, str) for text in value.values()):
            return compiled
        uses = {name: (set(_WORD.findall(text)) & value.keys()) - {name} for name, text in value.items()}
        ready: dict[str, Any] = {}
        while len(ready) < len(uses):
            found = [name for name, needs in uses.items() if name not in ready and needs <= ready.keys()]
            if not found:
                circle = ", ".join(sorted(uses.keys() - ready.keys()))
                problems.add(at, "circular", f"互相引用：{circle}", f"these names need each other: {circle}")
                return compiled
            ready |= {name: compiled[name] for name in found}
        return ready


@dataclass(frozen=True)
class Shape:
    """An object with fixed keys."""

    keys: Mapping[str, Rule]
    required: tuple[str, ...] = ()

    def read(self, value: Any, at: str, problems: Problems) -> Any:
        if not isinstance(value, Mapping):
            problems.add(at, "object_expected", "这里应为对象", "an object is expected here")
            return {}
        for name in value.keys() - self.keys.keys():
            problems.add(f"{at}/{name}", "key_unknown", "没有这个键", "there is no such key")
        for name in self.required:
            if name not in value:
                problems.add(f"{at}/{name}", "key_missing", "缺少这个键", "this key is missing")
        return {n: rule.read(value[n], f"{at}/{n}", problems) for n, rule in self.keys.items() if n in value}


@dataclass(frozen=True)
class Many:
    """A list."""

    rule: Rule
    most: int = 60

    def read(self, value: Any, at: str, problems: Problems) -> Any:
        if not isinstance(value, list) or len(value) > self.most:
            problems.add(
                at, "list_expected", f"这里应为最多 {self.most} 项的列表", f"a list of at most {self.most} is expected"
            )
            return []
        return [self.rule.read(item, f"{at}/{place}", problems) for place, item in enumerate(value)]


@dataclass(frozen=True)
class Choice:
    """One of some words."""

    words: tuple[str, ...]

    def read(self, value: Any, at: str, problems: Problems) -> Any:
        if value not in self.words:
            known = ", ".join(self.words)
            problems.add(at, "value_unknown", f"只能是：{known}", f"must be one of: {known}")
        return value


@dataclass(frozen=True)
class Word:
    """A short text."""

    def read(self, value: Any, at: str, problems: Problems) -> Any:
        if not isinstance(value, str) or not 0 < len(value) <= 80:
            problems.add(at, "text_expected", "这里应为短文本", "a short text is expected here")
        return value


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def read(self, value: Any, at: str, problems: Problems) -> Any:
        if not isinstance(value, bool):
            problems.add(at, "flag_expected", "这里应为 true 或 false", "true or false is expected here")
        return value


@dataclass(frozen=True)
class Whole:
    """A whole number from one."""

    def read(self, value: Any, at: str, problems: Problems) -> Any:
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            problems.add(at, "number_expected", "这里应为正整数", "a whole number from 1 is expected here")
        return value


@dataclass(frozen=True)
class Offset:
    """A fixed offset from UTC."""

    def read(self, value: Any, at: str, problems: Problems) -> Any:
        if zone_of(value) is None:
            problems.add(at, "offset_invalid", "应为 +08:00 这样的时差", "an offset such as +08:00 is expected here")
        return value


@dataclass(frozen=True)
class Table:
    """Plain JSON that expressions look things up in."""

    def read(self, value: Any, at: str, problems: Problems) -> Any:
        if _holds_fraction(value):
            problems.add(at, "fraction_in_table", "小数须写成文本", "numbers with a fraction must be written as text")
        return value


def _holds_fraction(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_fraction(item) for item in value.values())
    if isinstance(value, list):
        return any(_holds_fraction(item) for item in value)
    return isinstance(value, float)


_EXPR = Expression()
_LET = Definitions(_EXPR)
_EACH: dict[str, Rule] = {"each": _EXPR, "when": _EXPR, "let": _LET}
_LABEL = Shape({"zh": Word(), "en": Word()}, ("zh", "en"))

_CUSTOMER = Shape(
    {
        "when": _EXPR,
        "let": _LET,
        **dict.fromkeys(("name", "company", "phone", "email", "external_id", "masked"), _EXPR),
        "address": Shape(
            dict.fromkeys(("when", "country", "province", "city", "district", "town", "street", "postcode"), _EXPR)
        ),
    }
)
_LINE_FIELDS = ("external_id", "sku", "name", "quantity", "unit", "unit_price", "options", "refund", "note", "gift")
_LINES = Shape(
    {**_EACH, **dict.fromkeys(_LINE_FIELDS, _EXPR), "extra": Names(_EXPR)},
    ("each", "name", "quantity", "unit_price"),
)
_ORDER_FIELDS = (
    *("external_id", "version", "shop", "source_status", "placed_at", "paid_at", "currency"),
    *("shipping", "tax", "tax_included", "total", "promised_date", "requested_date"),
)
_ORDER = Shape(
    {
        **dict.fromkeys(_ORDER_FIELDS, _EXPR),
        "customer": _CUSTOMER,
        "lines": _LINES,
        "granted": Many(
            Shape({**_EACH, "name": _EXPR, "quantity": _EXPR, "origin": Word(), "source": Word()}, ("name",))
        ),
        "discounts": Many(
            Shape({**_EACH, "kind": _EXPR, "label": _EXPR, "amount": _EXPR, "line": _EXPR}, ("kind", "label", "amount"))
        ),
        "fees": Many(Shape({**_EACH, "label": _EXPR, "amount": _EXPR}, ("label", "amount"))),
        "notes": Shape({"buyer": _EXPR, "seller": _EXPR}),
        "remarks": Many(
            Shape(
                {
                    "texts": _EXPR,
                    "side": Choice(("buyer", "seller")),
                    "origin": Word(),
                    "source": Word(),
                    "reads": Many(Choice(READS)),
                },
                ("texts", "side", "origin", "source", "reads"),
            )
        ),
        "action": Many(Shape({"when": _EXPR, "action": Choice(ACTIONS)}, ("action",))),
        "review": Shape(
            {
                "required": Many(Choice(("customer", "phone", "address", "promised_date"))),
                "sums": Flag(),
                "suggest_skus": Flag(),
                "when": Many(Shape({"when": _EXPR, "reason": Choice(tuple(REASONS))}, ("when", "reason"))),
            }
        ),
        "extra": Names(_EXPR),
    },
    ("external_id", "placed_at", "currency", "lines", "total", "action"),
)
_EVENT = Shape(
    {
        **_EACH,
        **dict.fromkeys(("event", "action", "external_id", "shop", "message_id", "dedupe_key", "occurred_at"), _EXPR),
        "extra": Names(_EXPR),
    },
    ("event", "action"),
)
_FAILURE = Shape(
    {
        "rules": Many(
            Shape(
                {"when": _EXPR, "retryable": Flag(), "retry_after_s": _EXPR, "needs_login": Flag(), "alert": Flag()},
                ("retryable", "needs_login", "alert"),
            )
        )
    },
    ("rules",),
)
TEMPLATE = Shape(
    {
        "schema": Whole(),
        "channel": Word(),
        "order_type": Word(),
        "version": Whole(),
        "label": _LABEL,
        "formats": Many(Choice(FORMATS)),
        "time_zone": Offset(),
        "maps": Names(Table()),
        "documents": Many(
            Shape(
                {
                    "key": Word(),
                    "when": _EXPR,
                    "let": _LET,
                    "order": _ORDER,
                    "event": _EVENT,
                    "failure": _FAILURE,
                },
                ("key", "when"),
            ),
            most=20,
        ),
    },
    ("schema", "channel", "order_type", "version", "label", "formats", "time_zone", "documents"),
)
"""A whole template. domain/intake/templates/README.md explains it to authors."""
