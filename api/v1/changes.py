"""Order changes: asked for, seen with their impact, decided, confirmed and acknowledged."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.actor import TheActor, TheDoor
from api.keys import IfMatch, TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, found_at, router
from api.v1.change_shown import ChangeOut, ChangePreview
from api.v1.order_sent import AddressIn, Code, Line, LineNumber, LinePatch, OrderPatch
from api.v1.orders import OrderNo
from api.v1.types import Flag, Key, NotNegative, Page, Positive, SafeText, Sent, Whole, Words
from domain.orders.events import plain
from persistence.queries.change_inbox import ChangeFilter
from usecases.orders.acknowledge_change import AcknowledgeChange, acknowledge_change
from usecases.orders.decide_change import (
    ConfirmChange,
    DecideChange,
    approve_change,
    confirm_change,
    reject_change,
    withdraw_change,
)
from usecases.orders.propose_change import ProposeChange, preview_change, propose_change
from usecases.orders.read_changes import list_changes, read_change

routes = router("changes")

State = Literal["proposed", "awaiting_customer", "approved", "rejected", "withdrawn", "applied"]
AskedBy = Literal["customer", "us", "channel"]
Reason = Annotated[SafeText, Field(min_length=1, max_length=4000, examples=["客户加订 3 组"])]
Version = Annotated[Whole, Field(ge=1, description="the order's version that the caller saw")]
OrderFilter = Annotated[str, Query(max_length=40, pattern=r"^[A-Za-z0-9-]+$")]


class ChangedLine(LinePatch):
    """What changes on one line. `cancel` calls off what is not shipped of it; without `line` a new one is added."""

    line: LineNumber = 1
    quantity: NotNegative = Decimal(0)
    cancel: Flag = False


class ChangedAddress(AddressIn):
    """Where it goes from now on; what is not named stays."""

    contact: Code | None = None
    phone: Code | None = None


class NewDrawingIn(Sent):
    """A drawing that holds from now on: an attachment of the order, for one line or for all."""

    attachment_id: UUID
    line: LineNumber | None = None


class SubstituteIn(Sent):
    """A material that is used in the place of another; `ratio` of it for one of the other."""

    material: Code
    substitute: Code
    ratio: Positive = Decimal(1)
    line: LineNumber | None = None


class WantedPatch(OrderPatch):
    """A merge patch of the order: what is not named stays, whatever default stands here.

    `cancel` calls the whole order off and stands alone.
    """

    lines: list[ChangedLine] = Field(default_factory=list, max_length=500)  # type: ignore[assignment]
    address: ChangedAddress = ChangedAddress()
    drawings: list[NewDrawingIn] = Field(default_factory=list, max_length=100)
    substitutes: list[SubstituteIn] = Field(default_factory=list, max_length=100)
    cancel: Flag = False


class ChangeIn(Sent):
    """What is wanted, why, and who asked for it."""

    patch: WantedPatch
    reason: Reason
    asked_by: AskedBy = "customer"
    confirm_by_customer: Flag | None = Field(
        default=None, description="null: asked where the wish is ours and alters what was agreed"
    )


class PreviewIn(Sent):
    """What is wanted."""

    patch: WantedPatch


class ApprovalIn(Sent):
    """`order_version` is needed only where the order has moved on and the change means something else by now."""

    reason: Words | None = None
    order_version: Version | None = None


class ReasonIn(Sent):
    """Why."""

    reason: Reason


class WithdrawalIn(Sent):
    """Why, where it is said."""

    reason: Words | None = None


class ConfirmationIn(Sent):
    """What the customer said, and how that is known."""

    confirmed: Flag = True
    evidence: Reason
    attachment_id: UUID | None = None


class AcknowledgementIn(Sent):
    """`role` null is every touched department of the caller; in another's place, with a reason."""

    role: Key | None = None
    reason: Line | None = None


@routes.post("/orders/{order_no}/changes", status_code=201, response_model=ChangeOut)
@found_at("/api/v1/changes/{id}")
async def change_order(
    order_no: OrderNo, body: ChangeIn, actor: TheActor, door: TheDoor, key: TheKey, version: IfMatch
) -> Answer:
    """Ask for a change, at any stage; it is numbered within its order and moves nothing until it is approved."""
    command = ProposeChange(order_no, _patch(body.patch), body.reason, body.asked_by, body.confirm_by_customer, version)
    return answer_of(await door.run(actor, propose_change, command, key=key), status=201)


