"""Mail a customer that something was written to her, unless she has read it, or was mailed since she last looked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.effects import Effect
from persistence import contacts, outbox
from persistence.outbox import Claimed
from persistence.tx import Tx
from usecases.door import use_case

TEMPLATE = "message_for_customer"


@use_case(right="admin.all")
async def tell_contacts(tx: Tx, effect: Claimed) -> dict[str, int]:
    """Answers `{"mailed"}`, how many are mailed."""
    body = effect.body
    order_id, number = UUID(body["order_id"]), body["number"]
    unaware = await contacts.unaware_of(tx, order_id, number, TEMPLATE)
    letters = [
        Effect("notify", "email", f"contact:{contact_id}:{TEMPLATE}", _letter(contact_id, body))
        for contact_id in unaware
    ]
    return {"mailed": await outbox.add(tx, effect.event_id, effect.order_no, letters)}


def _letter(contact_id: UUID, body: Any) -> dict[str, Any]:
    facts = {"order_no": body["order_no"], "url": body["url"]}
    return {**facts, "person": f"contact:{contact_id}", "template": TEMPLATE}
