"""Checks a guard's tree: every name and function known, every operator given what it can take, the result a yes or no.

What a guard costs is bounded here too, so that no timer is needed: the body of a macro runs up to 200 times, and inside
it whole lists may not be used again and again (the library copies a list wherever it is named).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.expressions import guard_functions, guard_operators
from domain.expressions.guard_problems import GuardProblem
from domain.expressions.guard_readings import ITEM, Path, Reading, Shape
from domain.expressions.guard_tree import (
    Call,
    Chain,
    Conditional,
    Has,
    Index,
    ListOf,
    Literal,
    Macro,
    MapOf,
    Name,
    Node,
    Select,
    Unary,
)
from domain.expressions.guard_types import (
    BOOL,
    DYN,
    INT,
    NULL,
    OPEN_MAP,
    STRING,
    Type,
    agree,
    common,
    list_of,
)
from domain.text import Text

MAX_BODY_NODES = 100
MAX_BODY_LISTS = 4
MAX_TEXT_SUMS = 8
_LITERALS = {"int": INT, "string": STRING, "bool": BOOL, "null": NULL}


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: the mistakes, and what the guard reads."""

    problems: tuple[GuardProblem, ...]
    readings: tuple[Reading, ...]


def check(tree: Node, roots: Mapping[str, Type]) -> Checked:
    """Every mistake of meaning, at once. `roots` are the declared names with what they hold."""
    checker = _Checker(roots)
    result = checker.type_of(tree)
    if result.kind not in ("bool", "dyn"):
        checker.say(
            "guard_type", "条件的结果必须是“是”或“否”", f"a guard must be true or false, not {result.kind}", tree
        )
    return Checked(tuple(checker.problems), tuple(checker.readings))


