"""Customers at the portal: each with a browser of their own, and the mail that they read."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.api.support import BASE, Api, an_order
from wiring.outside import outside_of
from workers.relay import Relay

_CODE = re.compile(r"\b\d{8}\b")
OURS = {"origin": BASE}
ELEANOR, JONAS = "eleanor@example.com", "jonas@example.org"


def relay_of(api: Api) -> Relay:
    """A worker for this installation, carried on by hand."""
    return Relay(api.parts.door, outside_of(api.parts.settings, api.parts.mailbox, api.parts.clock))


@asynccontextmanager
async def a_browser(api: Api, address: str = "192.0.2.1") -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's browser: it keeps its own cookies and says where its pages come from."""
    transport = httpx.ASGITransport(api.app, raise_app_exceptions=False, client=(address, 40000))
    async with httpx.AsyncClient(transport=transport, base_url=f"{BASE}/api/v1/portal", headers=OURS) as browser:
        yield browser


async def mail_to(api: Api, email: str) -> list[dict[str, Any]]:
    """What this person has been mailed, newest first, once the worker has done what it has to do."""
    await relay_of(api).drain()
    return [letter for letter in await api.parts.mailbox.letters() if letter["to"] == email]


async def code_for(api: Api, email: str) -> str:
    """The code of the newest mail."""
    texts = (letter["text"] for letter in await mail_to(api, email))
    return next(found[0] for found in map(_CODE.search, texts) if found)


async def ask(browser: httpx.AsyncClient, email: str) -> httpx.Response:
    """Ask for a code."""
    return await browser.post("/login/code", json={"email": email})


async def redeem(browser: httpx.AsyncClient, email: str, code: str) -> httpx.Response:
    """Try a code."""
    return await browser.post("/login", json={"email": email, "code": code})


async def signed_in(api: Api, browser: httpx.AsyncClient, email: str) -> None:
    """Sign in as a customer does."""
    assert (await ask(browser, email)).status_code == 202
    answer = await redeem(browser, email, await code_for(api, email))
    assert answer.status_code == 200, answer.text


@asynccontextmanager
async def a_customer(api: Api, email: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which this customer is signed in."""
    async with a_browser(api) as browser:
        await signed_in(api, browser, email)
        yield browser


async def order_of(api: Api, email: str, **changes: Any) -> dict[str, Any]:
    """An order of a customer with this address of mail."""
    customer = {"name": email.partition("@")[0].title(), "email": email, "external_id": f"C-{email}"}
    customer["address"] = {"country": "GB"}  # type: ignore[assignment]
    answer = await api.post("/orders", an_order(**{"customer": customer, **changes}), role="sales")
    assert answer.status_code == 201, answer.text
    order: dict[str, Any] = answer.json()
    return order
