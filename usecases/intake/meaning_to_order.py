"""From a meaning to the command that opens the order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.intake.ordering import order_problems
from domain.refusals.intake import MEANING_INVALID
from persistence import documents
from persistence.tx import Tx
from usecases.orders.open_order import NewLine, OpenOrder, open_order
from usecases.orders.perform_action import PerformAction, perform_action


@dataclass(frozen=True, slots=True)
class Source:
    """Where a meaning comes from. `intake_id` becomes the cause of what it does."""

    channel: str
    shop: str
    external_id: str | None
    version: str | None
    intake_id: str


@dataclass(frozen=True, slots=True)
class Owner:
    """What a person says about whose an order is: a known customer, or somebody new."""

    customer_id: UUID | None = None
    new: bool = False


async def open_from(
    tx: Tx,
    content: Mapping[str, Any],
    source: Source,
    owner: Owner | None = None,
    reviewed: Mapping[str, Any] | None = None,
) -> str:
    """Open the order of a meaning, held where it says so; its number. `reviewed` is who of the staff had a hand in it.

    Raises MEANING_INVALID, and as opening does.
    """
    problems = order_problems(content)
    if problems:
        raise MEANING_INVALID(*problems, summary=", ".join(problem.pointer for problem in problems[:10]))
    command = opening_of(content, source, await _own_fields(tx, content["order_type"]))
    command = replace(command, reviewed=reviewed)
    if owner is not None:
        command = replace(command, customer_id=owner.customer_id, new_customer=owner.new)
    opened = await open_order(tx, command)
    order_no: str = opened["order"]["order_no"]
    if content.get("action") == "hold":
        await perform_action(tx, PerformAction(order_no, "hold", _why(content), cause=source.intake_id))
    return order_no


async def _own_fields(tx: Tx, order_type: str) -> Mapping[str, Any]:
    """What orders of the type have beside what all orders have: names with their schemas."""
    version = await documents.latest_version(tx, "order_type", order_type)
    if version is None:
        return {}
    fields: Mapping[str, Any] = (await documents.order_type(tx, order_type, version)).fields
    own: Mapping[str, Any] = fields.get("properties", {})
    return own


def _fitting(value: Any, schema: Mapping[str, Any]) -> Any:
    """A channel may say in parts (name, contact, phone of a site) what the order's type keeps as one text."""
    if schema.get("type") == "string" and isinstance(value, Mapping):
        return " ".join(part for part in value.values() if isinstance(part, str))
    return value


def _why(content: Mapping[str, Any]) -> dict[str, Any]:
    return {"reason": ", ".join(content.get("review_reasons") or ()) or "hold"}


def opening_of(content: Mapping[str, Any], source: Source, own_fields: Mapping[str, Any]) -> OpenOrder:
    """The command; `own_fields` are what the order's type adds: names with their schemas."""
    return OpenOrder(
        order_type=content["order_type"],
        currency=content["currency"],
        lines=[_line(line) for line in content["lines"]],
        total=_decimal(content.get("total")),
        shipping=_decimal(content.get("shipping")) or Decimal(0),
        tax=_decimal(content.get("tax")) or Decimal(0),
        tax_included=content.get("tax_included", True),
        discounts=[_adjustment(item, "order") for item in content.get("discounts") or ()],
        fees=[_adjustment(item, "fee") for item in content.get("fees") or ()],
        channel=source.channel,
        shop=source.shop,
        external_id=source.external_id,
        external_version=source.version,
        customer=content.get("customer"),
        promised_date=_day(content.get("promised_date")),
        requested_date=_day(content.get("requested_date")),
        extension={n: _fitting(content[n], own) for n, own in own_fields.items() if content.get(n) is not None},
        notes={side: words for side, words in (content.get("notes") or {}).items() if words},
        cause=source.intake_id,
    )


def _line(line: Mapping[str, Any]) -> NewLine:
    return NewLine(
        name=line["name"],
        quantity=Decimal(line["quantity"]),
        unit_price=Decimal(line["unit_price"]),
        sku=line.get("sku"),
        external_id=line.get("external_id"),
        unit=line.get("unit"),
        is_gift=line.get("is_gift") or False,
        gift_origin=line.get("gift_origin"),
        gift_confirmed=line.get("gift_confirmed"),
        options=line.get("options") or {},
        refund=line.get("refund") or "none",
    )


def _adjustment(item: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """A discount or fee in the names that orders use."""
    named = {name: item.get(name) for name in ("label", "line")}
    return {"kind": item.get("kind") or kind, **named, "amount": item["amount"]}


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
