"""From 'tell quality' to one row per person and channel: a role becomes people, people become addresses they have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.effects import Effect
from persistence import notices, outbox, recipients
from persistence.outbox import Claimed
from persistence.recipients import Recipient
from persistence.tx import Tx
from usecases.door import use_case

IN_APP = "in_app"
DEFAULT_CHANNELS = (IN_APP,)


@dataclass(frozen=True, slots=True)
class ExpandNotification:
    """`configured` are the channels that this installation can send over."""

    effect: Claimed
    configured: frozenset[str]


@use_case(right="admin.all")
async def expand_notification(tx: Tx, command: ExpandNotification) -> dict[str, Any]:
    """Answers `{"rows", "people", "skipped"}`; `skipped` are channels asked for that are not configured here."""
    effect = command.effect
    asked = list(effect.body.get("channels") or DEFAULT_CHANNELS)
    party, name, *_ = effect.recipient.split(":")
    people = await recipients.of_party(tx, f"{party}:{name}", effect.order_no)
    rows = [
        Effect("notify", channel, f"{person.key}:{template_of(effect.body)}", {**effect.body, "person": person.key})
        for person in people
        for channel in asked
        if channel in command.configured and reachable(person, channel)
    ]
    here = [row for row in rows if row.channel == IN_APP]
    written = await outbox.add(
        tx, effect.event_id, effect.order_no, [row for row in rows if row.channel != IN_APP], carried_out=here
    )
    if here:
        await _tell_in_app(tx, effect, people)
    skipped = sorted(set(asked) - command.configured)
    return {"rows": written, "people": len(people), "skipped": skipped}


async def _tell_in_app(tx: Tx, effect: Claimed, people: Iterable[Recipient]) -> None:
    """What stays in this database needs no delivery of its own."""
    staff = [person.person_id for person in people if person.person_id is not None]
    await notices.keep(tx, staff, effect.event_id, effect.order_no, template_of(effect.body), facts_of(effect.body))


def template_of(body: Mapping[str, Any]) -> str:
    """The name of the text that an effect asks for."""
    return str(body.get("template") or "generic")


_ADDRESS_OF = {"email": "email", "sms": "phone"}
# They write to a group of the staff and call the person by phone number, where they can.
ROBOTS = frozenset({"wecom", "dingtalk", "feishu"})


def reachable(person: Recipient, channel: str) -> bool:
    """Whether there is an address for the channel; in the app and by robots only staff are reached."""
    if channel == IN_APP or channel in ROBOTS:
        return person.person_id is not None
    return getattr(person, _ADDRESS_OF.get(channel, ""), None) is not None


def address_for(person: Recipient, channel: str) -> str | None:
    """The address that a channel uses, or None."""
    if channel in ROBOTS:
        return person.phone or ""
    address: str | None = getattr(person, _ADDRESS_OF[channel])
    return address


def facts_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a message may speak of: the effect's own facts."""
    return {name: value for name, value in body.items() if name not in {"channels", "person", "otherwise"}}
