"""The limit: FastAPI and asyncpg with nothing of the product. Token and right, lock, update, event, outbox, one commit.

Every answer is a plain dict written by orjson; every request's body is a pydantic model, as in any FastAPI program.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response
from pydantic import BaseModel
from uuid_utils.compat import uuid7

POOL_SIZE = 8
_NEXT = {"in_production": "awaiting_qc", "awaiting_qc": "in_production"}


class Line(BaseModel):
    sku: str
    name: str
    quantity: Decimal
    unit_price: Decimal


class NewOrder(BaseModel):
    customer_name: str
    channel: str
    currency: str
    lines: list[Line]


class Action(BaseModel):
    action: str
    payload: dict[str, Any] = {}


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(
        os.environ["MINIMAL_DATABASE_URL"], min_size=POOL_SIZE, max_size=POOL_SIZE, init=_prepare
    ) as pool:
        app.state.pool = pool
        yield


async def _prepare(connection: Any) -> None:
    await connection.set_type_codec(
        "jsonb",
        encoder=lambda value: b"\x01" + orjson.dumps(value),
        decoder=lambda data: orjson.loads(data[1:]),
        schema="pg_catalog",
        format="binary",
    )


app = FastAPI(lifespan=_lifespan, openapi_url=None)

_TOKEN = "SELECT person, rights FROM minimal.tokens WHERE hash = $1 AND expires_at > now()"
_LOCK = "SELECT id, stage, version FROM minimal.orders WHERE order_no = $1 FOR UPDATE"
_UPDATE = "UPDATE minimal.orders SET stage = $2, version = version + 1, updated_at = $3 WHERE id = $1"
_EVENT = "INSERT INTO minimal.events VALUES ($1, $2, $3, $4, $5, $6, $7)"
_OUTBOX = "INSERT INTO minimal.outbox VALUES ($1, $2, $3, $4, $5)"
_ORDER = """
SELECT o.*, (SELECT jsonb_agg(jsonb_build_object('line', l.line, 'sku', l.sku, 'name', l.name,
  'quantity', l.quantity::text, 'unit_price', l.unit_price::text, 'amount', l.amount::text) ORDER BY l.line)
  FROM minimal.lines l WHERE l.order_id = o.id) AS lines
FROM minimal.orders o WHERE o.order_no = $1
"""
_LIST = "SELECT * FROM minimal.orders WHERE stage = $1 AND channel = $2 ORDER BY id DESC LIMIT $3"
_INSERT = """
INSERT INTO minimal.orders (id, order_no, channel, currency, total, stage, version, opened_at, updated_at,
  customer_name)
VALUES ($1, 'M' || nextval('minimal.numbers'), $2, $3, $4, 'signed', 1, $5, $5, $6) RETURNING *
"""
_LINES = """
INSERT INTO minimal.lines
SELECT $1, * FROM unnest($2::int[], $3::text[], $4::text[], $5::numeric[], $6::numeric[], $7::numeric[])
"""


async def _caller(request: Request, connection: Any, right: str) -> UUID:
    """Whose token it is, once it gives the right."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    row = await connection.fetchrow(_TOKEN, hashlib.sha256(token.encode()).hexdigest())
    if row is None:
        raise HTTPException(401)
    if right not in row["rights"]:
        raise HTTPException(403)
    person: UUID = row["person"]
    return person


def _answer(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value, default=str), status, media_type="application/json")


@app.get("/healthz")
async def healthz() -> Response:
    return _answer({"status": "ok"})


@app.post("/orders")
async def create(body: NewOrder, request: Request) -> Response:
    async with request.app.state.pool.acquire() as connection, connection.transaction():
        return _answer(await _create(body, connection, await _caller(request, connection, "orders.open")), 201)


async def _create(body: NewOrder, connection: Any, person: UUID) -> dict[str, Any]:
    now, order_id = datetime.now(UTC), uuid7()
    amounts = [line.quantity * line.unit_price for line in body.lines]
    order = await connection.fetchrow(
        _INSERT, order_id, body.channel, body.currency, sum(amounts), now, body.customer_name
    )
    columns = ([getattr(line, name) for line in body.lines] for name in ("sku", "name", "quantity", "unit_price"))
    await connection.execute(_LINES, order_id, list(range(1, len(amounts) + 1)), *columns, amounts)
    await connection.execute(_EVENT, uuid7(), order_id, 1, "open", person, now, {"total": str(order["total"])})
    return {**order, "lines": body.model_dump()["lines"]}


@app.post("/orders/{order_no}/actions")
async def act(order_no: str, body: Action, request: Request) -> Response:
    async with request.app.state.pool.acquire() as connection, connection.transaction():
        return _answer(await _act(order_no, body, connection, await _caller(request, connection, "orders.read")))


async def _act(order_no: str, body: Action, connection: Any, person: UUID) -> dict[str, Any]:
    order = await connection.fetchrow(_LOCK, order_no)
    if order is None:
        raise HTTPException(404)
    now, event_id = datetime.now(UTC), uuid7()
    stage, version = _NEXT[order["stage"]], order["version"] + 1
    await connection.execute(_UPDATE, order["id"], stage, now)
    await connection.execute(_EVENT, event_id, order["id"], version, body.action, person, now, body.payload)
    await connection.execute(_OUTBOX, uuid7(), event_id, "role:quality", {"order_no": order_no, "stage": stage}, now)
    return {"order_no": order_no, "stage": stage, "version": version, "event": event_id}


@app.get("/orders/{order_no}")
async def read(order_no: str, request: Request) -> Response:
    async with request.app.state.pool.acquire() as connection:
        await _caller(request, connection, "orders.read")
        order = await connection.fetchrow(_ORDER, order_no)
    if order is None:
        raise HTTPException(404)
    return _answer(dict(order))


@app.get("/orders")
async def list_orders(request: Request, stage: str, channel: str, limit: int = 50) -> Response:
    async with request.app.state.pool.acquire() as connection:
        await _caller(request, connection, "orders.read")
        rows = await connection.fetch(_LIST, stage, channel, limit)
    return _answer({"items": [dict(row) for row in rows]})
