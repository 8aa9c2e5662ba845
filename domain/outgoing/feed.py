"""What is told to open screens: that something changed and to which version, never what it says.

The reader then asks again, with its own rights; so nothing can leak here but that a number exists, and even that only
to those who may see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.access.actor import Actor


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the feed: the writing transaction, then the event. What comes later is greater."""

    xid: int
    event_id: UUID


BEGINNING = Position(0, UUID(int=0))


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One event as the feed tells it. Whose it is, is for the filter and not told; nor what a message says.

    Of a message, `version` is its number in the order's conversation; of a change its number, of a complaint its
    version, of reading the number up to which was read. A notice has a `person_id` and no order: what it is about is
    read, and not heard.
    """

    position: Position
    type: str
    order_no: str
    version: int
    customer_id: UUID | None = None
    merchandiser_id: UUID | None = None
    department: str | None = None
    message_id: UUID | None = None
    internal: bool = False
    person_id: UUID | None = None

    @property
    def about_order(self) -> bool:
        """Whether it is an event of the order's history, and nothing beside it."""
        return self.type not in _BESIDE

    def as_json(self) -> dict[str, str | int]:
        """What goes over the wire."""
        if self.person_id is not None:
            return {"type": self.type}
        told: dict[str, str | int] = {"type": self.type, "order_no": self.order_no, "version": self.version}
        return told if self.message_id is None else {**told, "message_id": str(self.message_id)}


MESSAGE_POSTED = "message.posted"
NOTICE_POSTED = "notice.posted"
CHANGE_MOVED = "change.moved"
COMPLAINT_MOVED = "complaint.moved"
MESSAGES_READ = "messages.read"
# Between the house and the customer; of the staff only those who answer customers hear of it.
_WITH_CUSTOMER = frozenset({MESSAGE_POSTED, COMPLAINT_MOVED, MESSAGES_READ})
_BESIDE = _WITH_CUSTOMER | {CHANGE_MOVED, NOTICE_POSTED}
_OPENING = {"OrderOpened", "OrderSplitOff"}


def feed_type(event_type: str, from_stage: str | None, to_stage: str) -> str:
    """The public name of an event of an order's history."""
    if event_type in _OPENING:
        return "order.opened"
    return "order.changed" if from_stage == to_stage else "order.stage_changed"


def may_hear(actor: Actor, item: FeedItem) -> bool:
    """Whether this reader may know that the order exists: its customer, or staff with the right who see such orders.

    Of a notice only the person hears whom it tells.
    """
    if item.person_id is not None:
        return actor.kind == "user" and actor.id == str(item.person_id)
    if actor.kind == "customer":
        return item.customer_id in actor.customer_ids and not item.internal
    if item.type in _WITH_CUSTOMER and not actor.may("portal.answer"):
        return False
    return actor.may("orders.read") and actor.standing.covers(actor.id, item.merchandiser_id, item.department)
