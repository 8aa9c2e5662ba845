"""Frames: one for each thing that is said to be done, with what belongs to it, in spoken order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from domain.floor.speech.clean import says_nothing
from domain.floor.speech.lexicon import Lexicon
from domain.floor.speech.tokens import Quantity, Token

INSPECTED = ("qc_pass", "qc_fail")
MOVES = ("issue_stock", "receive_stock", "transfer_stock")
_REFINES = {
    ("issue_stock", "transfer_stock"),
    ("transfer_stock", "issue_stock"),
    ("receive_stock", "transfer_stock"),
    ("report_completion", "rework"),
    ("rework", "report_completion"),
    ("qc_fail", "rework"),
    ("dispatch_vehicle", "report_arrival"),
    ("query_stock", "issue_stock"),
    ("query_stock", "count_stock"),
    ("count_stock", "query_stock"),
    ("report_completion", "qc_pass"),
    ("query_stock", "report_shortage"),
    ("query_stock", "receive_stock"),
}


OF_ORDERS = (
    *("query_order", "confirm_delivery", "report_arrival", "load_vehicle", "dispatch_vehicle", "handover_operation"),
    *("start_operation", "pause_operation", "resume_operation"),
)
"""Deeds that are done to an order and count nothing, or nothing without a unit."""
_STATES = ("report_shortage", "report_breakdown", "report_arrival", "qc_pass", "qc_fail", "query_stock", "query_order")


@dataclass
class Frame:
    """What one command will be made of. `slots` are settled values (None: said, but cannot be settled)."""

    action: str | None = None
    weak: bool = False
    own_verb: bool = False
    slots: dict[str, Any] = field(default_factory=dict)
    quantity: Quantity | None = None
    conflict: bool = False
    scrap: Quantity | None = None
    among: bool = False
    refused: bool = False
    denied: bool = False
    each: bool = False
    shared: bool = False
    whole: bool = False
    inspected: bool = False
    dropped: bool = False
    beyond: bool = False
    generic: bool = False
    looked_up: bool = False
    remark: bool = False
    start: int = 0
    note_end: int = 0

    @property
    def bare(self) -> bool:
        """Whether nothing has been said in it yet."""
        return self.action is None and not self.slots and self.quantity is None and self.scrap is None


def frames_of(tokens: list[Token], text: str, lexicon: Lexicon) -> list[Frame]:
    """The frames of a corrected sentence."""
    reader = _Reader(tokens, text, lexicon)
    while reader.at < len(tokens):
        reader.step()
    return [frame for frame in reader.frames if not frame.bare or frame.refused or frame.beyond]


class _Reader:
    """Goes through the tokens once; each kind has its own way into the frame."""

    def __init__(self, tokens: list[Token], text: str, lexicon: Lexicon) -> None:
        self.tokens, self.text, self.lexicon = tokens, text, lexicon
        self.at = 0
        self.frames = [Frame()]
        self._role = ""
        self._fresh = True
        self._handlers: list[tuple[str, Callable[[Token], None]]] = [
            ("mark", self._mark),
            ("then", self._then),
            ("and", self._and),
            ("scrap", self._scrap),
            ("bad", self._bad),
            ("renumbered", self._renumbered),
            ("machine", self._machine),
            ("quantity", self._quantity),
            ("order", self._order),
            ("plate", self._plate),
            ("due", self._due),
            ("customer", self._customer),
            ("location", self._location),
            ("symptom", self._symptom),
            ("defect", self._defect),
            ("operation", self._operation),
            ("machine_kind", self._machine_kind),
            ("verb", self._verb),
            ("sku", self._sku),
            ("not", self._not),
            ("withdraw", self._withdraw),
            ("never", self._never),
            ("inspect", self._inspect),
            ("among", self._among),
            ("each", self._each),
            ("both", self._both),
            ("whole", self._whole),
            ("some", self._some),
            ("from", self._preposition),
            ("to", self._preposition),
            ("for", self._preposition),
            ("back", self._back),
            ("generic", self._generic),
            ("beyond", self._beyond),
            ("paper", self._beyond),
            ("look", self._look),
            ("ordinal", self._ordinal),
        ]

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    def step(self) -> None:
        token = self.tokens[self.at]
        self.at += 1
        if self._fresh and not token.has("mark"):
            self._fresh = False
            self._begin_clause()
        for kind, handle in self._handlers:
            if token.has(kind):
                handle(token)
                return

    # -- looking around ----------------------------------------------------------------------------------------------

    def _clause(self, start: int | None = None) -> list[Token]:
        """The tokens from here to the next mark."""
        found = []
        for token in self.tokens[self.at if start is None else start :]:
            if token.has("mark"):
                break
            found.append(token)
        return found

    def _next(self) -> Token | None:
        """The next token that says something, in this clause."""
        return next((token for token in self._clause() if not says_nothing(token)), None)

    def _previous(self) -> Token | None:
        for token in reversed(self.tokens[: self.at - 1]):
            if token.has("mark"):
                return None
            if not says_nothing(token):
                return token
        return None

    def _begin_clause(self) -> None:
        """A clause with a deed of its own begins a frame of its own."""
        frame = self.frame
        if frame.bare:
            return
        clause = self._clause(self.at - 1)
        deeds = [t.get("verb") for t in clause if t.has("verb") and not t.has("to", "glue", "location")]
        if any(t.has("machine", "machine_kind") for t in clause) and any(t.has("bad", "symptom") for t in clause):
            deeds.append("report_breakdown")
        if (
            frame.denied
            or frame.refused
            or frame.beyond
            or self._is_whole(frame, clause, deeds)
            or (frame.action and deeds and all(self._is_other_deed(frame, deed) for deed in deeds if deed))
        ):
            self._open()

    @staticmethod
    def _is_whole(frame: Frame, clause: list[Token], deeds: list[Any]) -> bool:
        """Whether the frame has all it needs and the clause has goods and a deed of its own."""
        told = frame.action in MOVES and "sku" in frame.slots and frame.quantity is not None
        return told and bool(deeds) and any(t.has("sku") and t.get("sku") != frame.slots["sku"] for t in clause)

    @staticmethod
    def _is_other_deed(frame: Frame, deed: str) -> bool:
        return deed != frame.action and (frame.action, deed) not in _REFINES

    def _open(self) -> None:
        self.frames.append(Frame(start=self.tokens[self.at - 1].start))
        self._role = ""

    # -- little words ------------------------------------------------------------------------------------------------

    def _mark(self, _token: Token) -> None:
        self._role, self._fresh = "", True

    def _then(self, _token: Token) -> None:
        self._fresh = True

    def _and(self, token: Token) -> None:
        following = self._next()
        previous = self._previous()
        if (
            following is not None
            and following.has("sku", "quantity")
            and previous is not None
            and previous.has("sku", "quantity")
        ):
            self._role = "and"
        elif token.has("verb"):
            self._verb(token)

    def _not(self, token: Token) -> None:
        following = self._next()
        previous = self._previous()
        if (
            following is None
            and previous is not None
            and previous.has("sku")
            and self.text[token.start : token.end] == "不要"
        ):
            self.frame.dropped = True
        else:
            self.frame.refused = True

    def _withdraw(self, _token: Token) -> None:
        previous = self._previous()
        if previous is not None and previous.has("sku"):
            self.frame.dropped = True
        else:
            self.frame.refused = True

    def _never(self, token: Token) -> None:
        following, previous = self._next(), self._previous()
        if following is not None and following.has("scrap", "bad") and self._completing():
            self.frame.scrap = self.frame.scrap or Quantity(_zero(), None)
            self.at = self.tokens.index(following) + 1
        elif following is not None and following.has("sku") and not any(t.has("verb") for t in self._clause()):
            self._act("report_shortage", weak=False)
        elif following is None and previous is not None and previous.has("scrap"):
            self.frame.scrap = Quantity(_zero(), None)
        elif (
            following is None
            and previous is not None
            and previous.has("sku")
            and self.text[token.start : token.end] != "不"
        ):
            self._act("report_shortage", weak=False)
        elif self.text[token.start : token.end] == "不" and following is not None and self._could_be_done(following):
            self.frame.refused = True
        else:
            self.frame.denied = True

    @staticmethod
    def _could_be_done(token: Token) -> bool:
        """Whether it is a deed that can be refused, and no state."""
        return token.has("verb") and not token.has("weak") and token.get("verb") not in _STATES

    def _inspect(self, token: Token) -> None:
        self.frame.inspected = True
        following = self._next()
        if token.has("operation") and following is not None and following.has("verb"):
            deed = following.get("verb")
            if deed not in INSPECTED and not following.has("weak"):
                self._operation(token)

    def _among(self, _token: Token) -> None:
        self.frame.among = True

    def _each(self, _token: Token) -> None:
        self.frame.each = True

    def _both(self, _token: Token) -> None:
        self.frame.shared = self.frame.each = True

    def _whole(self, token: Token) -> None:
        frame = self.frame
        if frame.quantity is not None and frame.action is not None and self.text[token.start] in "剩其":
            self._open()
            self.frame.action, self.frame.conflict = frame.action, True
            return
        self.frame.whole = self.frame.shared = True

    def _some(self, token: Token) -> None:
        if self.frame.quantity is None:
            self.frame.whole = self.frame.whole and not token.has("some")

    def _preposition(self, token: Token) -> None:
        following = self._next()
        names_place = following is not None and following.has("location", "customer", "operation")
        if token.has("verb") and not (following is not None and following.has("location")):
            self._verb(token)
            if following is not None and following.has("location"):
                self._role = "to"
            return
        if names_place:
            self._role = next(kind for kind in ("from", "to", "for") if token.has(kind))
            if token.has("verb") and token.get("verb") == "transfer_stock":
                self._act("transfer_stock", weak=False)

    def _back(self, _token: Token) -> None:
        self._role = "back"

    def _generic(self, _token: Token) -> None:
        self.frame.generic = True

    def _beyond(self, _token: Token) -> None:
        self.frame.beyond = True

    def _look(self, _token: Token) -> None:
        self.frame.looked_up = True

    def _ordinal(self, token: Token) -> None:
        """'注塑机坏了，5号': the number of the machine."""
        numbered = self.lexicon.machine_kinds.get(self.frame.slots.get("machine_kind") or "", {})
        if token.get("ordinal") in numbered and "machine" not in self.frame.slots:
            self.frame.slots["machine"] = numbered[token.get("ordinal")]

    # -- deeds -------------------------------------------------------------------------------------------------------

    def _verb(self, token: Token) -> None:
        action, weak = token.get("verb"), bool(token.get("weak"))
        if self.text[token.end : token.end + 1] == "的":
            self.frame.remark = True
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
        near = [t for t in (following, previous) if t is not None]
        return any(t.has("sku", "quantity", "some") for t in near) and self.text[token.start : token.end] != "要"

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
        elif (frame.action, action) in _REFINES and not self._is_done(action):
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

    # -- quantities --------------------------------------------------------------------------------------------------

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
        frame, clause = self.frame, self._clause()
        for place, token in enumerate(clause):
            if token.has("defect") and not token.has("quantity"):
                frame.slots["defect"] = token.get("defect")
            elif token.quantity is not None:
                frame.scrap = token.quantity
                self.at += place + 1
                return
            elif token.has("never"):
                frame.scrap = Quantity(_zero(), None)
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
            frame.scrap, frame.quantity = frame.quantity, None

    def _bad(self, token: Token) -> None:
        frame, following, previous = self.frame, self._next(), self._previous()
        with_number = any(t is not None and t.quantity is not None for t in (following, previous))
        broke = self.text[token.start : token.end].startswith("坏")
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

    def _quantity(self, token: Token) -> None:
        if token.has("sku"):
            self._sku(token)
        quantity, frame = token.quantity, self.frame
        if quantity is None or self._denies_scrap():
            return
        if self._is_order(quantity):
            self._put("order", str(quantity.value))
            return
        if self._is_scrap():
            if frame.scrap is None or frame.action is None:
                frame.scrap = quantity
            return
        if frame.quantity is None:
            frame.quantity = quantity
        elif self._repeats(frame.quantity, quantity):
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
        self.frame.scrap = Quantity(_zero(), None)
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

    def _is_order(self, said: Quantity) -> bool:
        """'订单1066签收，1077也签收了': a bare number beside another order's."""
        frame = self.frame
        bare = said.unit is None and said.value is not None and said.value >= 100
        return bare and "order" in frame.slots and "sku" not in frame.slots and frame.action in OF_ORDERS

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

    # -- slots -------------------------------------------------------------------------------------------------------

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


def _zero() -> Any:
    return Decimal(0)
