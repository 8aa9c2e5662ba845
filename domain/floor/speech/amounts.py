"""Numbers: what they count, which of them is scrap, and when a second one begins another command."""

from __future__ import annotations

from decimal import Decimal

from domain.floor.speech.clean import says_nothing
from domain.floor.speech.frame import INSPECTED, OF_ORDERS
from domain.floor.speech.slots import Named
from domain.floor.speech.tokens import Quantity, Token

NONE = Quantity(Decimal(0))
"""'没有报废': none, as good as said."""


class Amounts(Named):
    """Takes quantities into frames."""

    def _completing(self) -> bool:
        frame = self.frame
        if frame.inspected or frame.action in INSPECTED:
            return False
        return frame.action == "report_completion" or (
            frame.action is None and frame.slots.get("operation") is not None
        )

    def _scrap(self, token: Token) -> None:
        frame = self.frame
        if frame.action in (None, "report_completion"):
            frame.action = "report_completion"
            frame.own_verb = True
        elif frame.action not in INSPECTED:
            self._second("report_completion", weak=False)
        self._take_scrap()

    def _take_scrap(self) -> None:
        """The number behind the word, else the one just before it."""
        self.frame.scrap_said = True
        frame, clause = self.frame, self._clause()
        for place, token in enumerate(clause):
            if token.has("defect") and not token.has("quantity"):
                frame.slots["defect"] = token.get("defect")
            elif token.quantity is not None or token.has("some"):
                frame.scrap = self._with_other_scrap(token.quantity or Quantity(None))
                self.at += place + 1
                return
            elif token.has("never"):
                frame.scrap = NONE
                self.at += place + 1
                return
            elif not says_nothing(token):
                break
        previous = self._previous()
        while previous is not None and previous.has("defect") and not previous.has("quantity"):
            frame.slots["defect"] = previous.get("defect")
            place = self.tokens.index(previous)
            previous = self.tokens[place - 1] if place else None
        if previous is not None and previous.quantity is not None and previous.quantity is frame.quantity:
            self._turn_into_scrap(previous)

    def _with_other_scrap(self, said: Quantity) -> Quantity:
        """Two numbers of lost pieces ('报废2件不良1件'): nobody adds them up, they are asked for."""
        known = self.frame.scrap
        return said if known is None or known == said else Quantity(None, said.unit)

    def _turn_into_scrap(self, counted: Token) -> None:
        """'2件报废' are lost; '完成30件报废' may mean either."""
        frame, place = self.frame, self.tokens.index(counted)
        done = place > 0 and self.tokens[place - 1].get("verb") == "report_completion"
        if not done:
            frame.scrap, frame.quantity = frame.quantity, None
        elif frame.scrap is None:
            frame.scrap = Quantity(None)

    def _bad(self, token: Token) -> None:
        frame, following, previous = self.frame, self._next(), self._previous()
        with_number = any(t is not None and t.quantity is not None for t in (following, previous))
        broke = self.said(token).startswith("坏")
        if broke and previous is not None and previous.has("unknown"):
            frame.beyond = True
            return
        if broke and (frame.slots.keys() & {"machine", "machine_kind"} or not with_number or frame.generic):
            if self._completing() and with_number:
                self._scrap(token)
            else:
                self._breakdown()
        elif self._completing() or broke:
            self._scrap(token)
        elif frame.action is None or frame.action == "qc_pass":
            self._failed(token)

    def _quantity(self, token: Token) -> None:
        if token.has("sku"):
            self._sku(token)
        quantity, frame = token.quantity, self.frame
        if quantity is None or self._denies_scrap():
            return
        if self._is_order(quantity) or self._leads(token, quantity):
            self._put("order", str(quantity.value))
            return
        if self._is_scrap():
            if frame.scrap is None or frame.action is None:
                frame.scrap = quantity
            return
        if frame.quantity is None:
            frame.quantity = quantity
        elif self._repeats(frame.quantity, quantity) and not self._adds(token):
            frame.quantity = quantity if frame.quantity.unit is None else frame.quantity
        elif self._begins_another():
            self._open()
            self.frame.quantity = quantity
        else:
            frame.conflict = True

    def _denies_scrap(self) -> bool:
        """'一件报废都没有': none at all."""
        clause = [t for t in self._clause() if not says_nothing(t)]
        told = clause[:2] if clause and clause[0].has("never") else clause[:1]
        if not told or not told[-1].has("scrap") or not any(t.has("never") for t in clause) or not self._completing():
            return False
        self.frame.scrap = NONE
        self.at = self.tokens.index(clause[-1]) + 1
        return True

    def _is_scrap(self) -> bool:
        """'2件报废', with no other number behind the word."""
        clause = [t for t in self._clause() if not says_nothing(t)]
        while clause and clause[0].has("defect") and not clause[0].has("quantity"):
            clause = clause[1:]
        if not clause or not clause[0].has("scrap") or self.frame.quantity is None:
            return False
        return not (len(clause) > 1 and clause[1].quantity is not None)

    def _leads(self, token: Token, said: Quantity) -> bool:
        """'1024开料做完三十件': four digits at the head of it all, with a number in a unit still to come."""
        following = self._next()
        named = following is not None and following.has("operation", "verb")
        counted = any(t.quantity is not None and t.quantity.unit is not None for t in self._clause())
        head = token.start == 0 and said.unit is None and len(self.said(token)) >= 4 and self.said(token).isdigit()
        return head and named and counted

    def _is_order(self, said: Quantity) -> bool:
        """'订单1066签收，1077也签收了': a bare number beside another order's."""
        frame = self.frame
        bare = said.unit is None and said.value is not None and said.value >= 100
        return bare and "order" in frame.slots and "sku" not in frame.slots and frame.action in OF_ORDERS

    def _adds(self, token: Token) -> bool:
        """'五十件，再来五十件': the same again is no stutter."""
        place = self.tokens.index(token)
        return any(t.has("then", "and") for t in self.tokens[max(0, place - 2) : place])

    @staticmethod
    def _repeats(one: Quantity, other: Quantity) -> bool:
        same_unit = one.unit is None or other.unit is None or one.unit == other.unit
        return one.value is not None and one.value == other.value and same_unit

    def _begins_another(self) -> bool:
        """Whether a second number opens a second command: the first has its goods, or a deed of its own follows."""
        frame = self.frame
        clause = self._clause()
        own = any(t.has("defect", "bad") or (t.has("verb") and not t.has("glue")) for t in clause)
        if (frame.action == "qc_fail" or "defect" in frame.slots) and any(t.has("defect") for t in clause):
            return True
        if "sku" in frame.slots:
            return self._role == "and" or any(t.has("sku") for t in clause) or own
        previous = self._previous()
        return previous is None and own and any(t.has("sku", "defect", "bad") for t in clause)
