"""Frames as commands: which slots an action has, which it needs, and which values may be acted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.floor.speech.catalogue import Sku
from domain.floor.speech.frame import Frame
from domain.floor.speech.lexicon import Lexicon
from domain.floor.speech.settle import total_without_scrap
from domain.floor.speech.tokens import Quantity
from domain.floor.speech.units import PIECES, same_unit

Command = dict[str, Any]

MOST_ALTERNATIVES = 5


@dataclass(frozen=True, slots=True)
class Slots:
    """What an action takes. `needed`: all of them; `any_of`: one of them, else the first of `ask` is asked for."""

    needed: Sequence[str] = ()
    optional: Sequence[str] = ()
    any_of: Sequence[str] = ()
    ask: str = ""

    @property
    def all(self) -> frozenset[str]:
        """Every slot."""
        return frozenset((*self.needed, *self.optional, *self.any_of))


_MOVED = ("location", "customer", "order", "due")
_RUNNING = Slots((), ("sku",), ("operation", "order", "machine"), "operation")
ACTIONS: Mapping[str, Slots] = {
    "issue_stock": Slots(("sku", "quantity"), _MOVED),
    "receive_stock": Slots(("sku", "quantity"), ("location", "order", "due")),
    "transfer_stock": Slots(("sku", "quantity", "to_location"), ("from_location", "order", "due")),
    "count_stock": Slots(("sku", "quantity"), ("location",)),
    "report_completion": Slots(
        ("operation",), ("sku", "order", "machine", "defect"), ("good_qty", "scrap_qty"), "good_qty"
    ),
    "start_operation": Slots((), ("sku", "due"), ("operation", "order", "machine"), "operation"),
    "pause_operation": _RUNNING,
    "resume_operation": _RUNNING,
    "report_breakdown": Slots(("machine",), ("symptom",)),
    "report_shortage": Slots(("sku",), ("quantity", "order")),
    "qc_pass": Slots((), ("sku", "operation"), ("quantity", "order"), "quantity"),
    "qc_fail": Slots(("quantity", "defect"), ("sku", "order", "operation")),
    "rework": Slots(("quantity",), ("sku", "order", "operation", "defect", "due")),
    "handover_operation": Slots((), ("quantity",), ("order", "operation", "next_operation"), "order"),
    "load_vehicle": Slots(("plate",), ("due", "quantity"), ("order", "sku"), "order"),
    "dispatch_vehicle": Slots(("plate",), ("order", "customer", "due")),
    "report_arrival": Slots((), (), ("plate", "order", "customer"), "order"),
    "confirm_delivery": Slots((), ("quantity",), ("order", "customer", "plate"), "order"),
    "add_note": Slots(("order", "note")),
    "query_stock": Slots(("sku",), ("location",)),
    "query_order": Slots(("order",)),
}
NUMBERS = ("quantity", "good_qty", "scrap_qty")
_ORDERED = (
    *("sku", *NUMBERS, "unit", "location", "from_location", "to_location", "operation", "next_operation", "machine"),
    *("symptom", "defect", "order", "plate", "customer", "due", "note"),
)


def command_of(frame: Frame, lexicon: Lexicon) -> Command:
    """The command of a frame that has an action."""
    action = frame.action or "unknown"
    maker = _Maker(action, ACTIONS[action], lexicon)
    maker.take(_values(frame))
    maker.count(_numbers(frame, action))
    return maker.finish()


def without_action(frame: Frame, lexicon: Lexicon) -> Command:
    """'A03五十件': goods and quantity were heard, the verb was not."""
    maker = _Maker("unknown", Slots((), ("sku", "quantity")), lexicon)
    maker.take(_values(frame))
    maker.count({"quantity": frame.quantity} if frame.quantity else {})
    maker.needs.append("action")
    return maker.finish()


def _values(frame: Frame) -> dict[str, Any]:
    values = dict(frame.slots)
    if "from_location" in values and frame.action != "transfer_stock":
        values.setdefault("location", values["from_location"])
    if frame.action == "transfer_stock" and "location" in values:
        slot = "from_location" if "to_location" in values else "to_location"
        values.setdefault(slot, values["location"])
    if frame.action == "rework" and "next_operation" in values:
        values.setdefault("operation", values["next_operation"])
    if "machine" not in values and ("machine_kind" in values or frame.generic) and frame.action == "report_breakdown":
        values["machine"] = None
    return values


def _numbers(frame: Frame, action: str) -> dict[str, Quantity | None]:
    """The quantities by slot; None: said, but none to act on."""
    said = Quantity(None, frame.quantity.unit if frame.quantity else None) if frame.conflict else frame.quantity
    if action != "report_completion":
        return {"quantity": said} if said is not None and _counts(said, frame, ACTIONS[action]) else {}
    good = said if frame.conflict else total_without_scrap(frame)
    unsaid = Quantity(None) if frame.scrap_said and good is not None else None
    found = {"good_qty": good, "scrap_qty": frame.scrap or unsaid}
    return {slot: quantity for slot, quantity in found.items() if quantity is not None}


def _counts(said: Quantity, frame: Frame, slots: Slots) -> bool:
    """Whether a number is the action's. Where none is needed, a bare one may be anything, an order's digits too."""
    if "quantity" not in slots.all:
        return False
    return said.unit is not None or "quantity" in (*slots.needed, *slots.any_of) or "sku" in frame.slots


class _Maker:
    """Fills one command, slot by slot; what cannot be settled is asked for."""

    def __init__(self, action: str, slots: Slots, lexicon: Lexicon) -> None:
        self.action, self.slots, self.lexicon = action, slots, lexicon
        self.values: Command = {}
        self.needs: list[str] = []
        self.alternatives: dict[str, list[str]] = {}

    def take(self, values: Mapping[str, Any]) -> None:
        for slot, value in values.items():
            if slot not in self.slots.all or slot in NUMBERS:
                continue
            if slot == "sku":
                self._take_sku(value)
            elif value is None:
                self.needs.append(slot)
            else:
                self.values[slot] = value

    def _take_sku(self, codes: frozenset[str]) -> None:
        if len(codes) == 1:
            self.values["sku"] = next(iter(codes))
            return
        self.needs.append("sku")
        if codes:
            listed = [sku.code for sku in self.lexicon.catalogue.skus if sku.code in codes]
            self.alternatives["sku"] = listed[:MOST_ALTERNATIVES]

    def count(self, numbers: Mapping[str, Quantity | None]) -> None:
        base = self._base_unit()
        for slot, quantity in numbers.items():
            if quantity is None:
                continue
            value = quantity.value
            if value is None or not self._may_be(value, quantity.unit or base, slot):
                self.needs.append(slot)
                continue
            self.values[slot] = _plain_number(value)
            self._unit(quantity.unit)
        if self.action == "report_completion" and self.values.get("good_qty") == 0 == self.values.get("scrap_qty", 0):
            self.values.pop("good_qty")
            self.values.pop("scrap_qty", None)
            self.needs.append("good_qty")

    def _unit(self, unit: str | None) -> None:
        if unit is None or "unit" in self.needs:
            return
        sku = self._article()
        if sku is not None and not any(same_unit(unit, known) for known in sku.units):
            self.needs.append("unit")
            self.values.pop("unit", None)
        else:
            self.values["unit"] = unit

    def _article(self) -> Sku | None:
        known = self.lexicon.by_code.get(self.values.get("sku", ""))
        return known[0] if known else None

    def _base_unit(self) -> str:
        sku = self._article()
        return sku.unit if sku else PIECES[0]

    def _may_be(self, value: Decimal, unit: str, slot: str) -> bool:
        zero = value == 0 and (slot in ("good_qty", "scrap_qty") or self.action == "count_stock")
        return (value > 0 or zero) and self.lexicon.units.allows(value, unit)

    def finish(self) -> Command:
        said = self.values.keys() | set(self.needs)
        self.needs += [slot for slot in self.slots.needed if slot not in said]
        if self.slots.any_of and not said & set(self.slots.any_of):
            self.needs.append(self.slots.ask)
        if self.action == "load_vehicle" and "sku" in self.values and "quantity" not in said and "order" not in said:
            self.needs.append("quantity")
        if self.action == "load_vehicle" and "sku" not in said and "quantity" in self.values:
            self.needs = [*(need for need in self.needs if need != "order"), *(["sku"] if "order" not in said else [])]
        command: Command = {"action": self.action}
        command |= {slot: self.values[slot] for slot in _ORDERED if slot in self.values}
        if not any(number in command for number in NUMBERS):
            command.pop("unit", None)
        if self.needs:
            command["needs"] = list(dict.fromkeys(self.needs))
        if self.alternatives:
            command["alternatives"] = self.alternatives
        return command


def _plain_number(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)
