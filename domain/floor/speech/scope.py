"""Whether a sentence is meant for us at all: chatter that contains a command's word is none."""

from __future__ import annotations

from collections.abc import Sequence

from domain.floor.speech.frame import Frame
from domain.floor.speech.tokens import Token
from domain.floor.speech.words import MARKS

_MOST_UNKNOWN = 0.34
_MOST_BESIDE_QUANTITY = 0.6
_ASKS = ("吗", "了没有", "了没", "行不行", "好不好", "是不是", "对不对")
_GOODS = ("sku", "order", "plate", "machine", "machine_kind", "operation", "location", "to_location", "next_operation")


def in_scope(tokens: Sequence[Token], frames: Sequence[Frame]) -> bool:
    """Whether the frames are commands and not remarks."""
    if is_chatter(tokens) or any(frame.beyond or _is_remark(frame) for frame in frames):
        return False
    if not frames or not any(frame.action or frame.quantity or frame.refused for frame in frames):
        return False
    if (
        not any(frame.slots or frame.quantity or frame.scrap or frame.refused for frame in frames)
        and _unknown(tokens) > 1
    ):
        return False
    most = _MOST_BESIDE_QUANTITY if any(map(_is_told, frames)) else _MOST_UNKNOWN
    return _understood(tokens, most) and all(_is_deed(frame) for frame in frames if frame.action)


def is_chatter(tokens: Sequence[Token]) -> bool:
    """Whether it speaks of what nobody built an action for."""
    return any(token.has("beyond", "paper") and not token.has("sku") for token in tokens)


def _is_remark(frame: Frame) -> bool:
    """'今天入库的货真多': a deed that only tells which goods or people are spoken of."""
    return frame.remark and frame.quantity is None and not frame.slots.keys() & {"sku", "order", "plate", "operation"}


def _is_told(frame: Frame) -> bool:
    """A deed by a word of its own and a quantity in a unit: what is not understood is the name of the goods."""
    counted = frame.quantity is not None and frame.quantity.unit is not None
    return counted and frame.own_verb and frame.action is not None and not frame.weak


def _understood(tokens: Sequence[Token], most: float) -> bool:
    said = [token for token in tokens if not token.has("mark")]
    unknown = _unknown(said)
    known = sum(token.end - token.start for token in said if not token.has("unknown"))
    return unknown <= most * (unknown + known)


def _is_deed(frame: Frame) -> bool:
    """A weak verb needs something beside it."""
    if not frame.weak:
        return True
    return (
        frame.quantity is not None
        or any(slot in frame.slots for slot in _GOODS)
        or frame.refused
        or "customer" in frame.slots
    )


def _unknown(tokens: Sequence[Token]) -> int:
    return sum(token.end - token.start for token in tokens if token.has("unknown"))


def is_question(text: str) -> bool:
    """Whether a sentence asks: '订单1024签收了吗', '出库五十件A03行不行'."""
    return text.rstrip(MARKS).endswith(_ASKS)


def answered(frames: Sequence[Frame]) -> list[Frame]:
    """The frames of a question: about stock and orders we answer, nothing is done, the rest is not for us."""
    asked = [frame for frame in frames if (frame.action or "").startswith("query_")]
    for frame in frames:
        if frame not in asked and "order" in frame.slots and "sku" not in frame.slots:
            frame.action, frame.denied = "query_order", False
            asked.append(frame)
    return asked
