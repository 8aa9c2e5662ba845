"""What was said to a phone, as commands with the cards that ask for a yes. Nothing is done and nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.floor.speech.cards import card_of
from domain.floor.speech.commands import Command
from domain.floor.speech.lexicon import Lexicon
from domain.floor.speech.listen import listen
from persistence.spoken import lexicon
from persistence.tx import Tx
from usecases.door import use_case


@dataclass(frozen=True, slots=True)
class HearSpeech:
    """`alternatives`: what the recogniser may have heard, the likeliest first; `shown`: commands that await a yes."""

    alternatives: Sequence[str]
    shown: Sequence[Mapping[str, Any]] = ()


@use_case(right="floor.report")
async def hear_speech(tx: Tx, command: HearSpeech) -> dict[str, Any]:
    """Answers `{"commands", "confidence", "cards"}`, a card for each command."""
    words = await lexicon(tx)
    now = tx.now.astimezone(tx.zone).replace(tzinfo=None)
    heard = listen(command.alternatives, [dict(shown) for shown in command.shown], words, now)
    return {
        "commands": [_exact(one) for one in heard.commands],
        "confidence": heard.confidence,
        "cards": [card_of(one, words.catalogue).as_json() for one in heard.commands],
    }


@use_case(right="floor.report")
async def spoken_names(tx: Tx, _query: None) -> Lexicon:
    """Answers everything that can be named aloud in this factory, ready for reading sentences."""
    return await lexicon(tx)


def _exact(command: Command) -> Command:
    """Fractions as text, as everywhere in the interface, so that they can be sent back as they came."""
    return {slot: str(value) if isinstance(value, float) else value for slot, value in command.items()}
