"""What people are told, in their language. Texts are data; a template that nobody wrote still says what happened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from domain.text import Language, Text

GENERIC = "generic"
_OF_AN_ORDER = frozenset({"order_no", "stage"})


@dataclass(frozen=True, slots=True)
class Template:
    """A subject (the first line in channels that have none) and a text, both with `{placeholders}`."""

    subject: Text
    text: Text


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: plain text, one language."""

    subject: str
    text: str


@cache
def builtin_templates() -> Mapping[str, Template]:
    """The templates that come with the product, by name."""
    source = files("domain.messages.builtin").joinpath("templates.json").read_text(encoding="utf-8")
    return {name: Template(Text(**body["subject"]), Text(**body["text"])) for name, body in json.loads(source).items()}


@cache
def order_templates() -> Mapping[str, Template]:
    """Those that any order's effect can fill: they speak of nothing but its number and its stage."""
    return {
        name: template
        for name, template in builtin_templates().items()
        if all(_placeholders(text) <= _OF_AN_ORDER for text in (template.subject, template.text))
    }


def _placeholders(text: Text) -> set[str]:
    return {name for words in (text.zh, text.en) for _, name, _, _ in Formatter().parse(words) if name}


def render(template: str, language: Language, facts: Mapping[str, Any]) -> Message:
    """The message in one language. A fact that is missing shows as its name in braces, never as an error."""
    known = builtin_templates()
    chosen = known.get(template) or known[GENERIC]
    words = {name: value.as_json() if isinstance(value, Text) else value for name, value in facts.items()}
    return Message(_one_line(chosen.subject.fill(words).of(language)), chosen.text.fill(words).of(language))


def _one_line(subject: str) -> str:
    """A subject cannot smuggle a second header line in."""
    return " ".join(subject.split())
