"""A command that was shown, as the frame it was made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from domain.floor.speech.commands import NUMBERS, Command
from domain.floor.speech.frame import Frame
from domain.floor.speech.tokens import Quantity

_ASIDE = ("action", "needs", "alternatives", "unit", *NUMBERS)


def frame_of(command: Command) -> Frame:
    """The frame; what the command asked for is not among its slots."""
    frame = Frame(action=command["action"], own_verb=True)
    for slot, value in command.items():
        if slot not in _ASIDE:
            frame.slots[slot] = frozenset({value}) if slot == "sku" else value
    offered = command.get("alternatives", {}).get("sku")
    if offered and "sku" not in frame.slots:
        frame.slots["sku"] = frozenset(offered)
    unit = command.get("unit")
    main = "good_qty" if command["action"] == "report_completion" else "quantity"
    frame.quantity = _quantity(command.get(main), unit)
    frame.scrap = _quantity(command.get("scrap_qty"), unit)
    return frame


def _quantity(value: Any, unit: str | None) -> Quantity | None:
    return None if value is None else Quantity(Decimal(str(value)), unit)
