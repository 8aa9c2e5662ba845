"""What a payload means: the shape of samples/README.md, and beside it where each finding came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["order", "event", "failure", "rejected"]
Action = Literal["create", "update", "cancel", "hold", "ignore", "fetch"]

ACTIONS: tuple[Action, ...] = ("create", "update", "cancel", "hold", "ignore", "fetch")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words and where they stand: `source` is a field of the meaning or payload, the places are within its text."""

    source: str
    words: str
    start: int | None = None
    end: int | None = None

    def as_json(self) -> dict[str, Any]:
        """`{"source", "words", "start", "end"}`; the places only where known."""
        placed = {} if self.start is None else {"start": self.start, "end": self.end}
        return {"source": self.source, "words": self.words, **placed}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why something stands in the meaning: `about` points into it ('/lines/2', '/review_reasons/gift_declined')."""

    about: str
    evidence: Evidence

    def as_json(self) -> dict[str, Any]:
        """`{"about", "source", "words", ...}`."""
        return {"about": self.about, **self.evidence.as_json()}


@dataclass(frozen=True, slots=True)
class Hint:
    """One event that a body tells of without the order itself: what to fetch, from which shop.

    `occurred_at` is sortable UTC text (see `Meaning.version`).
    """

    event: str
    action: Action
    external_id: str | None
    shop: str | None = None
    message_id: str | None = None
    occurred_at: str | None = None


@dataclass(frozen=True, slots=True)
class Meaning:
    """A payload's meaning. `content` is the compared shape, made of text, lists, objects, booleans and null only.

    `version` orders the states of one order: UTC text with six decimals, so that comparing text compares time; an older
    one changes nothing. `shop` is the seller's own name or domain where the payload says it.
    """

    kind: Kind
    content: Mapping[str, Any]
    version: str | None = None
    shop: str | None = None
    hints: tuple[Hint, ...] = ()
    explanations: tuple[Explanation, ...] = field(default=())

    @property
    def source(self) -> str:
        """The channel."""
        return str(self.content["source"])

    @property
    def action(self) -> Action | None:
        """What is to be done; None for failures and rejected bodies."""
        return self.content.get("action")

    @property
    def external_id(self) -> str | None:
        """The order's number in the channel; None for what is no order."""
        return self.content.get("external_id")

    @property
    def review_reasons(self) -> tuple[str, ...]:
        """Why a person must look; empty where nobody must."""
        return tuple(self.content.get("review_reasons", ()))

    @property
    def needs_review(self) -> bool:
        """Whether a person must look before the order is opened."""
        return bool(self.review_reasons)


def rejected(source: str, reason: str = "signature") -> Meaning:
    """The meaning of a body whose sender is not proven: nothing of it is read."""
    return Meaning("rejected", {"kind": "rejected", "source": source, "reason": reason, "http_status": 401})
