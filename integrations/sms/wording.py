"""A message as the variables of a registered template, which Chinese providers demand."""

from __future__ import annotations

from domain.messages.templates import Message

# Providers refuse a variable that is longer.
MOST_CHARACTERS = 35


def parameters(message: Message) -> dict[str, str]:
    """`subject` and `text`, each within what a variable may hold."""
    return {"subject": _short(message.subject), "text": _short(message.text)}


def _short(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
