"""Order changes: who is touched and must acknowledge, who may approve, when the customer is asked, what is stopped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from domain.access.actor import Actor
from domain.access.fields import hidden_fields
from domain.orders.events import instant_text
from domain.orders.order import Order
from domain.refusals.changes import (
    CHANGE_DECIDED,
    CHANGE_NOT_JUDGEABLE,
    OWN_CHANGE,
)
from domain.refusals.floor import REVISION_NOT_ACKNOWLEDGED
from domain.refusals.kinds import Refusal
from domain.text import Text
from domain.workflow.document import Workflow
from domain.workflow.vocabulary import listed, role_label

State = Literal["proposed", "awaiting_customer", "approved", "rejected", "withdrawn", "applied"]
AskedBy = Literal["customer", "us", "channel"]

STATES: Mapping[str, Text] = {
    "proposed": Text("待批准", "proposed"),
    "awaiting_customer": Text("待客户确认", "waiting for the customer"),
    "approved": Text("已批准待执行", "approved"),
    "rejected": Text("已驳回", "rejected"),
    "withdrawn": Text("已撤回", "withdrawn"),
    "applied": Text("已执行", "applied"),
}
OPEN = frozenset({"proposed", "awaiting_customer", "approved"})

# How much of the order's money somebody may move by a change that they proposed and approve themselves.
OWN_APPROVAL_LIMIT = Decimal(1000)

_GOODS = frozenset({"sku", "name", "quantity", "unit", "is_gift", "options", "technical", "drawings", "substitutes"})
_MONEY = frozenset({"unit_price", "discounts", "fees", "shipping", "tax", "tax_included", "total"})
# Who works with what: a change touches a department where what it works with is another, and the order has come so far.
_WORKS_WITH: Mapping[str, frozenset[str]] = {
    "design": frozenset({"sku", "options", "technical", "drawings", "extension"}),
    "production": _GOODS | {"promised_date", "extension", "cancel"},
    "quality": frozenset({"sku", "options", "technical", "drawings", "substitutes", "extension", "cancel"}),
    "warehouse": _GOODS | {"address", "promised_date", "cancel"},
    "driver": frozenset({"address", "promised_date", "cancel"}),
    "finance": _MONEY | {"cancel"},
}
# Money stops no machine: finance must know, and the workshop does not wait for it.
_STOPS_NO_WORK = frozenset({"finance"})
# What a customer has agreed to, and so is asked about where the wish is ours.
AGREED = _GOODS | _MONEY | {"address", "promised_date", "cancel"}


@dataclass(frozen=True, slots=True)
class Department:
    """A role that a change touches. `stops_work`: until it has acknowledged, work of the old revision stands still."""

    role: str
    stops_work: bool


@dataclass(frozen=True, slots=True)
class Unacknowledged:
    """A change in force that departments have not acknowledged. `work_orders` are those it alters, `told` says how.

    `applied_in` is the transaction: whoever has read only what was written before it has not heard of the change.
    """

    order_id: UUID
    order_no: str
    change_id: UUID
    change: int
    revision: int
    departments: tuple[str, ...]
    work_orders: frozenset[str]
    told: Text
    applied_at: datetime
    applied_in: int = 0

    def refusal(self) -> Refusal:
        """What whoever goes on with the old revision is told."""
        return _not_acknowledged(self.order_no, self.change, self.revision, self.departments)

    def stop(self) -> dict[str, Any]:
        """The same as a work order keeps it, for the red stop: what changed, and since when it is known."""
        words = _named(self.change, self.departments)
        return {
            "change_id": str(self.change_id),
            "number": self.change,
            "revision": self.revision,
            "text": Text(f"{words.zh}。{self.told.zh}", f"{words.en}. {self.told.en}").as_json(),
            "announced_at": instant_text(self.applied_at),
            "announced_in": self.applied_in,
        }


def stopped_by(order: Order, unacknowledged: Mapping[str, Any] | None) -> Refusal | None:
    """Why an order stands still: the change (`{"change", "revision", "departments"}`) that is not acknowledged."""
    if unacknowledged is None or order.category in ("done", "cancelled"):
        return None
    return _not_acknowledged(order.order_no, **unacknowledged)


def _not_acknowledged(order_no: str, change: int, revision: int, departments: Sequence[str]) -> Refusal:
    return REVISION_NOT_ACKNOWLEDGED(
        order_no=order_no,
        change=_named(change, departments).as_json(),
        revision=revision,
        number=change,
        roles=list(departments),
    )


def _named(change: int, departments: Sequence[str]) -> Text:
    names = listed([role_label(role) for role in departments])
    return Text(f"第 {change} 号改单，待{names['zh']}确认", f"change {change}, not acknowledged by {names['en']}")


@dataclass(frozen=True, slots=True)
class StandingWork:
    """A work order that is not cancelled, and the one that it was split off from, where it was."""

    number: str
    split_from: str | None = None
    split_at: datetime | None = None


def stops_of(
    work_orders: Collection[StandingWork], open_changes: Iterable[Unacknowledged]
) -> dict[str, dict[str, Any] | None]:
    """By work order, the newest change that stops it; None where it may go on.

    What was split off since is stopped with the work order that it comes from.
    """
    stops: dict[str, dict[str, Any] | None] = {work_order.number: None for work_order in work_orders}
    for change in sorted(open_changes, key=lambda one: one.change):
        altered = set(change.work_orders)
        for one in sorted(work_orders, key=lambda one: (len(one.number), one.number)):
            if one.split_from in altered and one.split_at is not None and one.split_at >= change.applied_at:
                altered.add(one.number)
        stops |= {number: change.stop() for number in stops if number in altered}
    return stops


def touched_departments(
    fields: Collection[str], reached: Collection[str], staffed: Collection[str]
) -> tuple[Department, ...]:
    """The departments that must acknowledge: those that work with what changed, that the order has reached, and that
    somebody works in.
    """
    return tuple(
        Department(role, role not in _STOPS_NO_WORK)
        for role, works_with in _WORKS_WITH.items()
        if works_with & set(fields) and role in staffed and role in reached
    )


def reached_roles(workflow: Workflow, order: Order, *, released: bool, reserved: bool) -> frozenset[str]:
    """The departments that have the order in hand or had: by its stages so far, its work orders and its material."""
    reached = set()
    for stage in workflow.stages:
        reached.add(stage.role)
        if stage.key == order.stage:
            break
    if released:
        reached |= {"production", "quality"}
    if released or reserved:
        reached.add("warehouse")
    return frozenset(reached | {"finance"})


def asks_customer(asked_by: AskedBy, fields: Collection[str], wish: bool | None) -> bool:
    """Whether the customer must confirm: as the proposer says, else where we wish to alter what was agreed."""
    if wish is not None:
        return wish
    return asked_by == "us" and bool(AGREED & set(fields))


def insist_on_open(number: int, state: str, among: Collection[str] = OPEN) -> None:
    """Raises CHANGE_DECIDED where the change is in none of these states."""
    if state not in among:
        raise CHANGE_DECIDED(change=number, state=STATES[state].as_json())


def insist_on_approver(actor: Actor, proposed_by: str, fields: Collection[str], moved: Decimal, currency: str) -> None:
    """Raises OWN_CHANGE for one's own above the limit, CHANGE_NOT_JUDGEABLE where the approver may not see its fields.

    `moved` is by how much the order's total changes, in its currency.
    """
    if hidden := hidden_fields(actor) & set(fields):
        raise CHANGE_NOT_JUDGEABLE(names=", ".join(sorted(hidden)))
    if actor.id == proposed_by and abs(moved) > OWN_APPROVAL_LIMIT:
        raise OWN_CHANGE(limit=f"{OWN_APPROVAL_LIMIT:f}", currency=currency)


def stage_after(workflow: Workflow, order: Order, *, to_make: bool, cancels: bool) -> str:
    """Where the order stands after the change: what is still to be made goes back to where it is made."""
    if cancels:
        return "cancelled"
    back = workflow.table.rework
    if to_make and back and order.category in ("quality", "shipping"):
        return back[0]
    return order.stage


def actions_with_effect(workflow: Workflow, effect: str) -> Sequence[str]:
    """The actions of a workflow that cause an effect, such as `create_work_orders`."""
    return sorted({one.action for one in workflow.transitions if any(spec.kind == effect for spec in one.effects)})


def department_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """A touched department as the API shows it."""
    return {**row, "label": role_label(row["role"]).as_json()}
