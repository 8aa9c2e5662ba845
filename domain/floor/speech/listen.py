"""What a recogniser wrote down, with what was shown before: the commands, and the card that asks for a yes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.floor.speech.commands import Command
from domain.floor.speech.dialogue import parse_after
from domain.floor.speech.lexicon import Lexicon
from domain.floor.speech.parse import Heard
from domain.floor.speech.voting import vote


def listen(alternatives: Sequence[str], shown: Sequence[Command], lexicon: Lexicon, now: datetime) -> Heard:
    """The commands. `alternatives`: what may have been said, the likeliest first; `shown`: what waits for a yes."""
    return vote([parse_after(text, shown, lexicon, now) for text in alternatives])
