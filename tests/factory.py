"""The use cases of one factory on one database, in the words that tests use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from uuid_utils.compat import uuid7

from domain.access.actor import Actor, system
from domain.access.roles import rights_of
from persistence.database import Database
from persistence.tx import Key
from usecases.door import Door, Outcome
from usecases.orders.open_order import NewLine, OpenOrder, open_order
from usecases.orders.perform_action import PerformAction, perform_action
from usecases.workflows.install_builtin import install_builtin

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
STANDARD_LINE = (
    ("submit_review", "sales"),
    ("approve_review", "sales"),
    ("start_production", "production"),
    ("completion_reported", "production"),
    ("pass_inspection", "quality"),
    ("dispatch", "warehouse"),
    ("depart", "driver"),
    ("sign_delivery", "driver"),
)


@dataclass
class Factory:
    """`clock` is what every use case takes as now; move it with `later`."""

    database: Database
    clock: datetime = MORNING
    door: Door = field(init=False)

    def __post_init__(self) -> None:
        self.door = Door(self.database, lambda: self.clock, uuid7, ZoneInfo("Asia/Shanghai"))

    @staticmethod
    async def open(url: str, pool_size: int = 8) -> Factory:
        """A factory on this database, with the built-in documents published."""
        factory = Factory(Database(url, pool_size=pool_size))
        await factory.run(install_builtin, None, actor=system("tests"))
        return factory

    async def close(self) -> None:
        """Give the connections back."""
        await self.database.close()

    def later(self, **time: float) -> None:
        """Move the clock forward."""
        self.clock += timedelta(**time)

    async def run(
        self,
        verb: Callable[[Any, Any], Awaitable[Any]],
        command: Any,
        *,
        actor: Actor | None = None,
        key: Key | None = None,
    ) -> Any:
        """The answer of one use case."""
        return (await self.outcome(verb, command, actor=actor, key=key)).answer

    async def outcome(
        self,
        verb: Callable[[Any, Any], Awaitable[Any]],
        command: Any,
        *,
        actor: Actor | None = None,
        key: Key | None = None,
    ) -> Outcome:
        """The same with whether it was given before."""
        return await self.door.run(actor or person("admin"), verb, command, key=key)

    async def read(self, verb: Callable[[Any, Any], Awaitable[Any]], query: Any, *, role: str = "admin") -> Any:
        """The answer of one question."""
        return await self.door.read(person(role), verb, query)

    async def an_order(self, **changes: Any) -> dict[str, Any]:
        """Open an order of two radiators and answer what the API would."""
        opened = await self.run(open_order, an_opening(**changes), actor=person("sales"))
        order: dict[str, Any] = opened["order"]
        return order

    async def act(self, order_no: str, action: str, role: str, **more: Any) -> dict[str, Any]:
        """Perform one action in a role."""
        key = more.pop("key", None)
        answer: dict[str, Any] = await self.run(
            perform_action, PerformAction(order_no, action, **more), actor=person(role), key=key
        )
        return answer

    async def play(self, order_no: str, until: str) -> dict[str, Any]:
        """Perform the standard workflow's actions up to and with `until`."""
        answer: dict[str, Any] = {}
        for action, role in STANDARD_LINE:
            answer = await self.act(order_no, action, role)
            if action == until:
                return answer
        return answer


def person(*roles: str, number: int = 1) -> Actor:
    """Somebody with these roles and the rights that come with them."""
    return Actor("user", str(UUID(int=number)), "测试", frozenset(roles), rights_of(roles))


def an_opening(**changes: Any) -> OpenOrder:
    """A plain new order: two radiators for 360 yuan."""
    plain: dict[str, Any] = {
        "order_type": "standard",
        "currency": "CNY",
        "lines": (NewLine("铜铝复合散热器", Decimal(2), Decimal("180.00"), sku="RAD-CU6012-W", unit="组"),),
        "customer": {"name": "李女士", "phone": "13900001111", "external_id": "C1"},
    }
    return OpenOrder(**{**plain, **changes})


def a_key(name: str = "k1", fingerprint: str = "f1", scope: str = "user:1|POST|actions") -> Key:
    """An idempotency key."""
    return Key(scope, name, fingerprint)
