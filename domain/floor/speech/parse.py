"""What was said, as commands. The one function that everything here is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.floor.speech.clean import clean
from domain.floor.speech.commands import Command, command_of, without_action
from domain.floor.speech.controls import control_of, note_in, withdrawn
from domain.floor.speech.corrections import corrected
from domain.floor.speech.folding import Folded, fold
from domain.floor.speech.frame import Frame
from domain.floor.speech.frames import frames_of
from domain.floor.speech.lexicon import Lexicon
from domain.floor.speech.scope import answered, in_scope, is_question
from domain.floor.speech.segment import segment
from domain.floor.speech.settle import settled
from domain.floor.speech.tokens import Token

LONGEST = 200
"""Characters; nobody gives a longer command in one breath."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one sentence was understood as. `confidence`: 0 to 1, how surely the whole list is right."""

    commands: tuple[Command, ...]
    confidence: float


UNKNOWN: Command = {"action": "unknown"}


def parse(text: str, lexicon: Lexicon, now: datetime) -> Heard:
    """The commands of one sentence, `unknown` where it is none. `now`: the factory's local time."""
    if len(text) > LONGEST:
        return Heard((UNKNOWN,), 0.0)
    folded = fold(text)
    tokens = clean(segment(folded.text, lexicon, now), folded.text, lexicon)
    return Heard(tuple(_commands(tokens, folded, lexicon)) or (UNKNOWN,), _confidence(tokens))


def _commands(tokens: list[Token], folded: Folded, lexicon: Lexicon) -> Sequence[Command]:
    control = control_of(tokens)
    if control:
        return [{"action": control}]
    note = note_in(tokens, folded)
    if note is not None:
        before, command = note
        return [*(_deeds(before, folded, lexicon) if before else ()), command]
    return _deeds(tokens, folded, lexicon)


def _deeds(tokens: list[Token], folded: Folded, lexicon: Lexicon) -> Sequence[Command]:
    if withdrawn(tokens):
        return [{"action": "cancel"}]
    frames = settled(frames_of(corrected(tokens, folded.text), folded.text, lexicon))
    if not in_scope(tokens, frames):
        return []
    if is_question(folded.text):
        frames = answered(frames)
    real = [frame for frame in frames if not (frame.refused or frame.denied or frame.dropped)]
    commands = [command for frame in real if (command := _command(frame, lexicon)) is not None]
    if not commands and any(frame.refused and (frame.action or frame.slots) for frame in frames):
        return [{"action": "cancel"}]
    return commands


def _command(frame: Frame, lexicon: Lexicon) -> Command | None:
    if frame.action is not None:
        return command_of(frame, lexicon)
    if "sku" in frame.slots and frame.quantity is not None:
        return without_action(frame, lexicon)
    return None


def _confidence(tokens: Sequence[Token]) -> float:
    """Less for every character that was not understood and every word that was only heard so."""
    unknown = sum(1 for token in tokens if token.has("unknown"))
    heard = sum(1 for token in tokens if token.has("heard"))
    return round(max(0.05, 0.98 - 0.08 * unknown - 0.06 * heard), 3)