@routes.post("/orders/{order_no}/changes/preview", response_model=ChangePreview)
async def weigh_order_change(order_no: OrderNo, body: PreviewIn, actor: TheActor, door: TheDoor) -> Any:
    """What a change would come to; nothing is kept."""
    return await door.read(actor, preview_change, ProposeChange(order_no, _patch(body.patch), ""))


@routes.get("/orders/{order_no}/changes", response_model=Page[ChangeOut])
async def get_order_changes(order_no: OrderNo, actor: TheActor, door: TheDoor, page: ThePage) -> Any:
    """The changes of one order, the newest first."""
    wanted = ChangeFilter(order_no=order_no, before=_last(page.after), limit=page.fetch)
    return page.page(await door.read(actor, list_changes, wanted), _position)


@routes.get("/changes", response_model=Page[ChangeOut])
async def get_changes(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    state: Annotated[list[State], Query()] = [],  # noqa: B006 - FastAPI copies it
    order_no: OrderFilter | None = None,
    asked_by: AskedBy | None = None,
    waits_for: Annotated[list[str], Query(max_length=20, description="roles that have not acknowledged yet")] = [],  # noqa: B006
) -> Any:
    """The inbox: all changes, the newest first."""
    wanted = ChangeFilter(order_no, state, asked_by, waits_for, _last(page.after), page.fetch)
    return page.page(await door.read(actor, list_changes, wanted), _position)


@routes.get("/changes/{change_id}", response_model=ChangeOut)
async def get_change(change_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """One change; while it is undecided, as it would come out now."""
    return await door.read(actor, read_change, change_id)


@routes.post("/changes/{change_id}/approve", response_model=ChangeOut)
async def approve_order_change(
    change_id: UUID, actor: TheActor, door: TheDoor, key: TheKey, body: ApprovalIn | None = None
) -> Answer:
    """Approve: the change is applied, or goes to the customer for confirmation first."""
    asked = body or ApprovalIn()
    command = DecideChange(change_id, asked.reason, asked.order_version)
    return answer_of(await door.run(actor, approve_change, command, key=key))


@routes.post("/changes/{change_id}/reject", response_model=ChangeOut)
async def reject_order_change(change_id: UUID, body: ReasonIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Reject, with the reason that its proposer is told."""
    return answer_of(await door.run(actor, reject_change, DecideChange(change_id, body.reason), key=key))


@routes.post("/changes/{change_id}/withdraw", response_model=ChangeOut)
async def withdraw_order_change(
    change_id: UUID, actor: TheActor, door: TheDoor, key: TheKey, body: WithdrawalIn | None = None
) -> Answer:
    """Take one's own change back while nobody has decided."""
    command = DecideChange(change_id, body.reason if body else None)
    return answer_of(await door.run(actor, withdraw_change, command, key=key))


@routes.post("/changes/{change_id}/confirmation", response_model=ChangeOut)
async def confirm_order_change(
    change_id: UUID, body: ConfirmationIn, actor: TheActor, door: TheDoor, key: TheKey
) -> Answer:
    """Write down what the customer said, with the evidence of it."""
    command = ConfirmChange(change_id, body.confirmed, body.evidence, body.attachment_id)
    return answer_of(await door.run(actor, confirm_change, command, key=key))


@routes.post("/changes/{change_id}/acknowledge", response_model=ChangeOut)
async def acknowledge_order_change(
    change_id: UUID, actor: TheActor, door: TheDoor, key: TheKey, body: AcknowledgementIn | None = None
) -> Answer:
    """Say for one's department that it knows; when all have, work goes on."""
    asked = body or AcknowledgementIn()
    command = AcknowledgeChange(change_id, asked.role, asked.reason)
    return answer_of(await door.run(actor, acknowledge_change, command, key=key))


def _patch(patch: WantedPatch) -> dict[str, Any]:
    """As it is kept: plain JSON values, nothing but what was named."""
    named: dict[str, Any] = plain(patch.model_dump(exclude_unset=True))
    return named


def _last(after: Any) -> UUID | None:
    return UUID(after[0]) if after else None


def _position(change: dict[str, Any]) -> list[str]:
    return [change["id"]]
