"""The shapes of orders, lines, events and actions as the contract writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from api.v1.types import (
    BothLanguages,
    Currency,
    Day,
    DecimalText,
    Facts,
    Flag,
    Instant,
    NotNegative,
    Positive,
    SafeText,
    Sent,
    Shown,
    Whole,
    Words,
)

Named = Annotated[SafeText, Field(min_length=1, max_length=300)]
Line = Annotated[SafeText, Field(max_length=300)]
Code = Annotated[SafeText, Field(max_length=100)]
Priority = Annotated[Whole, Field(ge=0, le=9)]
LineNumber = Annotated[Whole, Field(ge=1, le=500)]


class AdjustmentIn(Sent):
    """A discount (positive lowers the price) or a fee (with its sign)."""

    kind: Code = Field(default="order", examples=["order"])
    label: Line = Field(default="", examples=["满减"])
    amount: DecimalText
    line: Code | None = Field(default=None, description="external_id of the line it belongs to")


class AddressIn(Sent):
    """Where it goes."""

    country: Code | None = None
    province: Code | None = None
    city: Code | None = None
    district: Code | None = None
    town: Code | None = None
    street: Line | None = None
    postcode: Code | None = None


class CustomerIn(Sent):
    """A customer who is perhaps not known yet; `external_id` finds the same one again on the same channel."""

    name: Named = Field(examples=["李女士"])
    company: Line | None = None
    phone: Code | None = None
    email: Code | None = None
    external_id: Code | None = None
    address: AddressIn | None = None


class LineIn(Sent):
    """One line; `amount` follows from quantity and unit price."""

    name: Named = Field(examples=["铜铝复合散热器"])
    quantity: Positive
    unit_price: NotNegative
    sku: Code | None = Field(default=None, examples=["RAD-CU6012-W"])
    external_id: Code | None = None
    unit: Code | None = None
    is_gift: Flag = False
    gift_origin: Literal["line", "promotion", "seller_memo", "buyer_message"] | None = None
    gift_confirmed: Flag | None = None
    options: Facts = Field(default_factory=dict)
    technical: Facts = Field(default_factory=dict)


class OrderIn(Sent):
    """A new order. `total`, where given, must be what lines, discounts, fees, shipping and tax come to."""

    order_type: Code = Field(default="standard", examples=["standard"])
    currency: Currency = "CNY"
    lines: list[LineIn] = Field(min_length=1, max_length=500)
    customer: CustomerIn | None = None
    customer_id: UUID | None = None
    channel: Code = "manual"
    shop: Code = ""
    external_id: Code | None = None
    workflow: Code | None = Field(default=None, description="only where it is not the order type's own")
    discounts: list[AdjustmentIn] = Field(default_factory=list, max_length=200)
    fees: list[AdjustmentIn] = Field(default_factory=list, max_length=200)
    shipping: NotNegative = Decimal(0)
    tax: NotNegative = Decimal(0)
    tax_included: Flag = True
    total: NotNegative | None = None
    cost: NotNegative | None = None
    margin: DecimalText | None = None
    signed_date: Day | None = None
    promised_date: Day | None = None
    requested_date: Day | None = None
    merchandiser_id: UUID | None = None
    priority: Priority = 0
    extension: Facts = Field(default_factory=dict)
    notes: dict[Literal["buyer", "seller", "internal"], Words | None] = Field(default_factory=dict)


class LinePatch(Sent):
    """What changes on one line; what is not named stays, and the next free number adds a line."""

    line: LineNumber
    name: Named = ""
    quantity: Positive = Decimal(1)
    unit_price: NotNegative = Decimal(0)
    sku: Code | None = None
    unit: Code | None = None
    is_gift: Flag = False
    options: Facts = Field(default_factory=dict)
    technical: Facts = Field(default_factory=dict)


class OrderPatch(Sent):
    """A JSON merge patch: what is not named stays, whatever default stands here. Lines are named by their number."""

    priority: Priority = 0
    merchandiser_id: UUID | None = None
    signed_date: Day | None = None
    promised_date: Day | None = None
    requested_date: Day | None = None
    discounts: list[AdjustmentIn] = Field(default_factory=list, max_length=200)
    fees: list[AdjustmentIn] = Field(default_factory=list, max_length=200)
    shipping: NotNegative = Decimal(0)
    tax: NotNegative = Decimal(0)
    tax_included: Flag = True
    total: NotNegative = Decimal(0)
    cost: NotNegative | None = None
    margin: DecimalText | None = None
    extension: Facts = Field(default_factory=dict)
    notes: dict[Literal["buyer", "seller", "internal"], Words | None] = Field(default_factory=dict)
    lines: list[LinePatch] = Field(default_factory=list, max_length=500)


class ActionIn(Sent):
    """A business action. `payload` is what the action's form asks for; see GET orders/{order_no}/actions."""

    action: Code = Field(examples=["submit_review"])
    payload: Facts = Field(default_factory=dict)
    occurred_at: Instant | None = Field(default=None, description="when it really happened, if not now")


class Person(Shown):
    """One of the staff."""

    id: str
    name: str | None = None


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


class EventOut(Shown):
    """One event; `canonical` is the text under the hash, absent where it holds what the reader may not see."""

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
    prev_hash: str
    hash: str


class OrderAndEvent(Shown):
    """What an action answers; a split also answers the new order."""

    order: OrderOut
    event: EventOut
    child: OrderOut | None = None


class OrderPage(Shown):
    """A page of orders."""

    items: list[OrderRow]
    next_cursor: str | None


class EventPage(Shown):
    """A page of history."""

    items: list[EventOut]
    next_cursor: str | None


class Reason(Shown):
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
    reasons: list[Reason]


class Offers(Shown):
    """The actions of an order, the likeliest first."""

    order_no: str
    version: int
    items: list[Offer]


class Fault(Shown):
    """Where a chain does not hold."""

    seq: int
    problem: str


class Verdict(Shown):
    """Whether an order's history holds."""

    order_no: str
    holds: bool
    events: int
    head_hash: str
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


class PaperAdded(Shown):
    """The paper, its event, and how many papers of each kind the order has now."""

    attachment: PaperOut
    event: EventOut
    deliverables: dict[str, int]


class PaperList(Shown):
    """An order's papers."""

    items: list[PaperOut]
    next_cursor: str | None = None


class TaskOut(Shown):
    """Something to do now."""

    kind: Literal["action", "review"]
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
    since: str
    due_at: str | None


class TaskPage(Shown):
    """A page of tasks."""

    items: list[TaskOut]
    next_cursor: str | None
