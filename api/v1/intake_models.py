"""The shapes of what arrived and of what a person decides about it."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, WithJsonSchema

from api.v1.customers import CustomerAlike
from api.v1.types import BothLanguages, Currency, Flag, NotNegative, SafeText, Sent, Shown

Status = Literal["kept", "parsed", "review", "ordered", "ignored", "refused", "failed"]
ChannelName = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$", examples=["shopify"])]
_MEANING = {"type": "object", "description": "The meaning in the shape of samples/README.md 来单的含义"}
Meaning = Annotated[dict[str, Any], WithJsonSchema({**_MEANING, "additionalProperties": True})]


class Reason(Shown):
    """Why a person must look."""

    code: str
    text: BothLanguages


class ItemRow(Shown):
    """What arrived, without its bytes and its meaning. `deliveries` counts how often the sender delivered it.

    `customer`, `total` and `currency` are what was read; null where nothing was.
    """

    id: str
    parent_id: str | None
    channel: str
    shop: str
    content_type: str
    status: Status
    authentic: bool
    template_version: int | None
    action: str | None
    customer: str | None
    total: str | None = None
    currency: str | None
    review_reasons: list[str]
    reasons: list[Reason]
    problem: dict[str, Any] | None
    external_id: str | None
    external_version: str | None
    order_no: str | None
    version: int
    received_at: str
    decided_by: str | None
    decided_by_name: str | None
    decided_at: str | None
    decision_reason: str | None
    deliveries: int


class Item(ItemRow):
    """With what was read from it and where each finding came from."""

    meaning: Meaning | None
    explanations: list[dict[str, Any]] | None = None


class Child(Shown):
    """What was fetched because of an item."""

    id: str
    status: Status
    external_id: str | None
    order_no: str | None


class Original(Shown):
    """The delivery as it came; `text` is for reading and may replace what is no UTF-8."""

    headers: dict[str, str]
    size_bytes: int
    sha256: str
    body_base64: str
    text: str


class Corrector(Shown):
    """One of the staff."""

    id: str
    name: str


class FieldCorrected(Shown):
    """One field: what it was and what it became; null for whoever may not see it."""

    pointer: str
    field: str
    before: Any
    after: Any


class CorrectionOut(Shown):
    """What somebody corrected at one time."""

    by: Corrector
    at: str
    changes: list[FieldCorrected]


class SecondPerson(Shown):
    """The order is above `limit`: whoever entered or corrected it cannot let it in. `excluded`: that is the asker."""

    limit: str
    currency: str
    excluded: bool


class ItemFull(Item):
    """With the original beside it, and who the customer may be where that is doubtful."""

    children: list[Child]
    customer_candidates: list[CustomerAlike]
    corrections: list[CorrectionOut]
    second_person: SecondPerson | None
    original: Original | None = None


class ApproveIn(Sent):
    """`meaning` is the whole corrected content; left out, it was right as it was read.

    Where the customer is doubtful, `customer_id` or `new_customer` says who it is.
    """

    meaning: Meaning | None = None
    customer_id: UUID | None = None
    new_customer: Flag = False


class CorrectIn(Sent):
    """The whole content as it should have been read."""

    meaning: Meaning


class ApprovalRuleIn(Sent):
    """`limits` by currency; `otherwise` for every other currency, null for no limit."""

    limits: Annotated[dict[Currency, NotNegative], Field(max_length=50)] = Field(default_factory=dict)
    otherwise: NotNegative | None = None


class ApprovalRule(Shown):
    """Above these sums whoever entered or corrected an order is not the one who lets it in."""

    version: int
    limits: dict[str, str]
    otherwise: str | None
    set_at: str | None
    set_by: str | None


class RejectIn(Sent):
    """Why no order is made of it."""

    reason: Annotated[SafeText, Field(min_length=1, max_length=1000)]


class TryIn(Sent):
    """A payload to be read and not kept."""

    channel: ChannelName
    content_type: Annotated[SafeText, Field(max_length=200)] = "application/json"
    headers: dict[str, SafeText] = Field(default_factory=dict, max_length=100)
    body_base64: Annotated[str, Field(max_length=8 * 1024 * 1024, json_schema_extra={"format": "byte"})]
    template: Literal["published", "draft"] = "published"


class FieldFound(Shown):
    """What keeps a meaning from being an order."""

    pointer: str
    code: str
    text: BothLanguages


class Tried(Shown):
    """What the channel's template reads from a payload."""

    channel: str
    template_version: int
    meaning: Meaning
    external_version: str | None
    shop: str | None
    reasons: list[Reason]
    explanations: list[dict[str, Any]] | None = None
    problems: list[FieldFound]


class ReadBy(Shown):
    """What a template reads from a payload: its meaning, or why it cannot be read."""

    meaning: Meaning | None
    problem: dict[str, Any] | None


class MeaningDifference(Shown):
    """One part of the meaning that the draft reads otherwise."""

    pointer: str
    before: Any
    after: Any


class PayloadTried(Shown):
    """One stored payload, read by both."""

    id: str
    status: Status
    external_id: str | None
    before: ReadBy
    after: ReadBy
    differences: list[MeaningDifference]


class TemplateTried(Shown):
    """What a draft would change; `changed` counts the payloads that it reads otherwise."""

    channel: str
    published_version: int | None
    tried: int
    changed: int
    items: list[PayloadTried]
