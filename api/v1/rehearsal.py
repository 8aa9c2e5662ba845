"""Rehearsing a workflow's draft on the histories of real orders."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from api.actor import TheActor, TheDoor
from api.route import router
from api.v1.types import BothLanguages, Instant, Sent, Shown
from api.v1.workflows import DocumentKey
from usecases.workflows.rehearse import MOST_ORDERS, Rehearse, rehearse

routes = router("workflows")

Orders = Annotated[int, Field(ge=1, le=MOST_ORDERS, strict=True, examples=[500])]


class Period(Sent):
    """Orders that were opened from one instant on, and before another."""

    since: Instant | None = Field(default=None, alias="from")
    until: Instant | None = Field(default=None, alias="to")


class RehearsalIn(Sent):
    """How many of the workflow's newest orders are played, and of which period."""

    orders: Orders = 500
    period: Period | None = None


class StuckReason(Shown):
    """A step that the draft refuses in a stage, with how many orders it stops and some of them."""

    stage: str
    stage_label: BothLanguages
    action: str
    action_label: BothLanguages
    code: str
    count: int
    order_nos: list[str]


class StuckOrder(Shown):
    """Where one order would have stuck: at this event of its history, by this role, for this reason."""

    order_no: str
    seq: int
    stage: str
    stage_label: BothLanguages
    action: str
    action_label: BothLanguages
    code: str
    role: str
    recorded_at: str
    detail: BothLanguages
    fields: list[str]


class StuckOrders(Shown):
    """All that would have stuck: counted, by reason, and the first hundred."""

    count: int
    reasons: list[StuckReason]
    orders: list[StuckOrder]


class RightMissing(Shown):
    """A role that did what the draft gives to others only."""

    role: str
    role_label: BothLanguages
    action: str
    action_label: BothLanguages
    stage: str
    stage_label: BothLanguages
    may: list[str]
    count: int
    order_nos: list[str]


class RehearsedAlerts(Shown):
    """Orders that would have overstayed a stage's service level, and those that did under the rules of then."""

    stage: str
    stage_label: BothLanguages
    service_hours: int | None
    count: int
    before: int
    order_nos: list[str]


class OtherWay(Shown):
    """An order that the draft leads elsewhere, at the first step where it does."""

    order_no: str
    seq: int
    action: str | None
    action_label: BothLanguages
    was: str
    was_label: BothLanguages
    would: str
    would_label: BothLanguages


class OtherWays(Shown):
    """Orders that would have gone on, another way: counted, and the first hundred."""

    count: int
    orders: list[OtherWay]


class Rehearsal(Shown):
    """What publishing the draft would have meant for these orders; nothing was changed."""

    key: str
    draft_version: int
    orders: int
    events: int
    as_before: int
    stuck: StuckOrders
    rights: list[RightMissing]
    alerts: list[RehearsedAlerts]
    otherwise: OtherWays


@routes.post("/workflows/{key}/draft/rehearse", name="rehearse_workflow_draft", response_model=Rehearsal)
async def rehearse_draft(key: DocumentKey, body: RehearsalIn, actor: TheActor, door: TheDoor) -> Any:
    """Play the newest orders' histories under the draft: what would stick, which rights and which alerts follow."""
    period = body.period or Period()
    return await door.read(actor, rehearse, Rehearse(key, body.orders, period.since, period.until))
