"""Who of a customer may sign in: invited, seen, changed and shut out by the staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.effects import Effect
from domain.orders.events import instant_text
from domain.refusals.general import FIELD_INVALID, NOT_FOUND
from domain.refusals.kinds import FieldProblem
from domain.text import Language, Text
from persistence import contacts, outbox
from persistence.queries import contact_list
from persistence.queries.contact_list import ContactPage
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case


@dataclass(frozen=True, slots=True)
class InviteContact:
    """For a customer by its id, or for the customer of an order. `portal_url` is where the mail leads."""

    email: str
    name: str
    language: Language
    portal_url: str
    customer_id: UUID | None = None
    order_no: str | None = None


@use_case(right="portal.answer")
async def list_contacts(tx: Tx, page: ContactPage) -> list[dict[str, Any]]:
    """Contacts by address."""
    return [contact_view(row) for row in await contact_list.page(tx, Scope.of(tx.actor), page)]


@use_case(right="portal.answer")
async def read_contact(tx: Tx, contact_id: UUID) -> dict[str, Any]:
    """One contact. Raises NOT_FOUND."""
    row = await contacts.find(tx, Scope.of(tx.actor), contact_id)
    if row is None:
        raise NOT_FOUND()
    return contact_view(row)


@use_case(right="portal.answer")
async def invite_contact(tx: Tx, command: InviteContact) -> dict[str, Any]:
    """Answers the contact, and mails the invitation: new, known or removed before, from now on they may come in.

    Raises FIELD_INVALID where there is no such customer.
    """
    customer_id = await _customer(tx, command)
    contact_id = await contacts.invite(tx, command.email, command.name, command.language, customer_id)
    body = {
        "person": f"contact:{contact_id}",
        "template": "portal_invitation",
        "url": command.portal_url,
        "email": command.email,
        "name": command.name,
    }
    await outbox.add(tx, tx.new_id(), command.order_no, [Effect("notify", "email", f"contact:{contact_id}", body)])
    return await read_contact(tx, contact_id)


async def _customer(tx: Tx, command: InviteContact) -> UUID:
    if (command.customer_id is None) == (command.order_no is None):
        text = Text("须给出 customer_id 或 order_no 之一", "give either customer_id or order_no")
        raise FIELD_INVALID(FieldProblem("/customer_id", "one_of_two", text), summary="/customer_id")
    if command.customer_id is not None and await contacts.has_customer(tx, Scope.of(tx.actor), command.customer_id):
        return command.customer_id
    found = await contacts.customer_of_order(tx, Scope.of(tx.actor), command.order_no) if command.order_no else None
    if found is None:
        pointer = "/order_no" if command.order_no else "/customer_id"
        text = Text("没有这个客户", "there is no such customer")
        raise FIELD_INVALID(FieldProblem(pointer, "unknown_reference", text), summary=pointer)
    return found


@dataclass(frozen=True, slots=True)
class ChangeContact:
    """What is None stays as it is."""

    contact_id: UUID
    name: str | None = None
    language: Language | None = None


@use_case(right="portal.answer")
async def change_contact(tx: Tx, command: ChangeContact) -> dict[str, Any]:
    """Answers the contact. Raises NOT_FOUND."""
    await read_contact(tx, command.contact_id)
    if not await contacts.change(tx, command.contact_id, command.name, command.language):
        raise NOT_FOUND()
    return await read_contact(tx, command.contact_id)


@use_case(right="portal.own")
async def change_myself(tx: Tx, command: ChangeContact) -> dict[str, Any]:
    """Answers nothing. A contact changes its own name and language, and nobody else's."""
    await contacts.change(tx, UUID(tx.actor.id), command.name, command.language)
    return {}


@use_case(right="portal.answer")
async def remove_contact(tx: Tx, contact_id: UUID) -> dict[str, Any]:
    """Shut somebody out, at once and wherever they are signed in. Raises NOT_FOUND."""
    await read_contact(tx, contact_id)
    if not await contacts.remove(tx, contact_id):
        raise NOT_FOUND()
    return {}


@dataclass(frozen=True, slots=True)
class Unlink:
    """This contact speaks for this customer no longer."""

    contact_id: UUID
    customer_id: UUID


@use_case(right="portal.answer")
async def unlink_contact(tx: Tx, command: Unlink) -> dict[str, Any]:
    """What it spoke for otherwise stays. Raises NOT_FOUND."""
    await read_contact(tx, command.contact_id)
    if not await contacts.unlink(tx, command.contact_id, command.customer_id):
        raise NOT_FOUND()
    return {}


def contact_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """A contact as JSON values."""
    instants = ("created_at", "invited_at", "removed_at", "last_seen_at")
    return {
        "id": str(row["id"]),
        "email": row["email"],
        "name": row["name"],
        "language": row["language"],
        "customers": row["customers"],
        **{name: row[name] and instant_text(row[name]) for name in instants},
    }
