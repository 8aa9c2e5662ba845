"""The correction loop: what is said after a card was shown changes that card: '不对，六十', '五十件', 'B12的'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.floor.speech.clean import clean, says_nothing
from domain.floor.speech.commands import ACTIONS, NUMBERS, Command, command_of
from domain.floor.speech.controls import control_of, withdrawn
from domain.floor.speech.corrections import corrected
from domain.floor.speech.folding import fold
from domain.floor.speech.frame import Frame
from domain.floor.speech.frames import frames_of
from domain.floor.speech.lexicon import Lexicon
from domain.floor.speech.parse import LONGEST, Heard, parse
from domain.floor.speech.recall import frame_of
from domain.floor.speech.scope import is_chatter
from domain.floor.speech.segment import segment
from domain.floor.speech.settle import settled
from domain.floor.speech.tokens import Token

_CERTAINTY = 0.9


def parse_after(text: str, shown: Sequence[Command], lexicon: Lexicon, now: datetime) -> Heard:
    """The commands of a sentence said while `shown` wait for a yes: new ones, or the same ones changed.

    Where it is not clear which of several shown commands is meant, each of them asks for what was said.
    """
    waiting = [command for command in shown if command.get("action") in ACTIONS]
    if not waiting or len(text) > LONGEST:
        return parse(text, lexicon, now)
    folded = fold(text)
    tokens = clean(segment(folded.text, lexicon, now), folded.text, lexicon)
    if control_of(tokens) not in (None, "undo_last") or withdrawn(tokens) or is_chatter(tokens):
        return parse(text, lexicon, now)
    said = _said(tokens, folded.text, lexicon)
    if said is None:
        return parse(text, lexicon, now)
    return Heard(tuple(_changed(waiting, said, lexicon)), _CERTAINTY)


def _said(tokens: list[Token], text: str, lexicon: Lexicon) -> Frame | None:
    """What a sentence without a deed of its own names: one frame of slots; None where it is a command by itself."""
    lead = tokens[
        next((i for i, t in enumerate(tokens) if not (t.has("mark", "fix") or says_nothing(t))), len(tokens)) :
    ]
    starts_over = any(token.has("fix") for token in tokens[: len(tokens) - len(lead)])
    told = [token for token in corrected(tokens, text) if not token.has("mark")]
    if any(token.has("verb") and not token.has("glue", "to") for token in told) and not starts_over:
        return None
    frames = settled(frames_of(corrected(tokens, text), text, lexicon))
    if len(frames) != 1 or frames[0].beyond or frames[0].refused or frames[0].denied:
        return None
    return frames[0] if _names_something(frames[0]) or (starts_over and frames[0].action in ACTIONS) else None


def _names_something(frame: Frame) -> bool:
    return bool(frame.slots) or frame.quantity is not None or frame.scrap is not None


def _changed(waiting: Sequence[Command], said: Frame, lexicon: Lexicon) -> list[Command]:
    meant = _meant(waiting, said)
    if len(meant) == 1:
        return [_with(command, said, lexicon) if command is meant[0] else dict(command) for command in waiting]
    return [_asking(command, said) if command in meant else dict(command) for command in waiting]


def _meant(waiting: Sequence[Command], said: Frame) -> list[Command]:
    """The commands that the words may belong to: the one of these goods, else those that ask for it, else all."""
    slots = _slots_of(said)
    codes = said.slots.get("sku") or frozenset()
    if said.quantity is not None and codes:
        named = [command for command in waiting if command.get("sku") in codes]
        if named:
            return named
    asking = [command for command in waiting if set(command.get("needs", ())) & slots]
    if not slots:
        return list(waiting)
    able = [command for command in waiting if ACTIONS[command["action"]].all & slots]
    return asking or able


def _slots_of(said: Frame) -> set[str]:
    slots = set(said.slots)
    if said.quantity is not None:
        slots |= {"quantity", "good_qty"}
    return slots | ({"scrap_qty"} if said.scrap is not None else set())


def _with(command: Command, said: Frame, lexicon: Lexicon) -> Command:
    """The command with what was said put into it, judged anew as if all had been said at once."""
    frame = frame_of(command)
    if said.quantity is not None:
        frame.quantity, frame.conflict = _in_unit(said, command), said.conflict
    if said.scrap is not None:
        frame.scrap = said.scrap
    if said.action in ACTIONS and said.own_verb and not said.weak:
        frame.action = said.action
    for slot, value in said.slots.items():
        frame.slots[_slot_for(slot, frame)] = _among(value, command) if slot == "sku" else value
    return command_of(frame, lexicon)


def _in_unit(said: Frame, command: Command) -> Any:
    quantity = said.quantity
    if quantity is not None and quantity.unit is None and command.get("unit"):
        return replace(quantity, unit=command["unit"])
    return quantity


def _slot_for(slot: str, frame: Frame) -> str:
    if slot == "location" and frame.action == "transfer_stock" and "to_location" not in frame.slots:
        return "to_location"
    if slot == "operation" and frame.action == "handover_operation":
        return "next_operation"
    return slot


def _among(codes: frozenset[str], command: Command) -> frozenset[str]:
    """Of several articles of that name the one that had been offered."""
    offered = codes & set(command.get("alternatives", {}).get("sku", ()))
    return frozenset(offered) if offered else codes


def _asking(command: Command, said: Frame) -> Command:
    """The command without what somebody has changed somewhere: it has to be said for which."""
    asked = ACTIONS[command["action"]].all & _slots_of(said)
    kept = {slot: value for slot, value in command.items() if slot not in asked}
    if asked & set(NUMBERS) and not any(number in kept for number in NUMBERS):
        kept.pop("unit", None)
    needs = [*kept.get("needs", ()), *(slot for slot in sorted(asked) if slot not in kept.get("needs", ()))]
    return {**{slot: value for slot, value in kept.items() if slot != "needs"}, "needs": needs}
