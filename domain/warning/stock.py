"""What a stock system tells of a material, in the trade's words whatever the system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from domain.refusals.kinds import FieldProblem
from domain.text import Text


@dataclass(frozen=True, slots=True)
class Described:
    """A material's master data; what is empty or None is left as it is. `unit_cost` in the factory's currency."""

    material: str
    name: str = ""
    specification: str = ""
    unit: str = ""
    safety_level: Decimal | None = None
    unit_cost: Decimal | None = None
    lead_days: int | None = None
    active: bool = True


def named_twice(materials: Iterable[str]) -> Iterator[FieldProblem]:
    """A material that one message tells of twice: nobody could say which figure counts."""
    seen: set[str] = set()
    for index, material in enumerate(materials):
        if material in seen:
            text = Text(f"物料重复：{material}", f"{material} is there twice")
            yield FieldProblem(f"/levels/{index}/material", "duplicate", text)
        seen.add(material)
