"""People and shops that go on until there is a verdict, and remember what they were told: the oracle of the run."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from cli.banner import DEMO_PASSWORD
from tests.support.senders import sample, signed

STEPS = (
    ("sales", "submit_review"),
    ("sales", "approve_review"),
    ("production", "start_production"),
    ("production", "completion_reported"),
    ("quality", "pass_inspection"),
    ("warehouse", "dispatch"),
    ("driver", "depart"),
    ("driver", "sign_delivery"),
)
REQUEST_SECONDS = 8.0
LONGEST_PAUSE_SECONDS = 1.5
SHOP_NUMBER = "6123450000002"
_AGAIN = {"request_in_progress", "lost_race"}


@dataclass
class Told:
    """What all clients together were told, for certain."""

    orders: dict[str, str] = field(default_factory=dict)  # external id -> order number
    events: dict[str, list[str]] = field(default_factory=dict)  # order number -> event ids, as acknowledged
    deliveries: dict[str, str] = field(default_factory=dict)  # the shop's number -> intake id
    surprises: list[str] = field(default_factory=list)
    good: list[tuple[float, float]] = field(default_factory=list)  # begun and answered (monotonic)
    retries: Counter[str] = field(default_factory=Counter)

    @property
    def actions(self) -> int:
        """How many actions were acknowledged."""
        return sum(len(events) for events in self.events.values())


@dataclass
class Client:
    """One person at a time, with orders of their own, so that nothing but a fault can stand in the way."""

    name: str
    url: str
    told: Told
    chance: random.Random
    stop: asyncio.Event
    tokens: dict[str, str] = field(default_factory=dict)
    mine: dict[str, int] = field(default_factory=dict)  # order number -> steps done
    number: int = 0

    async def run(self) -> None:
        """Work until told to stop; what has begun is brought to its verdict."""
        async with httpx.AsyncClient(base_url=self.url, timeout=REQUEST_SECONDS, trust_env=False) as http:
            while not self.stop.is_set():
                await self._one_thing(http)

    async def _one_thing(self, http: httpx.AsyncClient) -> None:
        self.number += 1
        what = self.chance.random()
        if not self.mine or what < 0.1:
            await self._open(http)
        elif what < 0.25:
            await self._deliver(http)
        else:
            await self._act(http, self.chance.choice(list(self.mine)))

    async def _open(self, http: httpx.AsyncClient) -> None:
        name = f"{self.name}-{self.number}"
        body = {
            "external_id": name,
            "lines": [{"name": "散热器", "sku": "RAD-CU6012-W", "quantity": "5", "unit_price": "180.00"}],
            "customer": {"name": "混沌", "phone": "13900001111", "email": "chaos@example.com"},
        }
        answer = await self._until_told(http, "sales", "/orders", name, body)
        if answer is not None:
            self.told.orders[name] = answer["order_no"]
            self.told.events[answer["order_no"]] = []
            self.mine[answer["order_no"]] = 0

    async def _deliver(self, http: httpx.AsyncClient) -> None:
        """A shop delivers, and delivers again, because it does not trust our answer."""
        shop_number = str(int(SHOP_NUMBER) + 1000 + self.number * 100 + int(self.name))
        body = sample("shopify/orders_create_china_address.json").replace(SHOP_NUMBER.encode(), shop_number.encode())
        for _ in range(self.chance.choice((1, 1, 2))):
            answer = await self._until_told(http, None, "/hooks/shopify", f"w-{shop_number}", body)
            if answer is not None and self.told.deliveries.setdefault(shop_number, answer["id"]) != answer["id"]:
                self.told.surprises.append(f"delivery {shop_number} was kept twice")

    async def _act(self, http: httpx.AsyncClient, order_no: str) -> None:
        done = self.mine[order_no]
        if self.chance.random() < 0.1:
            for action in ("hold", "release_hold"):
                await self._perform(http, order_no, "sales", action, {})
        elif done == 5 and self.chance.random() < 0.3 and len(self.told.events[order_no]) < 12:
            await self._perform(http, order_no, "warehouse", "ship_part", {"lines": [{"line": 1, "quantity": "0.1"}]})
        else:
            role, action = STEPS[done]
            await self._perform(http, order_no, role, action, {})
            self.mine[order_no] += 1
            if self.mine[order_no] == len(STEPS):
                del self.mine[order_no]

    async def _perform(
        self, http: httpx.AsyncClient, order_no: str, role: str, action: str, payload: dict[str, Any]
    ) -> None:
        self.number += 1
        body = {"action": action, "payload": payload}
        answer = await self._until_told(http, role, f"/orders/{order_no}/actions", f"{self.name}-{self.number}", body)
        if answer is not None:
            self.told.events[order_no].append(answer["event"]["id"])

    async def _until_told(
        self, http: httpx.AsyncClient, role: str | None, path: str, key: str, body: dict[str, Any] | bytes
    ) -> dict[str, Any] | None:
        """The answer, however often it has to be asked for; None where it is a no, which nothing here should get."""
        pause = 0.05
        while True:
            began = time.monotonic()
            answer, trouble = await self._try(http, role, path, key, body)
            if trouble is None and answer is not None:
                self.told.good.append((began, time.monotonic()))
                if answer.is_success:
                    found: dict[str, Any] = answer.json()
                    return found
                self.told.surprises.append(f"{path} under {key}: {answer.status_code} {answer.json().get('code')}")
                return None
            self.told.retries[trouble or "-"] += 1
            await asyncio.sleep(pause * self.chance.uniform(0.5, 1))
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _try(
        self, http: httpx.AsyncClient, role: str | None, path: str, key: str, body: dict[str, Any] | bytes
    ) -> tuple[httpx.Response | None, str | None]:
        try:
            if isinstance(body, bytes):
                headers = signed("shopify", body, key, datetime.now(UTC))
                answer = await http.post(f"/api/v1{path}", content=body, headers=headers)
            else:
                headers = {"authorization": f"Bearer {await self._token(http, role or '')}", "idempotency-key": key}
                answer = await http.post(f"/api/v1{path}", json=body, headers=headers)
        except httpx.TransportError as error:
            return None, type(error).__name__
        return answer, self._trouble(answer, role or "")

    def _trouble(self, answer: httpx.Response, role: str) -> str | None:
        """What makes an answer worth asking again."""
        code = answer.json().get("code") if answer.status_code >= 400 else None
        if answer.status_code == 401 and role in self.tokens:
            del self.tokens[role]
            return "signed in anew"
        return f"{answer.status_code}" if answer.status_code in (429, 503) or code in _AGAIN else None

    async def _token(self, http: httpx.AsyncClient, role: str) -> str:
        if role not in self.tokens:
            form = {"username": role, "password": DEMO_PASSWORD}
            answer = await http.post("/api/v1/auth/token", data=form)
            if not answer.is_success:
                raise httpx.TransportError(f"sign in: {answer.status_code}")
            self.tokens[role] = answer.json()["access_token"]
        return self.tokens[role]