class _Checker:
    def __init__(self, roots: Mapping[str, Type]) -> None:
        self._roots = roots
        self._variable: tuple[str, Path | None, Type] | None = None
        self._text_sums = self._body_lists = 0
        self._visits = {
            Literal: lambda node: _LITERALS[node.kind],
            Has: self._has,
            Unary: self._unary,
            Chain: self._chain,
            Call: self._call,
            Macro: self._macro,
            ListOf: self._literal,
            MapOf: self._literal,
        }
        self.problems: list[GuardProblem] = []
        self.readings: list[Reading] = []

    def say(self, code: str, zh: str, en: str, node: Node) -> Type:
        """Note a mistake and go on as if anything could stand there."""
        problem = GuardProblem(code, Text(zh, en), node.at)
        if problem not in self.problems:
            self.problems.append(problem)
        return DYN

    def type_of(self, node: Node, shape: Shape = Shape.ANY) -> Type:
        """The node's type; what it reads is noted, no larger than `shape` lets it be."""
        if isinstance(node, Name | Select | Index):
            return self._read(node, shape)
        if isinstance(node, Conditional):
            return self._conditional(node, shape)
        visit: Callable[[Any], Type] = self._visits[type(node)]
        return visit(node)

    # -- names and paths --------------------------------------------------------------------------------------------

    def _read(self, node: Node, shape: Shape) -> Type:
        path, held = self._path(node)
        if path is None:
            return held
        if len(path) == 1 and held.fields is not None:
            return self.say("guard_type", f"请写明 {path[0]} 的哪个字段", f"say which field of {path[0]}", node)
        self._note(path, self._shape_here(path, shape, held))
        return held

    def _shape_here(self, path: Path, shape: Shape, held: Type) -> Shape:
        """Inside a macro, what is not part of the macro's own item must be small."""
        if self._variable is None or ITEM in path or shape >= Shape.SCALARS:
            return shape
        if held.kind in ("list", "map"):
            self.problems.append(_list_in_body(self._variable[0]))
        return Shape.SCALAR

    def _note(self, path: Path, shape: Shape) -> None:
        self.readings.append(Reading(path, shape))

    def _path(self, node: Node) -> tuple[Path | None, Type]:
        """Where the value comes from, if it comes from a root, and its type."""
        match node:
            case Name():
                return self._named(node)
            case Select():
                path, base = self._base(node)
                return (None if path is None else (*path, node.name)), self._field(base, node.name, node)
            case Index():
                return self._indexed(node)
            case _:
                return None, self.type_of(node)

    def _base(self, node: Node) -> tuple[Path | None, Type]:
        return self._path(node.parts[0])

    def _named(self, node: Name) -> tuple[Path | None, Type]:
        if self._variable is not None and node.name == self._variable[0]:
            return self._variable[1:]
        if node.name not in self._roots:
            known = "、".join(self._roots), ", ".join(self._roots)
            self.say(
                "guard_name_unknown",
                f"没有“{node.name}”，可用：{known[0]}",
                f"no '{node.name}'; there are {known[1]}",
                node,
            )
            return None, DYN
        return (node.name,), self._roots[node.name]

    def _field(self, base: Type, name: str, node: Node) -> Type:
        if base.fields is not None:
            if name not in base.fields:
                known = ", ".join(sorted(base.fields))
                return self.say(
                    "guard_name_unknown",
                    f"没有字段“{name}”，可用：{known}",
                    f"no field '{name}'; there are {known}",
                    node,
                )
            return base.fields[name]
        if base.kind == "map":
            return base.item or DYN
        if base.kind != "dyn":
            return self.say("guard_type", f"这里没有字段“{name}”", f"a {base.kind} has no field '{name}'", node)
        return DYN

    def _indexed(self, node: Index) -> tuple[Path | None, Type]:
        path, base = self._base(node)
        key = node.parts[1]
        key_type = self.type_of(key, Shape.SCALAR)
        name = key.text if isinstance(key, Literal) and key.kind == "string" else None
        if base.kind == "list" or key_type.kind == "int":
            self._want(key_type, "int", key)
            if base.kind not in ("list", "dyn"):
                self.say("guard_type", "这里不是列表", f"a {base.kind} has no items", node)
            return (None if path is None else (*path, ITEM)), base.item or DYN
        if name is not None:
            return (None if path is None else (*path, name)), self._field(base, name, node)
        if base.fields is not None:
            self.say("guard_type", "字段名必须直接写明", "a field must be named outright", node)
        self._want(key_type, "string", key)
        if path is not None:
            self._note(path, self._shape_here(path, Shape.ANY, base))
        return None, base.item or DYN

    def _has(self, node: Has) -> Type:
        path, _ = self._path(node.parts[0])
        if path is not None:
            self._note(path, Shape.PRESENCE)
        return BOOL

    # -- operators --------------------------------------------------------------------------------------------------

    def _unary(self, node: Unary) -> Type:
        wanted = "bool" if node.operator == "!" else "int"
        self._want(self.type_of(node.parts[0], Shape.SCALAR), wanted, node.parts[0])
        return BOOL if wanted == "bool" else INT

    def _conditional(self, node: Conditional, shape: Shape) -> Type:
        test, yes, no = node.parts
        self._want(self.type_of(test, Shape.SCALAR), "bool", test)
        return common(self.type_of(yes, shape), self.type_of(no, shape))

    def _chain(self, node: Chain) -> Type:
        left, left_type = node.parts[0], None
        for operator, right in zip(node.operators, node.parts[1:], strict=True):
            left_type = self._operate(operator, left, left_type, right)
            left = right
        return left_type or DYN

    def _operate(self, operator: str, left: Node, left_type: Type | None, right: Node) -> Type:
        """One step; `left_type` is what the steps before gave, None for the first."""
        if operator == "in":
            return self._membership(left, left_type, right)
        shape = Shape.ANY if operator in ("==", "!=") else Shape.SCALAR
        first = self.type_of(left, shape) if left_type is None else left_type
        second = self.type_of(right, shape)
        if operator in ("||", "&&"):
            self._want(first, "bool", left)
            self._want(second, "bool", right)
            return BOOL
        if operator in ("==", "!=", "<", "<=", ">", ">="):
            return self._comparison(operator, first, second, right)
        return self._arithmetic(operator, first, second, right)

    def _comparison(self, operator: str, first: Type, second: Type, node: Node) -> Type:
        if not guard_operators.comparable(operator, first, second):
            self._operands(operator, first, second, node)
        return BOOL

    def _arithmetic(self, operator: str, first: Type, second: Type, node: Node) -> Type:
        if operator == "+" and "int" not in (first.kind, second.kind):
            self._text_sums += 1
            if self._text_sums > MAX_TEXT_SUMS:
                self.say("guard_too_long", "拼接次数过多", f"more than {MAX_TEXT_SUMS} texts are joined", node)
        return guard_operators.result_of(operator, first, second) or self._operands(operator, first, second, node)

    def _operands(self, operator: str, first: Type, second: Type, node: Node) -> Type:
        return self.say(
            "guard_type",
            f"“{operator}”两边的类型不符（{first.kind}、{second.kind}）",
            f"'{operator}' cannot take {first.kind} and {second.kind}",
            node,
        )

    def _membership(self, left: Node, left_type: Type | None, right: Node) -> Type:
        first = self.type_of(left, Shape.SCALAR) if left_type is None else left_type
        if self._variable is not None and not isinstance(right, ListOf):
            self._body_lists += 1
            if self._body_lists > MAX_BODY_LISTS:
                self.say("guard_too_long", "条件中列表过多", f"more than {MAX_BODY_LISTS} lists are searched", right)
        second = self.type_of(right, Shape.SCALARS) if not isinstance(right, ListOf | MapOf) else self._items(right)
        wanted = STRING if second.kind == "map" else second.item or DYN
        if second.kind not in ("list", "map", "dyn") or not agree(first, wanted):
            self._operands("in", first, second, right)
        return BOOL

    def _want(self, found: Type, kind: str, node: Node) -> None:
        if found.kind not in (kind, "dyn"):
            self.say(
                "guard_type", f"这里应为 {kind}，不是 {found.kind}", f"{kind} is needed here, not {found.kind}", node
            )

    # -- calls, macros, literals ------------------------------------------------------------------------------------

    def _call(self, node: Call) -> Type:
        given = [self.type_of(part, _argument_shape(node)) for part in node.parts]
        found = guard_functions.result_of(node.function, given, method=node.method)
        if found is None and guard_functions.known(node.function, method=node.method):
            kinds = ", ".join(kind.kind for kind in given)
            return self.say(
                "guard_type", f"{node.function} 不能用于：{kinds}", f"{node.function} cannot take {kinds}", node
            )
        return found or self.say(
            "guard_function_unknown", f"没有函数“{node.function}”", f"no function '{node.function}'", node
        )

    def _macro(self, node: Macro) -> Type:
        path, over = self._path(node.parts[0])
        if over.kind not in ("list", "dyn"):
            self.say("guard_type", f"{node.macro} 只能用于列表", f"{node.macro} is for lists", node)
        if node.variable in self._roots:
            self.say("guard_macro", f"变量不能叫 {node.variable}", f"a variable cannot be called {node.variable}", node)
        self._variable = (node.variable, None if path is None else (*path, ITEM), over.item or DYN)
        if path is not None:
            self._note((*path, ITEM), Shape.PRESENCE)
        results = [self._body(node, part) for part in node.parts[1:]]
        self._variable = None
        if node.macro in ("all", "exists", "exists_one"):
            return BOOL
        return list_of(results[-1] if node.macro == "map" else over.item or DYN)

    def _body(self, node: Macro, body: Node) -> Type:
        if sum(1 for _ in body.walk()) > MAX_BODY_NODES:
            self.say(
                "guard_too_long", f"{node.macro} 里的条件过长", f"the condition inside {node.macro} is too long", body
            )
        found = self.type_of(body)
        if node.macro != "map" or body is not node.parts[-1]:
            self._want(found, "bool", body)
        return found

    def _literal(self, node: Node) -> Type:
        if self._variable is not None:
            return self.say(
                "guard_macro", "宏内只能在 in 之后写列表", "inside a macro a list may only follow 'in'", node
            )
        return self._items(node)

    def _items(self, node: Node) -> Type:
        types = [self.type_of(part, Shape.SCALAR) for part in node.parts]
        if isinstance(node, MapOf):
            for key, kind in zip(node.parts[::2], types[::2], strict=True):
                self._want(kind, "string", key)
            return OPEN_MAP
        item = types[0] if types else DYN
        for other in types[1:]:
            item = common(item, other)
        return list_of(item)


def _argument_shape(node: Call) -> Shape:
    return Shape.ANY if node.function == "size" else Shape.SCALAR


def _list_in_body(variable: str) -> GuardProblem:
    return GuardProblem(
        "guard_macro",
        Text(f"宏内只能用 {variable} 和单个的值", f"inside a macro use {variable} and single values, or 'in' a list"),
    )
