"""What is sent about orders: new ones, changes and actions, in the names of the contract."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.v1.types import (
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
    """A customer who is perhaps not known yet: found again by `external_id` on the same channel, tax number or phone.

    One whose name alone looks alike is somebody new; `POST customers/match` tells beforehand who they may be.
    """

    name: Named = Field(examples=["李女士"])
    company: Line | None = None
    phone: Code | None = None
    email: Code | None = None
    external_id: Code | None = None
    tax_no: Code | None = None
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
    new_customer: Flag = Field(default=False, description="the customer is nobody who is known 确认是新客户")
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
