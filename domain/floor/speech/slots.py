"""Names: goods, orders, places, operations, machines and what is wrong with them."""

from __future__ import annotations

import re
from typing import Any

from domain.floor.speech.deeds import Deeds
from domain.floor.speech.frame import INSPECTED
from domain.floor.speech.tokens import Token


class Named(Deeds):
    """Takes names into the slots of frames."""

    def _put(self, slot: str, value: Any) -> None:
        """Fill a slot; another value for it opens another frame."""
        if slot in self.frame.slots and self.frame.slots[slot] != value:
            self._open()
        self.frame.slots[slot] = value

    def _sku(self, token: Token) -> None:
        codes, frame = token.get("sku"), self.frame
        known = frame.slots.get("sku")
        if known is None and "sku" not in frame.slots:
            frame.slots["sku"] = codes
        elif known & codes:
            frame.slots["sku"] = known & codes
        elif not codes and not known:
            return
        elif (
            frame.dropped
            or token.has("code")
            or frame.quantity is not None
            or self._role == "and"
            or self._after_mark()
        ):
            self._open()
            self.frame.slots["sku"] = codes
        else:
            frame.slots["sku"] = known | codes

    def _after_mark(self) -> bool:
        return self._previous() is None

    def _order(self, token: Token) -> None:
        self._put("order", token.get("order"))

    def _plate(self, token: Token) -> None:
        self._put("plate", token.get("plate"))

    def _due(self, token: Token) -> None:
        if token.get("due") is not None:
            self.frame.slots["due"] = token.get("due")

    def _customer(self, token: Token) -> None:
        self._put("customer", token.get("customer"))

    def _location(self, token: Token) -> None:
        place = token.get("location")
        following = self._next()
        if self._role in ("from", "to"):
            slot = f"{self._role}_location"
        elif following is not None and following.has("to") and following.has("verb"):
            slot = "location"
        else:
            slot = "location"
        self._role = ""
        if slot in self.frame.slots and self.frame.slots[slot] != place and self.frame.quantity is None:
            self.frame.slots[slot] = None
        else:
            self.frame.slots[slot] = place

    def _operation(self, token: Token) -> None:
        frame, name = self.frame, token.get("operation")
        following = self._next()
        if token.has("inspect") and not (frame.action == "handover_operation" or self._role == "to"):
            self._inspect(token)
            return
        if token.has("machine_kind") and self._is_machine(following):
            self._machine_kind(token)
        elif frame.action == "handover_operation" or self._role in ("to", "for"):
            self._role = ""
            if frame.action == "report_completion" and frame.quantity is None:
                frame.action = "handover_operation"
            frame.slots["next_operation"] = name
            if frame.action is None:
                frame.action, frame.own_verb = "handover_operation", True
        elif self._role == "back":
            self._role = ""
            frame.slots["operation"] = name
            if frame.action is None:
                frame.action, frame.own_verb = "rework", True
        elif self._follows_operation(name):
            frame.slots["next_operation"] = name
        else:
            self._put("operation", name)

    def _follows_operation(self, name: str) -> bool:
        """'开料封边转': two operations side by side, before the verb."""
        frame = self.frame
        known = frame.slots.get("operation")
        return known not in (None, name) and frame.action is None and frame.quantity is None and not self._after_mark()

    def _is_machine(self, following: Token | None) -> bool:
        broken = following is not None and (
            following.has("bad", "symptom") or following.get("verb") == "report_breakdown"
        )
        return broken or self.frame.action == "report_breakdown"

    def _machine(self, token: Token) -> None:
        self._put("machine", token.get("machine"))
        if self.frame.action is None and token.has("symptom"):
            self.frame.action = "report_breakdown"

    def _machine_kind(self, token: Token) -> None:
        if "machine" not in self.frame.slots:
            self.frame.slots["machine_kind"] = token.get("machine_kind")

    def _renumbered(self, token: Token) -> None:
        kind, old, number = token.get("renumbered")
        wanted = re.sub(r"\d+|[一二三四五六七八九十]+(?=号)", str(number), old or "", count=1)
        self.frame.slots[kind] = (self.lexicon.words.get(wanted) or {}).get(kind)

    def _symptom(self, token: Token) -> None:
        frame = self.frame
        has_machine = frame.slots.keys() & {"machine", "machine_kind"} or frame.generic
        if has_machine or frame.action == "report_breakdown" or not token.has("defect"):
            if frame.action in (None, "report_breakdown") or frame.action not in ("pause_operation", "add_note"):
                self._breakdown()
                self.frame.slots["symptom"] = token.get("symptom")
        else:
            self._defect(token)

    def _defect(self, token: Token) -> None:
        frame = self.frame
        if frame.action == "qc_pass" and frame.quantity is not None and frame.own_verb:
            self._failed(token)
        elif "defect" in frame.slots and frame.slots["defect"] != token.get("defect"):
            self._open()
        self.frame.slots["defect"] = token.get("defect")

    def _inspect(self, token: Token) -> None:
        self.frame.inspected = True
        following = self._next()
        if token.has("operation") and following is not None and following.has("verb"):
            deed = following.get("verb")
            if deed not in INSPECTED and not following.has("weak"):
                self._operation(token)
