"""A stand-in for U8's OpenAPI: tokens, lists by pages, and sales orders that are made a while after they were added.

Use it with `httpx.MockTransport(U8Server(...))`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.simulators.illness import through

SERVER = "https://api.yonyouup.com"
CALLER, BOOKS, APP_KEY, APP_SECRET = "caller", "books", "opa0001", "secret-of-the-application"
LISTS = {"currentstock": "currentstock", "inventory": "inventory", "customer": "customer", "saleorderlist": "saleorder"}
Row = dict[str, Any]


@dataclass
class U8Server:
    """`faults` are used up one per call but sign-ins: those of every server, and `expired`, by which all tokens end.

    An order is made when it was asked for `slowness` times. Under one trade number one order is made at most, and what
    was said of it is said again. `results` is where it says that one has to ask. `hyphens_apart`: its database orders
    them in its own way, so that no range but that of one number finds a number with one.
    """

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in LISTS.values()})
    faults: list[str] = field(default_factory=list)
    slowness: int = 2
    results: str = f"{SERVER}/result"
    hyphens_apart: bool = False
    signed_in: int = 0
    trades: dict[str, Row] = field(default_factory=dict)
    waited: dict[str, int] = field(default_factory=dict)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One HTTP request."""
        path, query = request.url.path, dict(request.url.params)
        if path == "/system/token":
            return self._token(query)
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "expired":
            self.signed_in += 1
        return through(fault, lambda: self._answer(path, query, request.content), "code")

    def _answer(self, path: str, query: Row, body: bytes) -> httpx.Response:
        if path == "/result":
            return self._result(query)
        if query.get("token") != f"token{self.signed_in}" or query.get("to_account") != BOOKS:
            return _told("40001", "invalid token")
        if path == "/api/saleorder/add":
            return self._add(query["tradeid"], json.loads(body)["saleorder"])
        return self._list(path.removeprefix("/api/").removesuffix("/batch_get"), query)

    def _token(self, query: Row) -> httpx.Response:
        if (query.get("from_account"), query.get("app_key"), query.get("app_secret")) != (CALLER, APP_KEY, APP_SECRET):
            return _told("10001", "应用密钥错误")
        self.signed_in += 1
        return _told("0", "", token={"id": f"token{self.signed_in}", "expiresIn": 7200})

    def _add(self, trade: str, order: Row) -> httpx.Response:
        self.trades.setdefault(trade, order)
        url = f"{self.results}?requestid={len(self.trades)}"
        return _told("0", "", id=trade, tradeid=trade, url=url)

    def _result(self, query: Row) -> httpx.Response:
        trade = query["tradeid"]
        order = self.trades[trade]
        self.waited[trade] = self.waited.get(trade, 0) + 1
        if self.waited[trade] < self.slowness:
            return _told("1", "处理中")
        return self._refusal(order) or self._made(order)

    def _refusal(self, order: Row) -> httpx.Response | None:
        """Kept in the order, so that what was said once is said again, whatever was mended meanwhile."""
        known = {row["code"] for row in self.rows["inventory"]}
        missing = [row["inventorycode"] for row in order["entry"] if row["inventorycode"] not in known]
        if missing:
            order.setdefault("refused", f"存货 {missing[0]} 不存在")
        return _told("-1", order["refused"]) if "refused" in order else None

    def _made(self, order: Row) -> httpx.Response:
        if order not in self.rows["saleorder"]:
            self.rows["saleorder"].append(order)
            order["sum"] = sum(row.get("sum", row.get("money")) for row in order["entry"])
        return _told("0", "", id=order["code"])

    def _list(self, name: str, query: Row) -> httpx.Response:
        alone = query.get("code_begin", "") == query.get("code_end")
        found = [row for row in self.rows[LISTS[name]] if _fits(row, query)]
        rows = [row for row in found if alone or not self.hyphens_apart or "-" not in row.get("code", "")]
        index, size = int(query["page_index"]), int(query["rows_per_page"])
        pages = {"row_count": str(len(rows)), "page_count": str(-(-len(rows) // size)), "page_index": str(index)}
        return _told("0", "", **pages, **{name: rows[(index - 1) * size : index * size]})


def _fits(row: Row, query: Row) -> bool:
    code = row.get("code", "")
    between = query.get("code_begin", code) <= code <= query.get("code_end", code)
    changed = row.get("ModifyDate", "") >= query.get("modifydate_begin", "")
    return between and changed and query.get("name", "") in row.get("name", "")


def _told(code: str, words: str, **more: Any) -> httpx.Response:
    return httpx.Response(200, json={"errcode": code, "errmsg": words, **more})
