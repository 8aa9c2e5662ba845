"""Open an order: from a person's form, an integrator, or an understood payload of a channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.access.actor import Actor
from domain.access.fields import FIELDS
from domain.customers.matching import Told
from domain.expressions.schema import FormSchema
from domain.orders.amounts import insist_on_whole_minor_units
from domain.orders.dates import due_at
from domain.orders.events import FIRST_PREVIOUS_HASH, SealedEvent
from domain.orders.money import computed_total, line_amount
from domain.orders.order import Line, Order
from domain.orders.view import event_view, order_view
from domain.refusals.general import FIELD_INVALID
from domain.refusals.kinds import FieldProblem
from domain.refusals.orders import AMOUNTS_DO_NOT_ADD_UP, ORDER_EXISTS, ORDER_TYPE_UNKNOWN, WORKFLOW_UNKNOWN
from domain.text import Text
from domain.workflow.document import Workflow
from persistence import documents, opening
from persistence.customers import Known, keys_to_keep
from persistence.tx import Tx
from usecases.door import use_case
from usecases.orders.history import acting_role, next_event
from usecases.orders.whose import delivery_of, whose
from usecases.orders.writing import refuse_unwritable


@dataclass(frozen=True, slots=True)
class NewLine:
    """One line as agreed: `amount` follows from quantity and unit price, before every discount."""

    name: str
    quantity: Decimal
    unit_price: Decimal
    sku: str | None = None
    external_id: str | None = None
    unit: str | None = None
    is_gift: bool = False
    gift_origin: str | None = None
    gift_confirmed: bool | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    technical: Mapping[str, Any] = field(default_factory=dict)
    refund: str = "none"


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """`total` None lets the lines decide; given, it must be what they add up to. `customer` names one not yet known.

    `cause` is the payload of a channel that says all this: then it is the channel that wrote the fields, and not the
    person who lets the order in. `new_customer`: a person says that the customer is nobody who is known.
    `reviewed` is who of the staff corrected it and let it in, for history.
    """

    order_type: str
    currency: str
    lines: Sequence[NewLine]
    total: Decimal | None = None
    shipping: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    tax_included: bool = True
    discounts: Sequence[Mapping[str, Any]] = ()
    fees: Sequence[Mapping[str, Any]] = ()
    channel: str = "manual"
    shop: str = ""
    external_id: str | None = None
    external_version: str | None = None
    workflow: str | None = None
    customer: Mapping[str, Any] | None = None
    customer_id: UUID | None = None
    cost: Decimal | None = None
    margin: Decimal | None = None
    signed_date: date | None = None
    promised_date: date | None = None
    requested_date: date | None = None
    merchandiser_id: UUID | None = None
    priority: int = 0
    extension: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)
    cause: str | None = None
    new_customer: bool = False
    reviewed: Mapping[str, Any] | None = None


_BLANK = OpenOrder("", "", ())
_BLANK_LINE = NewLine("", Decimal(0), Decimal(0))
_DEFAULTS = {name: getattr(_BLANK, name) for name in OpenOrder.__slots__ if name in FIELDS}
_LINE_DEFAULTS = {name: getattr(_BLANK_LINE, name) for name in NewLine.__slots__ if name in FIELDS}


@use_case(right="orders.open", one_statement=True)
async def open_order(tx: Tx, command: OpenOrder) -> dict[str, Any]:
    """Answers `{"order", "event"}`. Two statements: one finds what is known, one writes everything."""
    command = looked_after(tx.actor, command)
    told = Told.of(command.channel, command.customer) if command.customer else None
    known = await opening.look(tx, _wanted(command, told))
    workflow = await _documents(tx, command, known)
    alike = Known.of(known["candidates"])
    owner = known["customer"] or whose(told, alike, new=command.new_customer)
    after, customer, sealed = begin(tx, command, {**known, "customer": owner}, workflow)
    delivery = delivery_of(owner, command.customer)
    shown = {**customer, "address": delivery} if customer and delivery else customer
    answer = {"order": order_view(after, workflow, shown, known["merchandiser"], {}), "event": event_view(sealed)}
    await opening.insert(
        tx,
        after,
        customer,
        new_customer=owner is None,
        sealed=sealed,
        answer=answer,
        keys=keys_to_keep(told, customer["id"], alike) if customer else (),
        delivery=delivery,
    )
    return answer


def begin(
    tx: Tx, command: OpenOrder, known: Mapping[str, Any], workflow: Workflow
) -> tuple[Order, dict[str, Any] | None, SealedEvent]:
    """The new order with its customer and its first event; nothing is written.

    `known` holds `number`, `customer` and `workflow_version`, as `opening.look` finds them.
    """
    order, customer = _new_order(tx, command, known, workflow)
    after, sealed = next_event(
        tx,
        replace(order, stage=""),
        order,
        event_type="OrderOpened",
        role=acting_role(tx.actor),
        payload=_facts(order) | ({"reviewed": command.reviewed} if command.reviewed else {}),
        cause=command.cause,
    )
    return after, customer, sealed


def looked_after(actor: Actor, command: OpenOrder) -> OpenOrder:
    """Whoever sees only certain people's orders looks after those they open, unless somebody else is named."""
    if actor.kind != "user" or actor.orders_of == "all" or command.merchandiser_id is not None:
        return command
    return replace(command, merchandiser_id=UUID(actor.id))


def _wanted(command: OpenOrder, told: Told | None) -> opening.Wanted:
    return opening.Wanted(
        channel=command.channel,
        shop=command.shop,
        external_id=command.external_id,
        customer_external_id=(command.customer or {}).get("external_id"),
        customer_id=command.customer_id,
        merchandiser_id=command.merchandiser_id,
        order_type=command.order_type,
        workflow=command.workflow,
        told=told,
    )


