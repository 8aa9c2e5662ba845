"""What the demo's customers wrote and complained about, so that their portal is as lived in as the office."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from domain.access.actor import Actor
from usecases.portal.complain import FileComplaint
from usecases.portal.post_message import PostMessage

Who = Literal["customer", "staff"]
# A paper is shown in the present: it is the newest thing that happened to its order.
SHOWN_BEFORE_PRESENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said about an order of the story: by whom, when, and how it is done again."""

    order: str
    key: str
    who: Who
    at: datetime
    what: Literal["message", "note", "complaint"]
    text: str
    category: str = ""

    def command(self, order_no: str, new_id: Any) -> PostMessage | FileComplaint:
        """The command of the use case that says it; `new_id` makes the id that the sender would have made."""
        if self.what == "complaint":
            return FileComplaint(order_no, new_id(), self.category, self.text)
        return PostMessage(order_no, new_id(), self.text, internal=self.what == "note")


def said(told: Mapping[str, Any], present: datetime) -> Iterator[Said]:
    """What was said about one order, as the story tells it."""
    for number, (who, hours_ago, text) in enumerate(told["said"]):
        what: Literal["message", "note"] = "note" if who == "note" else "message"
        side: Who = "customer" if who == "customer" else "staff"
        at = present - timedelta(hours=hours_ago)
        yield Said(told["order"], f"said:{told['order']}:{number}", side, at, what, text)
    if "complaint" in told:
        category, hours_ago, text = told["complaint"]
        at = present - timedelta(hours=hours_ago)
        yield Said(told["order"], f"complaint:{told['order']}", "customer", at, "complaint", text, category)


def speaker(contact: Mapping[str, Any], rights: frozenset[str]) -> Actor:
    """The contact as who acts. Reliving takes a right that a customer has not; here she is given it."""
    customers = frozenset(customer["id"] for customer in contact["customers"])
    return Actor("customer", contact["id"], contact["name"], rights=rights, customer_ids=customers)
