"""What can be wrong with a guard: when it is validated (GuardInvalid), or when it meets an order (GuardError)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.text import Text


@dataclass(frozen=True, slots=True)
class GuardProblem:
    """One mistake: a stable code, the words for a person, and the offset of the character where it stands."""

    code: str
    detail: Text
    at: int = 0


class GuardInvalid(Exception):
    """The source is not a guard that may be published."""

    def __init__(self, *problems: GuardProblem) -> None:
        super().__init__("; ".join(problem.detail.en for problem in problems))
        self.problems = problems


class GuardError(Exception):
    """A valid guard that cannot be answered for this order: a name is missing, a number too large, a list too long."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def mistake(code: str, zh: str, en: str, at: int = 0) -> GuardInvalid:
    """One mistake, ready to be raised."""
    return GuardInvalid(GuardProblem(code, Text(zh, en), at))
