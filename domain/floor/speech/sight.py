"""Where a reader of tokens stands, and what it sees before and behind."""

from __future__ import annotations

from typing import Any

from domain.floor.speech.clean import says_nothing
from domain.floor.speech.frame import MOVES, REFINES, Frame
from domain.floor.speech.lexicon import Lexicon
from domain.floor.speech.tokens import Token


class Sight:
    """The tokens, the place in them and the frames so far; `_role` is what the last preposition makes of a name."""

    def __init__(self, tokens: list[Token], text: str, lexicon: Lexicon) -> None:
        self.tokens, self.text, self.lexicon = tokens, text, lexicon
        self.at = 0
        self.frames = [Frame()]
        self._role = ""
        self._fresh = True

    @property
    def frame(self) -> Frame:
        """The frame that is being filled."""
        return self.frames[-1]

    def said(self, token: Token) -> str:
        """The token's own words."""
        return self.text[token.start : token.end]

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
        """The last token that said something, in this clause."""
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
        return deed != frame.action and (frame.action, deed) not in REFINES

    def _open(self) -> None:
        self.frames.append(Frame())
        self._role = ""
