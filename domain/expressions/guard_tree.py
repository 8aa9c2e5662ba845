"""The tree of a guard. A node that would stand too deep cannot be made: the library below recurses, and so do we."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from domain.expressions.guard_problems import GuardInvalid, mistake

MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class Node:
    """A part of the tree. `at` is the offset of its first character, `depth` counts the levels below it and itself."""

    at: int
    parts: tuple[Node, ...] = ()
    depth: int = field(init=False)

    def __post_init__(self) -> None:
        depth = 1 + max((part.depth for part in self.parts), default=0)
        if depth > MAX_DEPTH:
            raise too_deep(self.at)
        object.__setattr__(self, "depth", depth)

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """`kind` is int, string, bool or null; `text` is a string's content where it holds no escape, else None."""

    kind: str = "null"
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A root (`order`) or a macro's variable."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class Select(Node):
    """`parts[0].name`."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`parts[0][parts[1]]`."""


@dataclass(frozen=True, slots=True)
class Has(Node):
    """`has(parts[0])`, where the part is a Select."""


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function; for `x.f(y)` the target is `parts[0]` and `method` is true."""

    function: str = ""
    method: bool = False


@dataclass(frozen=True, slots=True)
class Macro(Node):
    """`parts[0].macro(variable, parts[1:])`."""

    macro: str = ""
    variable: str = ""


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """`[parts]`."""


@dataclass(frozen=True, slots=True)
class MapOf(Node):
    """`{parts[0]: parts[1], parts[2]: parts[3], ...}`."""


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """`!parts[0]` or `-parts[0]`."""

    operator: str = ""


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """`parts[0] operators[0] parts[1] ...`, of one precedence, from left to right; however long, one level deep."""

    operators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """`parts[0] ? parts[1] : parts[2]`."""


def too_deep(at: int) -> GuardInvalid:
    """The mistake of a guard that is nested too deeply."""
    return mistake("guard_too_deep", f"嵌套过深，上限 {MAX_DEPTH} 层", f"nested deeper than {MAX_DEPTH} levels", at)
