"""What is known when a report is decided, and what the decision comes to. Values only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from domain.floor.work_order import Entry, WorkOrder
from domain.refusals.kinds import Refusal

Status = Literal["applied", "duplicate", "conflict", "rejected"]
Direction = Literal["used", "made", "issue", "receive", "transfer", "count"]


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports: enrolled on the device, with the rights of this moment."""

    id: UUID
    name: str
    roles: frozenset[str]
    rights: frozenset[str]

    def may(self, right: str) -> bool:
        """Whether they hold the right."""
        return right in self.rights or "admin.all" in self.rights


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """How an article is counted: its unit, other words for it, and how many of it a pack holds."""

    unit: str
    units: Collection[str] = ()
    pack: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that a decision knows. `reporter` None: whoever it was is not enrolled on the device.

    `at` is the corrected time; `heard_at` is when the device last heard what had changed: of every transaction below
    `heard_upto`. `overruled`: a person has
    looked at it and lets it through, wherever that is possible at all.
    """

    at: datetime
    reporter: Reporter | None
    device: str | None = None
    trusted: bool = True
    revoked: bool = False
    heard_at: datetime | None = None
    heard_upto: int = 0
    skewed: bool = False
    work_order: WorkOrder | None = None
    order_known: bool = True
    articles: Mapping[str, ArticleFacts] = field(default_factory=dict)
    photos: Collection[str] = ()
    overruled: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """Material that went in, came out, was moved or counted; `quantity` in the article's own unit."""

    direction: Direction
    sku: str
    quantity: Decimal
    unit: str | None
    lot: str = ""
    location: str | None = None
    to_location: str | None = None


@dataclass(frozen=True, slots=True)
class OrderAction:
    """A business action that the report is, on its order; where the workflow refuses it, the report is a conflict.

    `otherwise` is done where the workflow has no such step in this stage. `optional`: without either the report stands.
    `if_known`: of an order that is being shipped it also stands where the workflow knows no such action at all.
    """

    action: str
    payload: Mapping[str, Any]
    otherwise: str | None = None
    optional: bool = False
    if_known: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What a report comes to. `work_order` is how it then stands; `begins` and `finishes` say that its order may move.

    `refusal` is why it is a conflict or rejected; `flags` are what a person might want to know of one that was applied;
    `acknowledges` is the change of an order that whoever reports knows of.
    """

    status: Status
    refusal: Refusal | None = None
    flags: tuple[str, ...] = ()
    work_order: WorkOrder | None = None
    entry: Entry | None = None
    moves: tuple[Move, ...] = ()
    action: OrderAction | None = None
    acknowledges: UUID | None = None
    papers: tuple[tuple[str, str], ...] = ()
    begins: bool = False
    finishes: bool = False
