"""From 'tell the production manager' to a message for each person: in the app, and by the first channel that works."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.effects import Effect
from persistence import alerts, outbox, recipients
from persistence.outbox import Claimed
from persistence.recipients import Recipient
from persistence.tx import Tx
from usecases.door import use_case
from usecases.outgoing.expand_notifications import reachable

BANNER = "show_banner"


@dataclass(frozen=True, slots=True)
class TellAlert:
    """`configured` are the channels that this installation can send over."""

    effect: Claimed
    configured: frozenset[str]


@use_case(right="admin.all")
async def tell_alert(tx: Tx, command: TellAlert) -> dict[str, Any]:
    """Answers `{"people", "rows"}`. Where nobody can be told, everybody sees a banner instead."""
    effect = command.effect
    people = await _people(tx, effect)
    if not people:
        await alerts.show_banner(tx, _ids(effect.body), "nobody to tell")
        return {"people": 0, "rows": 0}
    rows = [row for person in people for row in _rows(effect, person, command.configured)]
    return {"people": len(people), "rows": await outbox.add(tx, effect.event_id, effect.order_no, rows)}


@use_case(right="admin.all")
async def show_banner(tx: Tx, effect: Claimed) -> dict[str, Any]:
    """Nobody could be reached over any channel: everybody sees it until somebody acts."""
    return {"shown": await alerts.show_banner(tx, _ids(effect.body), "no channel worked")}


def _rows(effect: Claimed, person: Recipient, configured: frozenset[str]) -> Iterator[Effect]:
    """In the app at once; outward the first channel, which hands on to the next where it fails for good."""
    recipient = f"{person.key}:{effect.body['template']}"
    body = {name: value for name, value in effect.body.items() if name not in {"to", "try_channels"}}
    told = {**body, "person": person.key}
    if reachable(person, "in_app"):
        yield Effect("notify", "in_app", recipient, told)
    asked = effect.body["try_channels"]
    ways = [("notify", channel, recipient) for channel in asked if channel in configured and reachable(person, channel)]
    if asked:
        (kind, channel, first), *rest = [*ways, (BANNER, "*", recipient)]
        yield Effect(kind, channel, first, {**told, "otherwise": rest})


async def _people(tx: Tx, effect: Claimed) -> Sequence[Recipient]:
    """Everybody whom any of the parties means, each once."""
    found: dict[str, Recipient] = {}
    order_no = effect.order_no or effect.body.get("order_no")
    for people in await recipients.of_parties(tx, [(party, order_no) for party in effect.body["to"]]):
        for person in people:
            found.setdefault(person.key, person)
    return list(found.values())


def _ids(body: Mapping[str, Any]) -> list[UUID]:
    return [UUID(alert) for alert in body["alerts"]]
