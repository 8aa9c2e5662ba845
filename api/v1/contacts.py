"""Who of a customer may sign in to the portal: seen, invited, changed and shut out by the staff."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import EmailStr, Field
from starlette.requests import Request

from api.actor import TheActor, TheDoor, parts_of
from api.keys import TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, found_at, router
from api.v1.types import Name, Page, SafeText, Sent, Shown
from domain.portal.contacts import folded_email
from persistence.queries.contact_list import ContactPage
from usecases.portal.contacts import (
    ChangeContact,
    InviteContact,
    Unlink,
    change_contact,
    invite_contact,
    list_contacts,
    read_contact,
    remove_contact,
    unlink_contact,
)

routes = router("customers")

Language = Literal["zh", "en"]
OrderNumber = Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9-]+$", examples=["SO100001"])]


class SpokenFor(Shown):
    """A customer for whom a contact may look and speak. `origin`: by an order's own address, or invited."""

    id: UUID
    name: str
    company: str | None
    channel: str
    origin: Literal["order", "invited"]


class ContactOut(Shown):
    """One login of the portal: an address of mail, for as many customers as it speaks for."""

    id: UUID
    email: str
    name: str
    language: Language
    customers: list[SpokenFor]
    created_at: str
    invited_at: str | None
    removed_at: str | None = Field(description="may not come in any more 已停用")
    last_seen_at: str | None


class ContactIn(Sent):
    """Whom to invite, for the customer named or the customer of an order: one of the two."""

    email: EmailStr
    name: Name
    language: Language = "zh"
    customer_id: UUID | None = None
    order_no: OrderNumber | None = None


class ContactPatch(Sent):
    """A JSON merge patch: what is not named stays."""

    name: Name = "-"
    language: Language = "zh"


@routes.get("/contacts", response_model=Page[ContactOut])
async def find_contacts(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    customer: UUID | None = None,
    order_no: Annotated[str | None, Query(max_length=40, pattern=r"^[A-Za-z0-9-]+$")] = None,
    q: Annotated[SafeText | None, Query(max_length=100)] = None,
) -> Any:
    """Who may sign in, by address; of one customer, of the customer of an order, or by words. 客户联系人。"""
    after = page.after[0] if page.after else None
    rows = await door.read(actor, list_contacts, ContactPage(customer, order_no, q, after, page.fetch))
    return page.page(rows, lambda contact: [contact["email"]])


@routes.post("/contacts", status_code=201, response_model=ContactOut)
@found_at("/api/v1/contacts/{id}")
async def invite(request: Request, body: ContactIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Let somebody in and mail the invitation; also again, and after having shut them out. 邀请。"""
    said = {**body.model_dump(), "email": folded_email(body.email)}
    command = InviteContact(**said, portal_url=f"{parts_of(request).settings.public_url}/portal/")
    return answer_of(await door.run(actor, invite_contact, command, key=key), status=201)


@routes.get("/contacts/{contact_id}", response_model=ContactOut)
async def get_contact(contact_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """One contact. 一位联系人。"""
    return await door.read(actor, read_contact, contact_id)


@routes.patch("/contacts/{contact_id}", response_model=ContactOut)
async def patch_contact(contact_id: UUID, body: ContactPatch, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Another name or language. 修改。"""
    said = body.model_dump(exclude_unset=True)
    command = ChangeContact(contact_id, said.get("name"), said.get("language"))
    return answer_of(await door.run(actor, change_contact, command, key=key))


@routes.delete("/contacts/{contact_id}", status_code=204, response_model=None)
async def shut_out(contact_id: UUID, actor: TheActor, door: TheDoor) -> Answer:
    """Shut somebody out; open sessions end at once. 停用。"""
    await door.run(actor, remove_contact, contact_id)
    return Answer()


@routes.delete("/contacts/{contact_id}/customers/{customer_id}", status_code=204, response_model=None)
async def speak_no_more(contact_id: UUID, customer_id: UUID, actor: TheActor, door: TheDoor) -> Answer:
    """Let somebody speak for this customer no longer; for others they still do. 取消关联。"""
    await door.run(actor, unlink_contact, Unlink(contact_id, customer_id))
    return Answer()
