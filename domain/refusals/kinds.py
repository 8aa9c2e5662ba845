"""Every 'no' that Throughline can say: a stable code, its nature, and its words in both languages, declared once.

A refusal is data. It is raised where a use case stops, and returned where many things are judged at once. The edge
turns its nature into a status (api/problems.py); nothing here knows HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.text import Language, Text


class Nature(StrEnum):
    """What sort of no it is."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    WRONG_METHOD = "wrong_method"
    CONFLICT = "conflict"
    STALE = "stale"
    PRECONDITION_REQUIRED = "precondition_required"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    INVALID = "invalid"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One bad field: a JSON pointer into what was sent, a stable code and the words for a person."""

    pointer: str
    code: str
    detail: Text

    def as_json(self, language: Language) -> dict[str, str]:
        """The shape of one entry of `errors` in problem+json."""
        return {"pointer": self.pointer, "code": self.code, "detail": self.detail.of(language)}


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to say no. Calling it with what is known makes the refusal itself."""

    code: str
    nature: Nature
    text: Text

    def __call__(self, *fields: FieldProblem, **data: Any) -> Refusal:
        return Refusal(self, tuple(fields), data)

    def at(self, pointer: str, **data: Any) -> Refusal:
        """The same, said of the one field that it is about."""
        return self(FieldProblem(pointer, self.code, self.text.fill(data)), **data)


@dataclass(eq=False)
class Refusal(Exception):
    """A 'no' with the fields it is about and the facts its words need. Nothing is wrong with the program."""

    kind: Kind
    fields: tuple[FieldProblem, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The stable code."""
        return self.kind.code

    @property
    def detail(self) -> Text:
        """The words, with the facts filled in."""
        return self.kind.text.fill(self.data)

    def as_json(self) -> dict[str, Any]:
        """What is kept when a refusal is the stored answer of a key."""
        return {
            "code": self.code,
            "data": self.data,
            "fields": [{"pointer": f.pointer, "code": f.code, "detail": f.detail.as_json()} for f in self.fields],
        }


KINDS: dict[str, Kind] = {}


def refusal_from_json(stored: dict[str, Any]) -> Refusal:
    """The refusal that `as_json` wrote."""
    fields = tuple(FieldProblem(f["pointer"], f["code"], Text(**f["detail"])) for f in stored["fields"])
    return Refusal(KINDS[stored["code"]], fields, stored["data"])


def kind(code: str, nature: Nature, zh: str, en: str) -> Kind:
    """Declare one way to say no; a code is declared once."""
    if code in KINDS:
        raise ValueError(f"refusal code declared twice: {code}")
    KINDS[code] = Kind(code, nature, Text(zh, en))
    return KINDS[code]
