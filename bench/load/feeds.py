"""What each client asks: the four paths, of the product and of the minimal app."""

from __future__ import annotations

import http.client
import json
import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import asyncpg

from bench.load import factory
from bench.load.factory import FIRST_NUMBER
from bench.load.fill import LOGIN, MINIMAL_TOKEN, PASSWORD, Stock
from bench.load.http import request
from bench.load.servers import HOST, Target
from persistence.queries.order_board import OrderFilter

OPERATIONS = ("create", "action", "read", "list")
# What the list asks for: newest first, by stage and channel.
LISTED = OrderFilter(stage=("in_production",), channel=("taobao",), limit=51)
_LIST_QUERY = urlencode({"stage": "in_production", "channel": "taobao", "limit": 50})
_ACTION_IN = {
    "in_production": ("completion_reported", {"good": "28", "scrap": "2", "note": "夜班"}),
    "awaiting_qc": ("fail_inspection", {"defects": [{"code": "scratch", "quantity": "1"}]}),
}
_NEXT_STAGE = {"in_production": "awaiting_qc", "awaiting_qc": "in_production"}
Feed = Callable[[], bytes]


@dataclass
class Standing:
    """An order of the pool as it stands before the next action."""

    order_no: str
    stage: str
    version: int


async def standings(superuser_url: str, stock: Stock) -> list[Standing]:
    """How the orders that are acted upon stand now."""
    connection = await asyncpg.connect(superuser_url)
    try:
        rows = await connection.fetch(
            "SELECT order_no, stage, version FROM orders WHERE order_no BETWEEN $1 AND $2 "
            "AND length(order_no) = length($1) ORDER BY order_no",
            f"SO{stock.pool_first}",
            f"SO{stock.pool_first + stock.pool - 1}",
        )
    finally:
        await connection.close()
    return [Standing(row["order_no"], row["stage"], row["version"]) for row in rows]


def sign_in(target: Target) -> str:
    """A fresh access token; it lives for ten minutes, longer than any slice."""
    connection = http.client.HTTPConnection(HOST, target.port, timeout=30)
    try:
        form = urlencode({"grant_type": "password", "username": LOGIN, "password": PASSWORD})
        headers = {"content-type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/api/v1/auth/token", form, headers)
        answer = connection.getresponse()
        body = json.loads(answer.read())
    finally:
        connection.close()
    if answer.status != 200:
        raise SystemExit(f"the bench could not sign in: {body}")
    token: str = body["access_token"]
    return token


def product_feeds(
    operation: str, clients: int, token: str, stock: Stock, pool: Sequence[Standing]
) -> list[Feed]:  # fmt: skip
    """One feed for each client of the product; no two ever act on the same order."""
    match operation:
        case "create":
            return [_create(token)] * clients
        case "action":
            return [_act(token, pool[number::clients]) for number in range(clients)]
        case "read":
            return [_read("/api/v1/orders/", token, stock)] * clients
    listing = request("GET", f"/api/v1/orders?{_LIST_QUERY}", token=token)
    return [lambda: listing] * clients


def minimal_feeds(operation: str, clients: int, stock: Stock, pool: Sequence[Standing]) -> list[Feed]:
    """The same of the minimal app."""
    match operation:
        case "create":
            body = json.dumps(
                {"customer_name": "王伟先生", "channel": "taobao", "currency": "CNY", "lines": _lines(("sku", "name"))}
            ).encode()
            creation = request("POST", "/orders", token=MINIMAL_TOKEN, body=body)
            return [lambda: creation] * clients
        case "action":
            return [_act_minimally([order.order_no for order in pool[n::clients]]) for n in range(clients)]
        case "read":
            return [_read("/orders/", MINIMAL_TOKEN, stock)] * clients
    listing = request("GET", f"/orders?{_LIST_QUERY}", token=MINIMAL_TOKEN)
    return [lambda: listing] * clients


def _lines(names: Sequence[str]) -> list[dict[str, str]]:
    articles = [dict(zip(("sku", "name", "unit", "unit_price"), article, strict=True)) for article in factory._ARTICLES]
    return [
        {**{name: article[name] for name in names}, "quantity": str(n), "unit_price": article["unit_price"]}
        for n, article in enumerate(articles[:4], 1)
    ]


def _create(token: str) -> Feed:
    """A new order of a known customer; its number and its key are new each time."""
    body = {
        "order_type": "standard",
        "channel": "taobao",
        "external_id": "@",
        "currency": "CNY",
        "customer": {"external_id": "C000000", "name": "王伟女士", "phone": "13900000000"},
        "lines": _lines(("sku", "name", "unit")),
        "promised_date": "2030-01-15",
        "total": "2143.20",
    }
    template = json.dumps(body, ensure_ascii=False)

    def feed() -> bytes:
        number = uuid.uuid4().hex
        text = template.replace("@", number).encode()
        return request("POST", "/api/v1/orders", token=token, body=text, headers=(("idempotency-key", number),))

    return feed


def _act(token: str, orders: Sequence[Standing]) -> Feed:
    """Back and forth between production and inspection, each time with a new key and the version just seen."""
    place = -1

    def feed() -> bytes:
        nonlocal place
        place = (place + 1) % len(orders)
        order = orders[place]
        action, payload = _ACTION_IN[order.stage]
        body = json.dumps({"action": action, "payload": payload}).encode()
        headers = (("idempotency-key", uuid.uuid4().hex), ("if-match", f'"{order.version}"'))
        order.stage, order.version = _NEXT_STAGE[order.stage], order.version + 1
        return request("POST", f"/api/v1/orders/{order.order_no}/actions", token=token, body=body, headers=headers)

    return feed


def _act_minimally(order_numbers: Sequence[str]) -> Feed:
    body = json.dumps({"action": "completion_reported", "payload": {"good": "28", "scrap": "2"}}).encode()
    requests = [request("POST", f"/orders/{no}/actions", token=MINIMAL_TOKEN, body=body) for no in order_numbers]
    place = -1

    def feed() -> bytes:
        nonlocal place
        place = (place + 1) % len(requests)
        return requests[place]

    return feed


def _read(prefix: str, token: str, stock: Stock) -> Feed:
    last = FIRST_NUMBER + stock.total - 1
    return lambda: request("GET", f"{prefix}SO{random.randint(FIRST_NUMBER, last)}", token=token)
