"""Reads a guard's source into a tree, and holds its bounds before any library sees the text.

The Rust library below ends the process on very deep or very long input and runs for hours on nested macros, so length,
depth and macros are counted here. The grammar is CEL's without messages (https://github.com/google/cel-spec,
langdef.md).
"""

from __future__ import annotations

from domain.expressions.guard_problems import mistake
from domain.expressions.guard_tokens import Token, tokens, unexpected
from domain.expressions.guard_tree import (
    MAX_DEPTH,
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
    too_deep,
)

MAX_CHARACTERS = 2_000
MACROS = ("all", "exists", "exists_one", "filter", "map")
_KEYWORDS = frozenset(["in", "true", "false", "null"])
_RESERVED = frozenset(
    "as break const continue else for function if import let loop package namespace return var void while".split()  # noqa: SIM905
)
_LEVELS = (("||",), ("&&",), ("<", "<=", ">", ">=", "==", "!=", "in"), ("+", "-"), ("*", "/", "%"))


def parse(source: str) -> Node:
    """The tree of a guard. Raises GuardInvalid with the first mistake of form."""
    if len(source) > MAX_CHARACTERS:
        raise mistake(
            "guard_too_long", f"条件过长，上限 {MAX_CHARACTERS} 个字符", f"longer than {MAX_CHARACTERS} characters"
        )
    parser = _Parser(list(tokens(source)))
    tree = parser.expression()
    parser.expect_end()
    _check_macros(tree)
    return tree


def _check_macros(tree: Node) -> None:
    found = [node for node in tree.walk() if isinstance(node, Macro)]
    if len(found) > 1:
        raise mistake(
            "guard_macro",
            "最多用一个 all、exists、exists_one、filter 或 map",
            "at most one of all, exists, exists_one, filter, map",
            found[1].at,
        )


class _Parser:
    """Recursive descent; every level that recurses is counted, so that the stack is bounded whatever is sent."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens, self._next, self._level = tokens, 0, 0

    def expression(self) -> Node:
        self._level += 1
        if self._level > MAX_DEPTH:
            raise too_deep(self._peek().at)
        test = self._chain(0)
        if self._take("?"):
            yes = self._chain(0)
            self._expect(":")
            test = Conditional(test.at, (test, yes, self.expression()))
        self._level -= 1
        return test

    def expect_end(self) -> None:
        token = self._peek()
        if token.kind != "end":
            raise unexpected(token.text, token.at)

    def _chain(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        parts, operators = [self._chain(level + 1)], []
        while (operator := self._operator(_LEVELS[level])) is not None:
            operators.append(operator)
            parts.append(self._chain(level + 1))
        return Chain(parts[0].at, tuple(parts), tuple(operators)) if operators else parts[0]

    def _unary(self) -> Node:
        signs = []
        while (sign := self._operator(("!", "-"))) is not None:
            signs.append(sign)
            if len(signs) > MAX_DEPTH:
                raise too_deep(self._peek().at)
        node = self._member()
        for sign in reversed(signs):
            node = Unary(node.at, (node,), sign)
        return node

    def _member(self) -> Node:
        node = self._primary()
        while True:
            if self._take("."):
                node = self._dotted(node)
            elif self._take("["):
                node = Index(node.at, (node, self.expression()))
                self._expect("]")
            else:
                return node

    def _dotted(self, target: Node) -> Node:
        name = self._name()
        if not self._take("("):
            return Select(target.at, (target,), name.text)
        arguments = self._list_until(")")
        if name.text in MACROS:
            return _macro(name, target, arguments)
        return Call(name.at, (target, *arguments), name.text, method=True)

    def _primary(self) -> Node:
        token = self._advance()
        if token.kind == "mark":
            return self._enclosed(token)
        if token.kind == "int":
            return Literal(token.at, (), "int")
        if token.kind == "string":
            return Literal(token.at, (), "string", _plain_text(token.text))
        if token.text in _KEYWORDS:
            return _constant(token)
        return self._named(token)

    def _enclosed(self, token: Token) -> Node:
        if token.text == "[":
            return ListOf(token.at, self._list_until("]"))
        if token.text == "{":
            return MapOf(token.at, self._entries())
        if token.text != "(":
            raise unexpected(token.text, token.at)
        node = self.expression()
        self._expect(")")
        return node

    def _named(self, token: Token) -> Node:
        if token.text in _RESERVED:
            raise unexpected(token.text, token.at)
        if not self._take("("):
            return Name(token.at, (), token.text)
        arguments = self._list_until(")")
        if token.text != "has":
            return Call(token.at, arguments, token.text)
        if len(arguments) != 1 or not isinstance(arguments[0], Select):
            raise mistake(
                "guard_syntax", "has() 里写一个字段，如 has(payload.reason)", "has() takes one field", token.at
            )
        return Has(token.at, arguments)

    def _list_until(self, close: str) -> tuple[Node, ...]:
        items: list[Node] = []
        while not self._take(close):
            if items:
                self._expect(",")
                if close == "]" and self._take(close):
                    break
            items.append(self.expression())
        return tuple(items)

    def _entries(self) -> tuple[Node, ...]:
        items: list[Node] = []
        while not self._take("}"):
            if items:
                self._expect(",")
                if self._take("}"):
                    break
            items.append(self.expression())
            self._expect(":")
            items.append(self.expression())
        return tuple(items)

    def _name(self) -> Token:
        token = self._advance()
        if token.kind != "name" or token.text in _RESERVED | _KEYWORDS:
            raise unexpected(token.text, token.at)
        return token

    def _operator(self, wanted: tuple[str, ...]) -> str | None:
        token = self._peek()
        if token.kind in ("mark", "name") and token.text in wanted:
            self._next += 1
            return token.text
        return None

    def _take(self, mark: str) -> bool:
        return self._operator((mark,)) is not None

    def _expect(self, mark: str) -> None:
        if not self._take(mark):
            token = self._peek()
            raise unexpected(token.text, token.at)

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _advance(self) -> Token:
        token = self._tokens[self._next]
        if token.kind == "end":
            raise unexpected("", token.at)
        self._next += 1
        return token


def _macro(name: Token, target: Node, arguments: tuple[Node, ...]) -> Macro:
    sizes = (2, 3) if name.text == "map" else (2,)
    if len(arguments) not in sizes or not isinstance(arguments[0], Name):
        raise mistake(
            "guard_macro",
            f"{name.text} 的写法：列表.{name.text}(变量, 条件)",
            f"{name.text} is written list.{name.text}(variable, condition)",
            name.at,
        )
    return Macro(name.at, (target, *arguments[1:]), name.text, arguments[0].name)


def _constant(token: Token) -> Literal:
    if token.text == "in":
        raise unexpected(token.text, token.at)
    return Literal(token.at) if token.text == "null" else Literal(token.at, (), "bool")


def _plain_text(quoted: str) -> str | None:
    raw = quoted[0] in "rR"
    body = quoted[1:] if raw else quoted
    marks = 3 if body[:3] in ('"""', "'''") else 1
    text = body[marks:-marks]
    return text if raw or "\\" not in text else None
