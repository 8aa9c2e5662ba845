"""Several things that a recogniser may have heard vote, slot by slot; a number that is in doubt is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from domain.floor.speech.commands import NUMBERS, Command
from domain.floor.speech.parse import UNKNOWN, Heard

_ASIDE = ("action", "needs", "alternatives")


def vote(heard: Sequence[Heard]) -> Heard:
    """One reading of them all; the recogniser's order breaks ties, except where a quantity is at stake."""
    if len(heard) == 1:
        return heard[0]
    shapes = [tuple(command["action"] for command in one.commands) for one in heard]
    understood = [one for one in heard if one.commands != (UNKNOWN,)]
    if not understood:
        return heard[0]
    counted = Counter(shape for shape, one in zip(shapes, heard, strict=True) if one in understood)
    winner = max(counted, key=lambda shape: (counted[shape], -shapes.index(shape)))
    voters = [one for one, shape in zip(heard, shapes, strict=True) if shape == winner]
    commands = tuple(_elected([one.commands[i] for one in voters]) for i in range(len(winner)))
    agreed = len(voters) / len(heard)
    return Heard(commands, round(max(one.confidence for one in voters) * (0.5 + agreed / 2), 3))


def _elected(ballots: Sequence[Command]) -> Command:
    """One command of several for the same deed."""
    elected: Command = {"action": ballots[0]["action"]}
    needs: list[str] = []
    for slot in _slots(ballots):
        given = [ballot[slot] for ballot in ballots if slot in ballot]
        value, share = _favourite(given)
        certain = share * 2 > len(given) and (len(given) * 2 > len(ballots) or slot not in NUMBERS)
        if slot in NUMBERS and not certain:
            needs.append(slot)
        else:
            elected[slot] = value
    needs += [
        need for ballot in ballots for need in ballot.get("needs", ()) if need not in elected and need not in needs
    ]
    return _completed(elected, needs, ballots)


def _slots(ballots: Sequence[Command]) -> list[str]:
    """Every slot that any ballot fills, in the order of the ballots; one that a quarter has is no slot of it."""
    named = [slot for ballot in ballots for slot in ballot if slot not in _ASIDE]
    often = Counter(named)
    return [slot for slot in dict.fromkeys(named) if often[slot] * 4 > len(ballots)]


def _favourite(given: Sequence[Any]) -> tuple[Any, int]:
    counted = Counter(given)
    value = max(counted, key=lambda option: (counted[option], -given.index(option)))
    return value, counted[value]


def _completed(elected: Command, needs: list[str], ballots: Sequence[Command]) -> Command:
    if not any(number in elected for number in NUMBERS):
        elected.pop("unit", None)
    if needs:
        elected["needs"] = needs
    offered = [code for ballot in ballots for code in ballot.get("alternatives", {}).get("sku", ())]
    if "sku" in needs and offered:
        elected["alternatives"] = {"sku": list(dict.fromkeys(offered))[:5]}
    return elected
