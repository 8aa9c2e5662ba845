"""Frames helped by their neighbours: a verb, a place or an order said once holds for several."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from domain.floor.speech.frame import INSPECTED, MOVES, OF_ORDERS, Frame
from domain.floor.speech.tokens import Quantity

_SHARED = ("order", "plate", "customer", "location", "from_location", "to_location", "due", "operation", "machine")
_SUBJECTS = {"sku", "order", "machine", "plate", "operation"}
_SUBJECT = {
    ("load_vehicle", "dispatch_vehicle"): ("plate",),
    ("report_arrival", "confirm_delivery"): ("order", "plate", "customer"),
    ("report_completion", "handover_operation"): ("operation", "order"),
    ("report_completion", "qc_pass"): ("order",),
    ("report_completion", "rework"): ("order", "sku"),
    ("qc_pass", "qc_fail"): ("sku", "order"),
    ("qc_fail", "qc_pass"): ("sku", "order"),
    ("qc_fail", "rework"): ("sku", "order"),
    ("qc_pass", "rework"): ("sku", "order"),
    ("dispatch_vehicle", "report_arrival"): ("plate",),
    ("load_vehicle", "report_arrival"): ("plate",),
    ("pause_operation", "resume_operation"): (),
}


def settled(frames: list[Frame]) -> list[Frame]:
    """The frames with what they take from each other; what was refused or denied is still among them."""
    frames = [frame for frame in frames if not frame.dropped or frame.own_verb]
    frames = _joined_contexts(frames)
    _share_verbs(frames)
    frames = _without_sum(frames)
    _imply(frames)
    frames = _without_asides(frames)
    _share_slots(frames)
    _spread(frames)
    _pass_on(frames)
    return frames


def _joined_contexts(frames: list[Frame]) -> list[Frame]:
    """A frame of circumstances alone (when, where, whose) belongs to the frame behind it, or before it."""
    kept: list[Frame] = []
    for frame in frames:
        if kept and _is_context(kept[-1]) and not frame.refused and not _differ(frame, kept[-1]):
            _absorb(frame, kept.pop())
        elif kept and _is_context(frame) and not _differ(frame, kept[-1]):
            _absorb(kept[-1], frame)
            continue
        kept.append(frame)
    return kept


def _is_context(frame: Frame) -> bool:
    if frame.action or frame.quantity or frame.scrap or frame.refused or frame.denied or frame.beyond:
        return False
    return not frame.slots.keys() - {"due", "customer", "location", "from_location", "to_location", "order", "plate"}


def _differ(frame: Frame, context: Frame) -> bool:
    return any(frame.slots.get(slot, value) != value for slot, value in context.slots.items())


def _absorb(frame: Frame, context: Frame) -> None:
    frame.slots = {**context.slots, **frame.slots}
    frame.each, frame.shared = frame.each or context.each, frame.shared or context.shared


def _share_verbs(frames: list[Frame]) -> None:
    """Frames without a verb take that of the frame before, else of the one behind."""
    previous: Frame | None = None
    for frame in frames:
        if frame.action is None and previous is not None and not frame.denied and _could_be(frame, previous):
            failed = previous.action == "qc_pass" and "defect" in frame.slots
            frame.action, frame.weak = "qc_fail" if failed else previous.action, previous.weak
        previous = frame if frame.action else previous
    following: Frame | None = None
    for frame in reversed(frames):
        if frame.action is None and following is not None and not frame.denied and frame.slots.keys() & _SUBJECTS:
            frame.action, frame.weak = following.action, following.weak
        following = frame if frame.action else following


def _could_be(frame: Frame, previous: Frame) -> bool:
    if previous.refused or previous.denied:
        return False
    if "machine" in frame.slots or "machine_kind" in frame.slots:
        return previous.action in ("report_breakdown", "pause_operation", "resume_operation", "start_operation")
    return True


def _without_sum(frames: list[Frame]) -> list[Frame]:
    """'不合格5件，3件划伤2件毛刺': the total goes, its parts stay."""
    parts = [f for f in frames if f.action == "qc_fail" and "defect" in f.slots and f.quantity]
    for frame in frames:
        total = frame.quantity.value if frame.quantity else None
        if frame.action == "qc_fail" and "defect" not in frame.slots and total is not None and parts:
            values = [f.quantity.value for f in parts if f.quantity and f.quantity.value is not None]
            if sum(values) == total:
                return [f for f in frames if f is not frame]
    return frames


def _imply(frames: list[Frame]) -> None:
    """What is meant without its verb: a defect fails an inspection, two operations hand over."""
    for frame in frames:
        if (
            frame.action is None
            and "defect" in frame.slots
            and frame.slots.keys() <= {"defect", "sku", "order", "operation"}
        ):
            frame.action = "qc_fail"
        if frame.action in MOVES and "to_location" in frame.slots:
            _to_place(frame)
        if frame.action == "dispatch_vehicle" or (frame.action == "issue_stock" and "plate" in frame.slots):
            _by_vehicle(frame)
        if frame.action is None and frame.looked_up and frame.quantity is None:
            frame.action = "query_order" if "order" in frame.slots else "query_stock" if "sku" in frame.slots else None
        if frame.action in OF_ORDERS and not frame.slots.keys() & {"order", "sku"}:
            _number_of_order(frame)
        if frame.action == "report_breakdown" and frame.stopped and _runs(frame):
            frame.action = "pause_operation"
        if frame.action == "report_arrival" and "sku" in frame.slots and not frame.slots.keys() & {"order", "plate"}:
            frame.action = "receive_stock"
            frame.slots.pop("due", None)


def _without_asides(frames: list[Frame]) -> list[Frame]:
    """'听好了，移库…': a weak verb with nothing beside it is no deed where there are others."""
    deeds = [frame for frame in frames if not (frame.weak and not frame.slots and frame.quantity is None)]
    told = [frame for index, frame in enumerate(deeds) if not _is_reason(frame, deeds[:index])]
    return [frame for index, frame in enumerate(told) if not _is_said_again(frame, told[:index])] or frames


def _is_said_again(frame: Frame, before: list[Frame]) -> bool:
    """'到了五十箱B31，入库': the deed of the goods before, by another word."""
    nothing_new = not frame.slots and frame.quantity is None and frame.scrap is None and not frame.refused
    return nothing_new and any(other.action == frame.action and other.slots for other in before)


def _runs(frame: Frame) -> bool:
    """'封边停了': an operation stands still, no machine is broken."""
    return "operation" in frame.slots and not frame.slots.keys() & {"machine", "machine_kind", "symptom"}


def _is_reason(frame: Frame, before: list[Frame]) -> bool:
    """'打磨停一下，没料了': why something stands still."""
    stands = any(other.action in ("pause_operation", "report_breakdown") for other in before)
    return stands and frame.action == "report_shortage" and not frame.slots.keys() & {"sku", "order"}


def _to_place(frame: Frame) -> None:
    """Goods that come in are put at a place; goods that go out to a place are moved."""
    if frame.action == "receive_stock":
        frame.slots["location"] = frame.slots.pop("to_location")
    else:
        frame.action = "transfer_stock"


def _number_of_order(frame: Frame) -> None:
    """'1090做到哪了': a number alone."""
    said = frame.quantity
    if said is not None and said.unit is None and said.value is not None and said.value >= 100:
        frame.slots["order"] = str(said.value)
        frame.quantity = None


def _by_vehicle(frame: Frame) -> None:
    if frame.action == "issue_stock" and frame.quantity is None and "sku" not in frame.slots:
        frame.action = "dispatch_vehicle"


def _share_slots(frames: list[Frame]) -> None:
    """Circumstances are shared where one verb serves several frames, or where 都, 全部 or 各 says so."""
    everywhere = any(frame.shared or frame.each for frame in frames)
    for index, frame in enumerate(frames):
        for other in (*reversed(frames[:index]), *frames[index + 1 :]):
            one_verb = not (frame.own_verb and other.own_verb)
            if other.action == frame.action and frame.action and (everywhere or one_verb):
                _lend(frame, other, back=frame.own_verb and other in frames[index:])


def _lend(frame: Frame, other: Frame, *, back: bool) -> None:
    """`back`: what is said later, of a later time, does not hold for what was told whole before."""
    for slot in _SHARED:
        if slot == "due" and back:
            continue
        if slot in other.slots and slot not in frame.slots:
            frame.slots[slot] = other.slots[slot]
    if frame.action in INSPECTED and "sku" in other.slots:
        frame.slots.setdefault("sku", other.slots["sku"])


def _spread(frames: list[Frame]) -> None:
    """'A03和A13各100件': one number for each of them."""
    for index, frame in enumerate(frames):
        if not frame.each or frame.quantity is None:
            continue
        for other in reversed(frames[:index]):
            if other.quantity is not None or other.action != frame.action:
                break
            other.quantity = frame.quantity


def _pass_on(frames: list[Frame]) -> None:
    """The subject of the deed before: what was made is handed over, what was loaded departs."""
    for before, frame in pairwise(frames):
        for slot in _SUBJECT.get((before.action or "", frame.action or ""), ()):
            if slot in before.slots and slot not in frame.slots:
                frame.slots[slot] = before.slots[slot]
    for frame, behind in pairwise(frames):
        if frame.action in INSPECTED and behind.action in INSPECTED and "sku" in behind.slots:
            frame.slots.setdefault("sku", behind.slots["sku"])


def total_without_scrap(frame: Frame) -> Quantity | None:
    """'做完30件其中报废2件': 28 are good. None where the two numbers cannot both be."""
    good, scrap = frame.quantity, frame.scrap
    if not frame.among or good is None or scrap is None or good.value is None or scrap.value is None:
        return good
    return replace(good, value=good.value - scrap.value if scrap.value <= good.value else None)
