"""The result of one check of the proof: how much was looked at, and what was found, of which a part is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.text import Text

KEPT = 100


@dataclass(frozen=True, slots=True)
class Violation:
    """A row that breaks an invariant: its table, how to find it, and what is wrong, in words for an operator."""

    table: str
    row: str
    problem: str

    def as_json(self) -> dict[str, str]:
        """The violation as JSON values."""
        return {"table": self.table, "row": self.row, "problem": self.problem}


@dataclass(slots=True)
class Tally:
    """One check. Violations are all counted and the first hundred kept; warnings break nothing but want a look."""

    key: str
    label: Text
    counted: int = 0
    found: int = 0
    seconds: float = 0.0
    violations: list[Violation] = field(default_factory=list)
    warnings: list[Violation] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing breaks it."""
        return self.found == 0

    def add(self, table: str, row: str, problem: str) -> None:
        """A row that breaks the invariant."""
        self.found += 1
        if len(self.violations) < KEPT:
            self.violations.append(Violation(table, row, problem))

    def warn(self, table: str, row: str, problem: str) -> None:
        """A row that somebody should look at."""
        if len(self.warnings) < KEPT:
            self.warnings.append(Violation(table, row, problem))

    def as_json(self) -> Mapping[str, Any]:
        """The check as JSON values."""
        return {
            "check": self.key,
            "label": self.label.as_json(),
            "holds": self.holds,
            "counted": self.counted,
            "found": self.found,
            "seconds": round(self.seconds, 3),
            "violations": [one.as_json() for one in self.violations],
            "warnings": [one.as_json() for one in self.warnings],
        }
