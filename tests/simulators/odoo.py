"""A stand-in for an Odoo server: records in memory, asked over JSON-2 and JSON-RPC, that fails when it is told to.

Use it with `httpx.MockTransport(OdooServer(...))`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.simulators.illness import through

DATABASE, LOGIN, KEY, USER = "huanuan", "api@huanuan.example", "key-of-odoo", 7
_BEGAN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
Record = dict[str, Any]


class Raised(Exception):
    """An exception of the server's, by its name there."""

    def __init__(self, name: str, message: str, status: int) -> None:
        super().__init__(message)
        self.name, self.message, self.status = name, message, status


@dataclass
class OdooServer:
    """`models` are its tables. `faults` are used up one per call: html, garbage, empty, half, drop, http502, slow,
    expired, commit_then_drop; an empty one is none.
    """

    models: dict[str, list[Record]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    requests: list[Any] = field(default_factory=list)
    _changes: int = 0

    def add(self, model: str, /, **values: Any) -> Record:
        """A record, as somebody there would make it."""
        rows = self.models.setdefault(model, [])
        record = {"id": len(rows) + 1, "active": True, **values}
        rows.append(record)
        return self.touch(record)

    def touch(self, record: Record, **values: Any) -> Record:
        """Change a record, with the time of it."""
        self._changes += 1
        moment = _BEGAN + timedelta(minutes=self._changes)
        record.update(values, write_date=moment.strftime("%Y-%m-%d %H:%M:%S"))
        return record

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One HTTP request."""
        signs_in = b'"service":"common"' in request.content
        fault = self.faults.pop(0) if self.faults and not signs_in else ""
        return through(fault, lambda: self._answer(request, expired=fault == "expired"), "write_date")

    def _answer(self, request: httpx.Request, *, expired: bool) -> httpx.Response:
        body = json.loads(request.content)
        self.requests.append(body)
        try:
            if request.url.path == "/jsonrpc":
                return self._rpc(body, expired=expired)
            if expired or request.headers.get("authorization") != f"bearer {KEY}":
                raise Raised("werkzeug.exceptions.Unauthorized", "Invalid apikey", 401)
            _, _, _, model, method = request.url.path.split("/")
            return httpx.Response(200, json=self._do(model, method, body.pop("ids", []), body))
        except Raised as raised:
            told = {"name": raised.name, "message": raised.message, "arguments": [], "context": {}, "debug": ""}
            if request.url.path != "/jsonrpc":
                return httpx.Response(raised.status, json=told)
            error = {"code": 200, "message": "Odoo Server Error", "data": told}
            return httpx.Response(200, json={"jsonrpc": "2.0", "id": body["id"], "error": error})

    def _rpc(self, body: Mapping[str, Any], *, expired: bool) -> httpx.Response:
        params = body["params"]
        if params["service"] == "common":
            database, login, key, _ = params["args"]
            self.calls.append("authenticate")
            result: Any = USER if (database, login, key) == (DATABASE, LOGIN, KEY) else False
            return httpx.Response(200, json={"jsonrpc": "2.0", "id": body["id"], "result": result})
        _, user, key, model, method, args, named = params["args"]
        if expired or (user, key) != (USER, KEY):
            raise Raised("odoo.http.SessionExpiredException", "Session expired", 200)
        ids = args[0] if args and method not in ("search_read", "search_count") else []
        if method.startswith("search"):
            named = {"domain": args[0], **named}
        result = self._do(model, method, ids, named)
        return httpx.Response(200, json={"jsonrpc": "2.0", "id": body["id"], "result": result})

    def _do(self, model: str, method: str, ids: Sequence[int], named: Mapping[str, Any]) -> Any:
        self.calls.append(f"{model}.{method}")
        if model not in self.models:
            raise Raised("werkzeug.exceptions.NotFound", f"the model {model!r} does not exist", 404)
        match method:
            case "search_read":
                return self._search(model, named)
            case "create":
                return [self._create(model, values)["id"] for values in named["vals_list"]]
            case "message_post":
                self.add("mail.message", model=model, res_id=ids[0], body=f"<p>{named['body']}</p>")
                return len(self.models["mail.message"])
            case _:
                raise Raised("builtins.AttributeError", f"no method {method!r}", 500)

    def _create(self, model: str, values: Record) -> Record:
        if model == "sale.order":
            lines = [line for _, _, line in values["order_line"]]
            total = sum(line["product_uom_qty"] * line["price_unit"] for line in lines)
            name = f"S{len(self.models[model]) + 1:05d}"
            values = {**values, "name": name, "state": "draft", "amount_untaxed": total, "amount_total": total * 1.13}
            values["currency_id"] = self._reference("res.currency", values["currency_id"])
        return self.add(model, **values)

    def _reference(self, model: str, identity: int) -> list[Any]:
        return [identity, next(one["name"] for one in self.models[model] if one["id"] == identity)]

    def _search(self, model: str, named: Mapping[str, Any]) -> list[Record]:
        test = _all_of(named["domain"])
        found = [row for row in self.models[model] if test(self, model, row)]
        start = named.get("offset", 0)
        page = found[start : start + (named.get("limit") or len(found))]
        return [{"id": row["id"], **{name: row.get(name, False) for name in named["fields"]}} for row in page]


Test = Callable[[OdooServer, str, Record], bool]


def _all_of(domain: Sequence[Any]) -> Test:
    """A search domain in Polish notation: a bar stands before the two that it joins; the rest is joined by and."""
    left = list(domain)
    tests = []
    while left:
        tests.append(_take(left))
    return lambda server, model, row: all(test(server, model, row) for test in tests)


def _take(left: list[Any]) -> Test:
    term = left.pop(0)
    if term == "|":
        first, second = _take(left), _take(left)
        return lambda server, model, row: first(server, model, row) or second(server, model, row)
    name, operator, value = term
    return lambda server, _, row: any(_fits(found, operator, value) for found in _values(server, row, name))


def _values(server: OdooServer, row: Record, name: str) -> list[Any]:
    """A field's value, through a reference where the name has a dot."""
    head, _, rest = name.partition(".")
    if head == "location_id" and rest:
        identity = row["location_id"][0]
        return [one[rest] for one in server.models["stock.location"] if one["id"] == identity]
    if head == "orderpoint_ids":
        points = server.models["stock.warehouse.orderpoint"]
        return [one[rest] for one in points if one["product_id"][0] == row["id"]]
    value = row.get(name, False)
    return [value[0] if isinstance(value, list) and len(value) == 2 and name.endswith("_id") else value]


def _fits(found: Any, operator: str, value: Any) -> bool:
    match operator:
        case "=":
            return bool(found == value)
        case "!=":
            return bool(found != value)
        case "in":
            return found in value
        case ">=":
            return bool(found >= value)
        case "ilike":
            return value.lower() in str(found).lower()
        case _:
            raise Raised("builtins.ValueError", f"Invalid operator {operator}", 500)
