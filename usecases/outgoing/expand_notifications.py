"""From 'tell quality' to one row per person and channel: a role becomes people, people become addresses they have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.effects import Effect
from persistence import notices, outbox, recipients
from persistence.notices import Notice
from persistence.outbox import Caused, Claimed
from persistence.recipients import Recipient
from persistence.tx import Tx
from usecases.door import use_case

IN_APP = "in_app"
DEFAULT_CHANNELS = (IN_APP,)


@dataclass(frozen=True, slots=True)
class ExpandNotifications:
    """`configured` are the channels that this installation can send over."""

    effects: Sequence[Claimed]
    configured: frozenset[str]


@use_case(right="admin.all")
async def expand_notifications(tx: Tx, command: ExpandNotifications) -> dict[str, Any]:
    """Answers `{"rows", "people", "skipped"}`; `skipped` are channels asked for that are not configured here.

    What stays in this database needs no delivery of its own: it is told at once and written as carried out.
    """
    effects = command.effects
    parties = await recipients.of_parties(tx, [(_party(effect), effect.order_no) for effect in effects])
    rows = [
        row
        for effect, people in zip(effects, parties, strict=True)
        for row in _rows(effect, people, command.configured)
    ]
    written = await outbox.add_all(tx, rows)
    await notices.keep(tx, [_notice(row) for row in rows if row.carried_out])
    skipped = {channel for effect in effects for channel in _channels(effect)} - command.configured
    return {"rows": written, "people": sum(map(len, parties)), "skipped": sorted(skipped)}


def _rows(effect: Claimed, people: Iterable[Recipient], configured: frozenset[str]) -> Iterator[Caused]:
    for person in people:
        told = {**effect.body, "person": person.key}
        for channel in _channels(effect):
            if channel in configured and reachable(person, channel):
                row = Effect("notify", channel, f"{person.key}:{template_of(effect.body)}", told)
                yield Caused(effect.event_id, effect.order_no, row, carried_out=channel == IN_APP)


def _party(effect: Claimed) -> str:
    party, name, *_ = effect.recipient.split(":")
    return f"{party}:{name}"


def _channels(effect: Claimed) -> list[str]:
    return list(effect.body.get("channels") or DEFAULT_CHANNELS)


def _notice(row: Caused) -> Notice:
    return notice_of(row.event_id, row.order_no, row.effect.body)


def notice_of(event_id: UUID, order_no: str | None, body: Mapping[str, Any]) -> Notice:
    """What the person whom an effect's body names is told in the app."""
    person_id = UUID(body["person"].partition(":")[2])
    return Notice(person_id, event_id, order_no, template_of(body), facts_of(body))


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