async def _documents(tx: Tx, command: OpenOrder, known: Mapping[str, Any]) -> Workflow:
    """The workflow that the order begins with, once the type's own fields are found valid."""
    if known["existing"] is not None:
        raise ORDER_EXISTS.at("/external_id", order_no=known["existing"])
    if known["type_version"] is None:
        raise ORDER_TYPE_UNKNOWN.at("/order_type", order_type=command.order_type)
    if known["workflow_version"] is None:
        raise WORKFLOW_UNKNOWN.at("/workflow", workflow=command.workflow)
    order_type = await documents.order_type(tx, command.order_type, known["type_version"])
    own = FormSchema.compile(order_type.fields)
    if command.cause is None:
        refuse_unwritable(tx.actor, written(command), command.extension, own)
    problems = own.validate(command.extension, "/extension")
    problems += _reference_problems(command, known)
    if problems:
        raise FIELD_INVALID(*problems, summary=", ".join(problem.pointer for problem in problems))
    return await documents.workflow(tx, known["workflow_key"], known["workflow_version"])


def written(command: OpenOrder) -> Iterator[tuple[str, str]]:
    """Every field of the table that the command says something about, as (JSON pointer, name)."""
    for name, default in _DEFAULTS.items():
        value = getattr(command, name)
        if value != default and (value or default):
            yield f"/{name}", name
    for index, line in enumerate(command.lines):
        for name, default in _LINE_DEFAULTS.items():
            if getattr(line, name) != default:
                yield f"/lines/{index}/{name}", name


def _reference_problems(command: OpenOrder, known: Mapping[str, Any]) -> list[FieldProblem]:
    unknown = Text("查无此人", "nobody with this id")
    checks = (("customer_id", "customer"), ("merchandiser_id", "merchandiser"))
    return [
        FieldProblem(f"/{name}", "unknown_reference", unknown)
        for name, found in checks
        if getattr(command, name) is not None and known[found] is None
    ]


def _new_order(
    tx: Tx, command: OpenOrder, known: Mapping[str, Any], workflow: Workflow
) -> tuple[Order, dict[str, Any] | None]:
    lines = tuple(_line(number, line, command.currency) for number, line in enumerate(command.lines, 1))
    customer = _customer(tx, command, known)
    order = Order(
        id=tx.new_id(),
        order_no=f"SO{known['number']}",
        order_type=command.order_type,
        channel=command.channel,
        shop=command.shop,
        external_id=command.external_id,
        external_version=command.external_version,
        customer_id=UUID(customer["id"]) if customer else None,
        currency=command.currency,
        lines=lines,
        discounts=tuple(command.discounts),
        fees=tuple(command.fees),
        shipping=command.shipping,
        tax=command.tax,
        tax_included=command.tax_included,
        total=_total(command, lines),
        cost=command.cost,
        margin=command.margin,
        signed_date=command.signed_date,
        promised_date=command.promised_date,
        requested_date=command.requested_date,
        due_at=due_at(command.promised_date, tx.zone),
        merchandiser_id=command.merchandiser_id,
        priority=command.priority,
        extension=command.extension,
        notes=command.notes,
        workflow_key=workflow.key,
        workflow_version=known["workflow_version"],
        stage=workflow.start,
        category=workflow.stage(workflow.start).category,
        stage_since=tx.now,
        opened_at=tx.now,
        updated_at=tx.now,
        version=0,
        head_hash=FIRST_PREVIOUS_HASH,
    )
    insist_on_whole_minor_units(order)
    return order, customer


def _line(number: int, line: NewLine, currency: str) -> Line:
    amount = line_amount(line.quantity, line.unit_price, currency)
    facts = {name: getattr(line, name) for name in NewLine.__slots__}
    return Line(line=number, amount=amount, **facts)


def _total(command: OpenOrder, lines: Sequence[Line]) -> Decimal:
    """The order's amount. Raises AMOUNTS_DO_NOT_ADD_UP where the given total is another."""
    computed = computed_total(
        [line.amount for line in lines],
        command.discounts,
        command.fees,
        command.shipping,
        command.tax,
        tax_included=command.tax_included,
    )
    if command.total is not None and command.total != computed:
        raise AMOUNTS_DO_NOT_ADD_UP.at("/total", computed=f"{computed:f}", total=f"{command.total:f}")
    return computed


def _customer(tx: Tx, command: OpenOrder, known: Mapping[str, Any]) -> dict[str, Any] | None:
    """The customer's row: one known by id, or by channel and number, as it stands; else a new one."""
    if known["customer"] is not None or command.customer is None:
        known_customer: dict[str, Any] | None = known["customer"]
        return known_customer
    given = command.customer
    return {
        "id": str(tx.new_id()),
        "channel": command.channel,
        "external_id": given.get("external_id"),
        "name": given.get("name") or given.get("company") or "?",
        "company": given.get("company"),
        "phone": given.get("phone"),
        "email": given.get("email"),
        "tax_no": given.get("tax_no"),
        "address": given.get("address") or {},
        "masked": bool(given.get("masked", False)),
    }


def _facts(order: Order) -> dict[str, Any]:
    """What the first event keeps: what was agreed, without any person's name or address."""
    return {
        "order_type": order.order_type,
        "channel": order.channel,
        "shop": order.shop,
        "external_id": order.external_id,
        "customer_id": order.customer_id,
        "currency": order.currency,
        "total": order.total,
        "promised_date": order.promised_date,
        "lines": [{"line": line.line, "sku": line.sku, "quantity": line.quantity} for line in order.lines],
    }
