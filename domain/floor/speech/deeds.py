"""Verbs: what is done, and how a second verb goes together with the first."""

from __future__ import annotations

from domain.floor.speech.frame import MOVES, REFINES, Frame
from domain.floor.speech.sight import Sight
from domain.floor.speech.tokens import Token


class Deeds(Sight):
    """Takes verbs into frames."""

    def _verb(self, token: Token) -> None:
        action, weak = token.get("verb"), bool(token.get("weak"))
        if self.text[token.end : token.end + 1] == "的":
            self.frame.remark = True
        self.frame.stopped = self.frame.stopped or self.said(token) in ("停了", "停机")
        if action == "transfer_stock" and (self._next() or token).has("operation"):
            action = "handover_operation"
        if action == "pause_operation" and self._stops_deed():
            self.frame.refused = True
            return
        if token.has("glue") and not self._counts_as_deed(token):
            return
        if token.has("to") and (self._next() or token).has("location"):
            self._role = "to"
            if action not in MOVES:
                return
        self._act(action, weak=weak)

    def _stops_deed(self) -> bool:
        """'暂停发货': what is to stop is a deed of ours."""
        following = self._next()
        deeds = (*MOVES, "load_vehicle", "dispatch_vehicle", "report_completion", "count_stock")
        return following is not None and following.get("verb") in deeds and not following.has("weak")

    def _counts_as_deed(self, token: Token) -> bool:
        """要, 出 and their like beside goods or a number."""
        if self.frame.action is not None:
            return False
        if "sku" in self.frame.slots and self.frame.quantity is not None:
            return True
        following, previous = self._next(), self._previous()
        if following is None and "sku" in self.frame.slots:
            return True
        near = [t for t in (following, previous) if t is not None]
        return any(t.has("sku", "quantity", "some") for t in near) and self.said(token) != "要"

    def _act(self, action: str, *, weak: bool) -> None:
        frame = self.frame
        if frame.action is None:
            frame.action, frame.weak, frame.own_verb = action, weak, True
        elif frame.action == action:
            frame.weak = frame.weak and weak
        elif frame.action == "report_completion" and action == "qc_pass" and not frame.inspected:
            return
        elif weak and action in ("report_completion", "report_arrival", "query_order", "issue_stock"):
            self._weak_second(action)
        elif (frame.action, action) in REFINES and not self._is_done(action):
            frame.action = (
                "transfer_stock" if "transfer_stock" in (frame.action, action) else self._refined(frame, action)
            )
            frame.weak = False
        elif (frame.action == "report_completion" and action == "handover_operation" and frame.quantity is None) or (
            frame.weak and not weak and frame.action in ("issue_stock", "report_arrival", "query_order")
        ):
            frame.action, frame.weak = action, False
        else:
            self._second(action, weak=weak)

    def _is_done(self, action: str) -> bool:
        """'做好44件返工2件': what was made is told whole, what is made again is another command."""
        following = self._next()
        counted = following is not None and following.quantity is not None
        return action == "rework" and self.frame.quantity is not None and counted

    def _weak_second(self, action: str) -> None:
        frame = self.frame
        if frame.action == "load_vehicle" and action == "issue_stock":
            return
        if frame.action == "query_stock" or frame.weak or action in ("report_completion", "query_order"):
            return
        if action == "report_arrival" and not frame.slots.get("customer"):
            return

    @staticmethod
    def _refined(frame: Frame, action: str) -> str:
        if "query_stock" in (frame.action, action):
            return "query_stock" if action != "report_shortage" else action
        return "rework" if "rework" in (frame.action, action) else action

    def _second(self, action: str, *, weak: bool) -> None:
        """Another deed in the same clause: what stands just before it without a home belongs to it."""
        self._open()
        self.frame.action, self.frame.weak, self.frame.own_verb = action, weak, True

    def _failed(self, _token: Token) -> None:
        frame = self.frame
        if frame.action == "qc_pass" and frame.quantity is not None:
            self._second("qc_fail", weak=False)
        else:
            frame.action, frame.own_verb = "qc_fail", True

    def _breakdown(self) -> None:
        if self.frame.action not in (None, "report_breakdown"):
            self._open()
        self.frame.action, self.frame.own_verb = "report_breakdown", True
