"""The factory's day in the words of product.md: shops deliver, people act, time passes, and the effects are carried."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx

from cli.commands.verify import verify
from domain.access.actor import system
from domain.products.article import Article, ArticleKind
from tests.api.support import Api, an_order
from tests.support.files import pdf
from tests.support.senders import sample, signed
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from wiring.outside import outside_of
from workers.relay import Relay

STANDARD = (
    ("sales", "submit_review"),
    ("sales", "approve_review"),
    ("production", "start_production"),
    ("production", "completion_reported"),
    ("quality", "pass_inspection"),
    ("warehouse", "dispatch"),
    ("driver", "depart"),
    ("driver", "sign_delivery"),
)


@dataclass
class Line:
    """One factory behind its HTTP interface, with a clock and a relay that only move when they are told to."""

    api: Api

    @property
    def relay(self) -> Relay:
        """A relay as the worker runs it, with nothing under way."""
        parts = self.api.parts
        return Relay(parts.door, outside_of(parts.settings, parts.mailbox, parts.clock), chance=lambda: 0.0)

    async def drain(self) -> int:
        """Carry out all that is due."""
        return await self.relay.drain()

    def later(self, **time: float) -> None:
        """Time passes; nobody stays signed in for so long."""
        self.api.clock.later(**time)
        self.api.tokens.clear()

    async def stock_articles(self) -> None:
        """The article list that the samples speak of."""
        rows = json.loads(sample("catalog.json"))["articles"]
        await self.api.parts.door.run(system("tests"), load_catalogue, LoadCatalogue([article(row) for row in rows]))

    async def delivered(self, channel: str, name: str, delivery_id: str = "d-1") -> dict[str, Any]:
        """A shop delivers a sample; what became of it."""
        answer = await self.push(channel, sample(f"{channel}/{name}"), delivery_id)
        await self.drain()
        item = await self.api.get(f"/intake/{answer.json()['id']}", role="sales")
        found: dict[str, Any] = item.json()
        return found

    async def push(self, channel: str, body: bytes, delivery_id: str) -> httpx.Response:
        """The delivery itself."""
        headers = signed(channel, body, delivery_id, self.api.clock())
        answer = await self.api.http.post(f"/api/v1/hooks/{channel}", content=body, headers=headers)
        assert answer.status_code in (200, 202), answer.text
        return answer

    async def opened(self, **changes: Any) -> str:
        """Sales opens an order by hand; its number."""
        answer = await self.api.post("/orders", an_order(**changes), role="sales")
        assert answer.status_code == 201, answer.text
        order_no: str = answer.json()["order_no"]
        return order_no

    async def does(self, role: str, action: str, order_no: str, **payload: Any) -> dict[str, Any]:
        """Somebody acts, and it is done; the order and the event."""
        answer = await self.tries(role, action, order_no, **payload)
        assert answer.status_code == 200, (role, action, answer.text)
        done: dict[str, Any] = answer.json()
        return done

    async def tries(self, role: str, action: str, order_no: str, **payload: Any) -> httpx.Response:
        """Somebody acts; what they are told."""
        return await self.api.post(f"/orders/{order_no}/actions", {"action": action, "payload": payload}, role=role)

    async def goes_on(self, order_no: str, until: str = "sign_delivery", after: str | None = None) -> dict[str, Any]:
        """The standard line's people act in turn, up to and with one action."""
        actions = [action for _, action in STANDARD]
        first = actions.index(after) + 1 if after else 0
        done: dict[str, Any] = {}
        for role, action in STANDARD[first : actions.index(until) + 1]:
            done = await self.does(role, action, order_no)
        return done

    async def attaches(self, role: str, kind: str, order_no: str, content: bytes = pdf("paper")) -> dict[str, Any]:
        """Somebody attaches a paper."""
        files = {"file": (f"{kind}.pdf", content, "application/pdf")}
        answer = await self.api.request(
            "POST", f"/orders/{order_no}/attachments", role=role, data={"kind": kind}, files=files
        )
        assert answer.status_code == 201, answer.text
        added: dict[str, Any] = answer.json()
        return added

    async def order(self, order_no: str, role: str = "admin") -> dict[str, Any]:
        """The order as somebody sees it."""
        found: dict[str, Any] = (await self.api.get(f"/orders/{order_no}", role=role)).json()
        return found

    async def history(self, order_no: str) -> list[dict[str, Any]]:
        """Its events, the oldest first."""
        events: list[dict[str, Any]] = (await self.api.get(f"/orders/{order_no}/events", role="admin")).json()["items"]
        return events

    async def allowed(self, role: str, order_no: str) -> set[str]:
        """What somebody may do now."""
        offers = (await self.api.get(f"/orders/{order_no}/actions", role=role)).json()["items"]
        return {offer["action"] for offer in offers if offer["allowed"]}

    async def notices(self, role: str) -> list[tuple[str, str]]:
        """What somebody was told inside the app, the oldest first: template and order."""
        items = (await self.api.get("/notices", role=role)).json()["items"]
        return [(item["template"], item["order_no"]) for item in reversed(items)]

    async def letters(self) -> list[dict[str, Any]]:
        """Every mail and text message that left the house."""
        answer = await self.api.http.get("/dev/mailbox", headers={"accept": "application/json"})
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def tasks(self, role: str) -> set[str]:
        """The orders that wait for somebody."""
        items = (await self.api.get("/tasks", role=role)).json()["items"]
        return {item["order_no"] for item in items}

    async def proves(self) -> None:
        """Every chain and every invariant of the whole factory holds, and nothing is left to carry out."""
        await self.drain()
        tallies = await verify(self.api.parts.settings, lambda _: None)
        assert [(tally.key, tally.violations) for tally in tallies if not tally.holds] == []


def article(row: Mapping[str, Any]) -> Article:
    """An entry of the samples' article list."""
    kind: ArticleKind = "gift" if row.get("gift_article") else "product"
    return Article(row["sku"], row["name"], row["unit"], kind, aliases=tuple(row.get("aliases") or ()))


def money_adds_up(order: Mapping[str, Any]) -> bool:
    """Lines - discounts + fees + shipping (+ tax unless included) = total, from what the order itself shows."""
    amount = sum((Decimal(line["amount"]) for line in order["lines"]), Decimal(0))
    amount -= sum((Decimal(item["amount"]) for item in order["discounts"]), Decimal(0))
    amount += sum((Decimal(item["amount"]) for item in order["fees"]), Decimal(0))
    amount += Decimal(order["shipping"]) + (Decimal(0) if order["tax_included"] else Decimal(order["tax"]))
    return amount == Decimal(order["total"])
