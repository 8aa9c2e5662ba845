"""What happens inside the database because something else happened: effect -> use case, carried out exactly once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.access.actor import Actor, system
from persistence.outbox import Claimed
from persistence.tx import Tx
from usecases.floor.release_order import Release, create_work_orders, reserve_material
from usecases.intake.acting import INTAKE
from usecases.intake.parse_payload import ParsePayload, parse_payload
from usecases.integrators.tell import tell_happening
from usecases.outgoing.expand_notifications import ExpandNotifications, expand_notifications
from usecases.outgoing.notices import keep_notice
from usecases.outgoing.open_tasks import open_tasks
from usecases.portal.post_message import TELL_CONTACTS
from usecases.portal.tell_contacts import tell_contacts
from usecases.warning.tell_alert import BANNER, TellAlert, show_banner, tell_alert

RELAY = system("relay")


@dataclass(frozen=True, slots=True)
class Reaction:
    """The use case that follows, and how its command is made of the effect and the channels of this installation.

    `together`: the command is made of several effects, which are carried out in one transaction.
    `in_order`: within one order such effects follow each other in the order in which they were caused.
    """

    verb: Callable[[Tx, Any], Awaitable[Any]]
    command: Callable[[Any, frozenset[str]], Any]
    actor: Actor = RELAY
    together: bool = False
    in_order: bool = False

    def to_one(self, effect: Claimed, channels: frozenset[str]) -> Any:
        """The command for one effect alone."""
        return self.command([effect] if self.together else effect, channels)


def _itself(effects: Any, _: frozenset[str]) -> Any:
    return effects


def _release(effect: Claimed, _: frozenset[str]) -> Release:
    return Release(effect.body["order_no"])


def _reading(effect: Claimed, _: frozenset[str]) -> ParsePayload:
    return ParsePayload(UUID(effect.body["intake_id"]), effect.event_id)


# By kind and channel.
REACTIONS: Mapping[tuple[str, str], Reaction] = {
    ("notify", "*"): Reaction(expand_notifications, ExpandNotifications, together=True),
    ("notify", "in_app"): Reaction(keep_notice, _itself),
    ("tell_alert", "*"): Reaction(tell_alert, TellAlert),
    (BANNER, "*"): Reaction(show_banner, _itself),
    ("open_task", "*"): Reaction(open_tasks, _itself, together=True),
    (TELL_CONTACTS, "*"): Reaction(tell_contacts, _itself, in_order=True),
    ("create_work_orders", "*"): Reaction(create_work_orders, _release, in_order=True),
    ("reserve_material", "*"): Reaction(reserve_material, _release, in_order=True),
    ("parse_payload", "*"): Reaction(parse_payload, _reading, INTAKE),
    ("announce", "*"): Reaction(tell_happening, _itself),
}
TOGETHER = frozenset(named for named, reaction in REACTIONS.items() if reaction.together)
IN_ORDER = frozenset(kind for (kind, _), reaction in REACTIONS.items() if reaction.in_order)
