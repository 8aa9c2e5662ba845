"""Frames out of tokens, in spoken order: one for each thing that is said to be done."""

from __future__ import annotations

from collections.abc import Callable

from domain.floor.speech.amounts import NONE, Amounts
from domain.floor.speech.frame import STATES, Frame
from domain.floor.speech.lexicon import Lexicon
from domain.floor.speech.tokens import Token
from domain.floor.speech.words import MARKS

_QUESTION = ("吗", "没有", "么", "嘛", "没")


def frames_of(tokens: list[Token], text: str, lexicon: Lexicon) -> list[Frame]:
    """The frames of a corrected sentence."""
    reader = _Reader(tokens, text, lexicon)
    while reader.at < len(tokens):
        reader.step()
    _ask(reader.frames, text)
    return [frame for frame in reader.frames if not frame.bare or frame.refused or frame.beyond]


def _ask(frames: list[Frame], text: str) -> None:
    """'还有A03吗', '有五十件A03吗': goods with 有 before them and a question's ending."""
    goods = [frame for frame in frames if "sku" in frame.slots]
    if "有" in text and text.rstrip(MARKS).endswith(_QUESTION) and not any(frame.action for frame in frames):
        for frame in goods:
            frame.action, frame.own_verb, frame.denied = "query_stock", True, False


class _Reader(Amounts):
    """Goes through the tokens once; each kind has its own way into the frame."""

    def __init__(self, tokens: list[Token], text: str, lexicon: Lexicon) -> None:
        super().__init__(tokens, text, lexicon)
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
        if following is None and previous is not None and previous.has("sku") and self.said(token) == "不要":
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
            self.frame.scrap = self.frame.scrap or NONE
            self.at = self.tokens.index(following) + 1
        elif following is not None and following.has("sku") and not any(t.has("verb") for t in self._clause()):
            self._act("report_shortage", weak=False)
        elif following is None and previous is not None and previous.has("scrap"):
            self.frame.scrap = NONE
        elif following is None and previous is not None and previous.has("sku") and self.said(token) != "不":
            self._act("report_shortage", weak=False)
        elif self.said(token) == "不" and following is not None and self._could_be_done(following):
            self.frame.refused = True
        else:
            self.frame.denied = True

    @staticmethod
    def _could_be_done(token: Token) -> bool:
        """Whether it is a deed that can be refused, and no state."""
        return token.has("verb") and not token.has("weak") and token.get("verb") not in STATES

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
