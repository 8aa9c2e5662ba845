"""The words and the address of one message, as they are when it is about to be sent."""

from __future__ import annotations

from dataclasses import dataclass

from domain.messages.templates import Message, render
from persistence import recipients
from persistence.outbox import Claimed
from persistence.tx import Tx
from usecases.door import use_case
from usecases.outgoing.expand_notifications import address_for, facts_of


@dataclass(frozen=True, slots=True)
class Addressed:
    """A message with where it goes: an address of mail, or a phone number."""

    to: str
    message: Message


@use_case(right="admin.all")
async def prepare_message(tx: Tx, effect: Claimed) -> Addressed | None:
    """None where the person has meanwhile left, or has no such address any more."""
    person = await recipients.by_key(tx, effect.body["person"])
    to = address_for(person, effect.channel) if person else None
    if person is None or to is None:
        return None
    facts = facts_of(effect.body)
    label = await recipients.stage_label(tx, effect.order_no, facts.get("stage"), person)
    if label is not None:
        facts["stage"] = label
    return Addressed(to, render(str(facts.get("template")), person.language, facts))
