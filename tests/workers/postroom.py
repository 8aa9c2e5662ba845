"""The outside in tests: messengers that remember, and that fail when they are told to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.effects import Effect
from domain.messages.templates import Message
from integrations.ports import SendFailed
from integrations.webhooks_out.client import WebhookClient
from integrations.webhooks_out.signing import WebhookSecrets
from persistence import outbox
from persistence.tx import Tx
from tests.factory import Factory
from usecases.door import use_case
from usecases.people.add_person import AddPerson, add_person
from usecases.portal.codes import Codes
from wiring.outside import Outside
from workers.relay import Relay


@dataclass
class PostRoom:
    """One messenger for all channels. `failures` are raised one by one, the oldest first; `gate` holds sends back."""

    sent: list[tuple[str, str, Message]] = field(default_factory=list)
    failures: list[SendFailed] = field(default_factory=list)
    gate: asyncio.Event | None = None
    waiting: int = 0

    async def send(self, effect_id: str, to: str, message: Message) -> str | None:
        """Remember it, as a provider would that folds repeats of one id."""
        if self.gate is not None:
            self.waiting += 1
            await self.gate.wait()
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((effect_id, to, message))
        return f"provider-{effect_id[-4:]}"

    def outside(self) -> Outside:
        """An installation that can write mail and text messages, and no robot."""
        return Outside(
            messengers={"email": self, "sms": self},
            fetchers={},
            codes=Codes(b"k" * 32),
            webhooks=WebhookClient(),
            webhook_secrets=WebhookSecrets(b"k" * 32),
        )


def a_relay(factory: Factory, post: PostRoom) -> Relay:
    """A relay on the factory's door that waits no longer than it must."""
    return Relay(factory.door, post.outside(), chance=lambda: 0.0)


@dataclass(frozen=True)
class Cause:
    """Effects to put into the outbox as if an event had caused them."""

    effects: Sequence[Effect]
    order_no: str | None = None


@use_case(right="admin.all")
async def cause_effects(tx: Tx, cause: Cause) -> int:
    """Write the effects of an event that nobody else knows."""
    return await outbox.add(tx, tx.new_id(), cause.order_no, cause.effects)


async def hire(factory: Factory, login: str, role: str, **more: Any) -> dict[str, Any]:
    """Somebody with one role, an address and a phone."""
    plain = {"email": f"{login}@example.com", "phone": "13900001234", "language": "en"}
    command = AddPerson(login=login, name=login.title(), password_hash="-", roles=[role], **{**plain, **more})
    added: dict[str, Any] = await factory.run(add_person, command)
    return added


async def rows(factory: Factory, sql: str, *values: Any) -> list[dict[str, Any]]:
    """What stands in the database."""
    async with factory.database.connect() as connection:
        return [dict(row) for row in await connection.rows(sql, *values)]


def a_mail(person_id: str, template: str = "awaiting_qc", **facts: Any) -> Effect:
    """A mail to one person, already expanded."""
    person = f"person:{person_id}"
    body = {"person": person, "template": template, "order_no": "SO100001", "stage": "awaiting_qc", **facts}
    return Effect("notify", "email", f"{person}:{template}", body)
