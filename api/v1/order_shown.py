"""What is shown of orders: lists, the whole order, events, papers and tasks, in the names of the contract."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from api.v1.forecast_shapes import ForecastHead, ForecastOut
from api.v1.types import BothLanguages, Shown


class Person(Shown):
    """One of the staff."""

    id: str
    name: str | None = None


class Merchandisers(Shown):
    """Those who may look after an order."""

    items: list[Person]


class CustomerOut(Shown):
    """The customer as far as the channel told."""

    id: str
    name: str
    company: str | None = None
    phone: str | None = None
    email: str | None = None
    address: dict[str, Any] | None = None
    masked: bool | None = None


class AdjustmentOut(Shown):
    """A discount or a fee."""

    kind: str | None = None
    label: str | None = None
    amount: str | None = None
    line: str | None = None


class LineOut(Shown):
    """One line; prices only for who may read them."""

    line: int
    external_id: str | None
    sku: str | None
    name: str
    quantity: str
    unit: str | None
    unit_price: str | None = None
    amount: str | None = None
    is_gift: bool
    gift_origin: str | None
    gift_confirmed: bool | None
    options: dict[str, Any]
    technical: dict[str, Any]
    refund: str
    shipped_quantity: str
    returned_quantity: str


class Standing(Shown):
    """What a list and the whole order have in common."""

    id: str
    order_no: str
    parent_no: str | None
    channel: str
    shop: str
    external_id: str | None
    order_type: str
    merchandiser: Person | None
    currency: str
    total: str | None = None
    priority: int
    promised_date: str | None
    promised_derived: bool
    due_at: str | None
    workflow: str
    stage: str
    stage_label: BothLanguages
    category: Literal["not_started", "in_production", "quality", "shipping", "done", "cancelled"]
    role: str | None = Field(description="who has it now")
    held: bool
    stage_since: str
    revision: int
    version: int
    opened_at: str
    updated_at: str


class OrderRow(Standing):
    """One order of a list."""

    customer: CustomerOut | None
    late: bool
    short: bool = Field(description="red: a material that it needs is below its safety level")
    forecast: ForecastHead | None


class OrderOut(Standing):
    """The whole order. What a reader may not see is absent."""

    customer: CustomerOut | None
    lines: list[LineOut]
    discounts: list[AdjustmentOut] | None = None
    fees: list[AdjustmentOut] | None = None
    shipping: str | None = None
    tax: str | None = None
    tax_included: bool
    cost: str | None = None
    margin: str | None = None
    signed_date: str | None
    requested_date: str | None
    extension: dict[str, Any]
    notes: dict[str, Any]
    deliverables: dict[str, int]
    forecast: ForecastOut | None = Field(
        default=None, description="absent in answers of actions, and where nothing is foretold"
    )


class HeldHours(Shown):
    """How long a role had it: by the clock, in the factory's working time, on hold, and untouched after a handover."""

    role: str
    hours: float
    working_hours: float
    held_hours: float = Field(description="of `hours`, on hold")
    waited_hours: float = Field(description="of `working_hours`, until the role first did something to it")


class StayOut(HeldHours):
    """One stage with one role; `until` is null where it is there still, `taken_at` where nobody handed it over."""

    stage: str
    stage_label: BothLanguages
    since: str
    until: str | None
    taken_at: str | None


class CustodyOut(Shown):
    """Who had an order, stage by stage, and what each role comes to."""

    order_no: str
    items: list[StayOut]
    roles: list[HeldHours]


class EventOut(Shown):
    """One event; `canonical` is the text under the hash, absent with the hashes where the reader may not see all."""

    model_config = ConfigDict(populate_by_name=True)

    id: str
    order_no: str
    seq: int
    type: str
    action: str | None
    from_stage: str | None = Field(alias="from")
    to_stage: str = Field(alias="to")
    held: bool
    actor: dict[str, Any]
    device_id: str | None
    evidence: list[dict[str, Any]]
    payload: dict[str, Any]
    occurred_at: str
    recorded_at: str
    revision: int
    workflow: str
    cause: str | None
    canonical: str | None = None
    prev_hash: str | None = None
    hash: str | None = None


class OrderAndEvent(Shown):
    """What an action answers; a split also answers the new order."""

    order: OrderOut
    event: EventOut
    child: OrderOut | None = None


class WhyNot(Shown):
    """Why an action is not possible now."""

    code: str
    detail: BothLanguages


class Offer(Shown):
    """One action: whether the caller may do it now, the form of its payload, and why not."""

    action: str
    label: BothLanguages
    to: str | None
    allowed: bool
    payload_schema: dict[str, Any]
    reasons: list[WhyNot]


class Offers(Shown):
    """The actions of an order, the likeliest first."""

    order_no: str
    version: int
    items: list[Offer]


class Fault(Shown):
    """Where a chain does not hold."""

    seq: int
    problem: str


class ChainVerdict(Shown):
    """Whether an order's history holds."""

    order_no: str
    holds: bool
    events: int
    head_hash: str | None = None
    faults: list[Fault]


class PaperOut(Shown):
    """One attached file."""

    id: str
    kind: str
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    added_by: str
    added_at: str
    released_at: str | None = Field(description="since when the customer may see it 向客户开放的时间")


class PaperReleased(Shown):
    """Whether the order's customer may see a paper now; `event` is null where it stood so already."""

    id: str
    released: bool
    event: EventOut | None


class PaperAdded(Shown):
    """The paper, its event, and how many papers of each kind the order has now."""

    attachment: PaperOut
    event: EventOut
    deliverables: dict[str, int]


class TaskOut(Shown):
    """Something to do now. An alert is due when the next one up hears of it."""

    kind: Literal["action", "review", "approval", "acknowledgement", "message", "alert", "report"]
    id: str
    order_no: str | None = None
    intake_id: str | None = None
    channel: str | None = None
    external_id: str | None = None
    stage: str | None = None
    stage_label: BothLanguages | None = None
    customer: str | None = None
    actions: list[dict[str, Any]] | None = None
    review_reasons: list[Any] | None = None
    change_id: str | None = None
    change: int | None = None
    reason: str | None = None
    roles: list[str] | None = None
    alert_id: str | None = None
    severity: Literal["info", "warning", "high"] | None = None
    subject: str | None = None
    label: BothLanguages | None = None
    text: BothLanguages | None = None
    conflict_id: str | None = None
    work_order: str | None = None
    report: str | None = Field(default=None, description="what the report that waits is about, such as complete")
    person: str | None = None
    since: str
    due_at: str | None
