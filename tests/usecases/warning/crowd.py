"""Many orders that were promised for yesterday, and a provider that refuses every second message."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from uuid_utils.compat import uuid7

from domain.messages.templates import Message
from integrations.ports import SendFailed
from persistence.queries.alert_board import AlertFilter
from tests.factory import Factory, person
from tests.usecases.warning.watch import Watch
from tests.workers.postroom import PostRoom, hire
from usecases.warning.handle_alert import HandleAlert, acknowledge_alert
from usecases.warning.read_alerts import list_alerts
from usecases.warning.save_rule import SaveRule, save_rule

RULE = "delivery_late"
# So few for one person at one time that each is a message of its own.
ORDERS_EACH = 4
ORDER_COLUMNS = (
    *("id", "order_no", "channel", "order_type", "currency", "shipping", "tax", "tax_included", "total", "due_at"),
    *("merchandiser_id", "workflow_key", "workflow_version", "stage", "category", "stage_since", "version"),
    *("head_hash", "opened_at", "updated_at"),
)
_PAGE = 200


@dataclass(frozen=True)
class Made:
    """When an order was due and last touched, and whose it is."""

    due_at: datetime
    touched_at: datetime
    merchandiser: UUID | None = None


async def copy_orders(superuser_url: str, orders: Iterator[Made]) -> None:
    """Signed orders by COPY, numbered from SO100001 on, without a history: rules read none."""
    connection = await asyncpg.connect(superuser_url.replace("+asyncpg", ""))
    try:
        await connection.execute("SET session_replication_role = replica")
        rows = (_row(number, made) for number, made in enumerate(orders, 100_001))
        await connection.copy_records_to_table("orders", records=rows, columns=ORDER_COLUMNS)
        await connection.execute("VACUUM ANALYZE orders")
    finally:
        await connection.close()


def _row(number: int, made: Made) -> tuple[Any, ...]:
    return (
        *(uuid7(), f"SO{number}", "manual", "standard", "CNY", 0, 0, True, 100, made.due_at, made.merchandiser),
        *("standard", 1, "signed", "not_started", made.touched_at, 1, "", made.touched_at, made.touched_at),
    )


@dataclass
class HalfDeaf(PostRoom):
    """Refuses every second message: half of those for good, the others when they come for the first time."""

    accepted: Counter[str] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)
    refused: int = 0

    async def send(self, effect_id: str, to: str, message: Message) -> str | None:
        """By its id alone, so that a message refused for good is refused whenever it comes."""
        lot = hashlib.sha256(effect_id.encode()).digest()[0] % 4
        first = effect_id not in self.seen
        self.seen.add(effect_id)
        if lot == 0 or (lot == 1 and first):
            self.refused += 1
            raise SendFailed("no such number" if lot == 0 else "too fast", final=lot == 0)
        self.accepted[effect_id] += 1
        return None


@dataclass
class Crowd:
    """So many late orders, and the people whose they are."""

    watch: Watch
    post: HalfDeaf

    @staticmethod
    async def gather(factory: Factory, superuser_url: str, orders: int) -> Crowd:
        """Late orders, four to a merchandiser; whoever does not act is reminded a day later, then everybody sees it."""
        post = HalfDeaf()
        levels = [
            {"after_hours": hours, "to": ["party:merchandiser"], "channels": ["sms", "email"], "urgent": True}
            for hours in (0, 24)
        ]
        crowd = Crowd(Watch(factory, post), post)
        await factory.run(save_rule, SaveRule(RULE, {**await crowd.watch.rule(RULE), "levels": levels}))
        sellers = [await _seller(factory, number) for number in range(-(-orders // ORDERS_EACH))]
        await copy_orders(superuser_url, _late(factory.clock, sellers, orders))
        return crowd

    async def live(self, days: int = 4) -> None:
        """Days in which every third alert of which somebody was told is taken on, and the rest is not."""
        for turn in range(days * 2):
            await self.watch.look(RULE)
            if turn % 2:
                await self._act()
            self.watch.later(hours=12, minutes=1)

    async def alerts(self) -> list[dict[str, Any]]:
        """Every alert there is."""
        found: list[dict[str, Any]] = []
        while True:
            before = UUID(found[-1]["id"]) if found else None
            wanted = AlertFilter((), RULE, before=before, limit=_PAGE)
            page = await self.watch.factory.read(list_alerts, wanted)
            if not page:
                return found
            found += page

    async def _act(self) -> None:
        for alert in await self.alerts():
            if alert["state"] == "open" and UUID(alert["id"]).int % 3 == 0:
                await self.watch.factory.run(
                    acknowledge_alert, HandleAlert(UUID(alert["id"])), actor=person("production")
                )

    async def told_twice(self) -> list[Any]:
        """Whom more than one message reached of the same alert at the same level, over whichever channels."""
        async with self.watch.factory.database.connect() as connection:
            rows = await connection.rows(_SENT, [UUID(effect) for effect in self.post.accepted])
        told = Counter((row["event_id"], row["person"]) for row in rows)
        return [each for each, times in told.items() if times > 1] + [
            effect for effect, times in self.post.accepted.items() if times > 1
        ]

    async def levels_told_twice(self) -> int:
        """How many levels of an alert were begun more than once."""
        async with self.watch.factory.database.connect() as connection:
            found: int = await connection.value(_LEVELS_TWICE)
        return found


_SENT = "SELECT event_id, body->>'person' AS person FROM outbox WHERE id = ANY ($1::uuid[])"
_LEVELS_TWICE = """
SELECT count(*) FROM (
  SELECT 1 FROM alert_steps WHERE kind = 'told' GROUP BY alert_id, detail->>'level' HAVING count(*) > 1
) twice
"""


async def _seller(factory: Factory, number: int) -> UUID:
    added = await hire(factory, f"seller{number}", "sales", phone=f"139{number:08}")
    return UUID(added["id"])


def _late(now: datetime, sellers: Sequence[UUID], orders: int) -> Iterator[Made]:
    for number in range(orders):
        yield Made(now - timedelta(hours=1), now, sellers[number // ORDERS_EACH])
