"""Field expressions of intake templates: JMESPath with our own functions, and nothing of the library seen outside.

The functions are those of domain/expressions/picking.py. The library's own are not offered: they raise on odd input or
answer with floats. There is no clock. What expressions may cost is counted in steps, so that the same payload always
ends at the same point, on a fast machine and on a slow one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jmespath import exceptions, functions, parser, visitor

from domain.expressions import values
from domain.expressions.picking import FUNCTIONS

MAX_LENGTH = 2_000
"""Characters of one expression."""
MAX_DEPTH = 40
"""Levels of its syntax tree."""
MAX_STEPS = 500_000
"""Steps while one payload is read: visits of syntax nodes, and items that functions look at."""


_REACHES_INTO = ("subexpression", "index_expression", "projection", "filter_projection", "value_projection", "flatten")


class PathInvalid(ValueError):
    """An expression that cannot be compiled; the text says why, in English."""


class TooManySteps(RuntimeError):
    """The expressions of one payload cost more than they may."""


@dataclass(frozen=True, slots=True)
class Path:
    """A compiled expression. Equal when its text is."""

    text: str
    tree: Mapping[str, Any] = field(compare=False, hash=False, repr=False)


def compile_path(text: str) -> Path:
    """The compiled expression; raises `PathInvalid` for bad syntax, unknown functions, fractions, over-long texts."""
    if len(text) > MAX_LENGTH:
        raise PathInvalid(f"longer than {MAX_LENGTH} characters")
    try:
        tree = parser.Parser().parse(text).parsed
    except (exceptions.JMESPathError, RecursionError, ValueError) as error:
        raise PathInvalid(str(error).splitlines()[0]) from None
    _check(tree, 0)
    return Path(text, tree)


def _check(node: Mapping[str, Any], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise PathInvalid(f"nested deeper than {MAX_DEPTH} levels")
    if node["type"] == "function_expression":
        _check_call(node["value"], len(node["children"]))
    if node["type"] == "literal" and _holds_float(node["value"]):
        raise PathInvalid("a number with a fraction must be written as text: '0.5'")
    children = [child for child in node.get("children", ()) if isinstance(child, Mapping)]
    if node["type"] in _REACHES_INTO and children and children[0]["type"] == "not_expression":
        raise PathInvalid("'!a.b' means '(!a).b'; write '!(a.b)'")
    for child in children:
        _check(child, depth + 1)


def _check_call(name: str, given: int) -> None:
    known = FUNCTIONS.get(name)
    if name != "scope" and known is None:
        raise PathInvalid(f"unknown function: {name}()")
    least, most = (0, 0) if known is None else (known.least, known.most)
    if not least <= given <= most:
        raise PathInvalid(f"{name}() takes {least if least == most else f'{least} or more'} arguments, not {given}")


def _holds_float(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_float(item) for item in value.values())
    if isinstance(value, list):
        return any(_holds_float(item) for item in value)
    return isinstance(value, float)


class Reader:
    """Evaluates expressions over one payload, and counts what they cost in all."""

    def __init__(self, max_steps: int = MAX_STEPS) -> None:
        self._interpreter = _Interpreter(max_steps)

    def value(self, path: Path, scope: Mapping[str, Any]) -> Any:
        """What the expression picks from the scope; null where it finds nothing. Raises `TooManySteps`."""
        return self._interpreter.run(path.tree, scope)

    def holds(self, path: Path, scope: Mapping[str, Any]) -> bool:
        """Whether the expression gives something: not null, false, blank or empty."""
        return values.filled(self.value(path, scope))


class _Interpreter(visitor.TreeInterpreter):
    """The library's interpreter with our functions and a meter."""

    def __init__(self, max_steps: int) -> None:
        super().__init__(visitor.Options(custom_functions=_Calls(self)))
        self._left = max_steps
        self.scope: Mapping[str, Any] = {}

    def run(self, tree: Any, scope: Mapping[str, Any]) -> Any:
        self.scope = scope
        return self.visit(tree, scope)

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        self.charge(1)
        return super().visit(node, *args, **kwargs)

    def visit_comparator(self, node: Any, value: Any) -> Any:
        """Texts compare with texts and numbers with numbers; the library would raise on a mixture."""
        try:
            return super().visit_comparator(node, value)
        except (TypeError, ArithmeticError):
            return None

    def charge(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise TooManySteps


class _Calls(functions.Functions):
    """Our functions in the library's place for them."""

    def __init__(self, interpreter: _Interpreter) -> None:
        self._interpreter = interpreter

    def call_function(self, function_name: str, resolved_args: Any) -> Any:
        """One call. `scope()` gives the names that the expression began with, also inside a filter or projection."""
        if function_name == "scope":
            return self._interpreter.scope
        known = FUNCTIONS[function_name]
        self._interpreter.charge(known.cost(resolved_args))
        return known.function(*resolved_args)
