"""The types that a guard may speak of: what each declared name holds, known before anything is evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

TypeKind = Literal["bool", "int", "string", "timestamp", "duration", "null", "list", "map", "dyn"]


@dataclass(frozen=True, slots=True)
class Type:
    """`item` is what a list or an open map holds; `fields` are the names of a closed map. `dyn` is known only later."""

    kind: TypeKind
    item: Type | None = None
    fields: Mapping[str, Type] | None = None

    @property
    def scalar(self) -> bool:
        """Whether it is surely one small value, neither a list nor a map."""
        return self.kind not in ("list", "map", "dyn")


BOOL = Type("bool")
INT = Type("int")
STRING = Type("string")
TIMESTAMP = Type("timestamp")
DURATION = Type("duration")
NULL = Type("null")
DYN = Type("dyn")
OPEN_MAP = Type("map", item=DYN)


def list_of(item: Type) -> Type:
    """A list whose items are all of one type."""
    return Type("list", item=item)


def map_of(fields: Mapping[str, Type]) -> Type:
    """A map with exactly these names; another name is a mistake that validation finds."""
    return Type("map", fields=fields)


def agree(one: Type, other: Type) -> bool:
    """Whether the two can be compared: of one kind, or one of them null or not known yet."""
    open_kinds = ("dyn", "null")
    return one.kind in open_kinds or other.kind in open_kinds or one.kind == other.kind


def common(one: Type, other: Type) -> Type:
    """What holds for both."""
    return one if one.kind == other.kind else DYN
