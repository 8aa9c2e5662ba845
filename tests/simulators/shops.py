"""Stand-ins for what shops answer when they are asked what changed; each checks how it is called.

Use one with `httpx.MockTransport(simulator)`. `answers` are given instead, one per call, while there are any.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

import httpx

CHINA = timezone(timedelta(hours=8))
_LOCAL = "%Y-%m-%d %H:%M:%S"


@dataclass
class Shop:
    """Records by number with the time of their last change, as bytes. `page` is how many it gives at once."""

    records: dict[str, tuple[datetime, bytes]] = field(default_factory=dict)
    page: int = 2
    answers: list[httpx.Response | Exception] = field(default_factory=list)
    calls: list[httpx.Request] = field(default_factory=list)
    # Called after each answer: what happens in the shop while it is being read.
    meanwhile: Callable[[], None] = lambda: None

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """One HTTP request."""
        self.calls.append(request)
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        answer = self.answer(request)
        self.meanwhile()
        return answer

    def answer(self, request: httpx.Request) -> httpx.Response:
        raise NotImplementedError

    def between(self, since: datetime, until: datetime) -> list[tuple[str, datetime, bytes]]:
        """What changed in between, the oldest change first."""
        found = [(number, at, body) for number, (at, body) in self.records.items() if since <= at <= until]
        return sorted(found, key=lambda one: one[1])


def listed(bodies: list[bytes]) -> bytes:
    """A JSON list of these bytes, as they are."""
    return b"[ " + b" ,\n".join(bodies) + b" ]"


@dataclass
class ShopifySimulator(Shop):
    """`token` opens it. Its cursor stands on the last record of a page, as the real one does."""

    token: str = "shpat_1"

    def answer(self, request: httpx.Request) -> httpx.Response:
        """A page of `orders.json`, or one order."""
        asked = dict(request.url.params)
        if request.headers.get("x-shopify-access-token") != self.token:
            return httpx.Response(401, json={"errors": "[API] Invalid API key or access token"})
        number = request.url.path.rpartition("/")[2].removesuffix(".json")
        if number != "orders":
            known = self.records.get(number)
            return httpx.Response(200, content=b'{"order":' + known[1] + b"}") if known else httpx.Response(404)
        if "page_info" in asked:
            if set(asked) != {"limit", "page_info"}:
                return httpx.Response(400, json={"errors": "page_info goes with limit alone"})
            since, until, start = json.loads(base64.urlsafe_b64decode(asked["page_info"]))
        else:
            since, until, start = asked["updated_at_min"], asked["updated_at_max"], ""
        found = self.between(datetime.fromisoformat(since), datetime.fromisoformat(until))
        rest = [one for one in found if one[1].isoformat() > start]
        page, headers = rest[: self.page], {}
        if len(rest) > self.page:
            info = base64.urlsafe_b64encode(json.dumps([since, until, page[-1][1].isoformat()]).encode()).decode()
            address = f"{request.url.copy_with(query=None)}?{urlencode({'limit': 50, 'page_info': info})}"
            headers = {"link": f'<{address}>; rel="next"'}
        return httpx.Response(200, content=b'{"orders":' + listed([one[2] for one in page]) + b"}", headers=headers)


@dataclass
class WooCommerceSimulator(Shop):
    """`key` opens it."""

    key: str = "ck_1:cs_1"

    def answer(self, request: httpx.Request) -> httpx.Response:
        """A page of `orders`."""
        wanted = f"Basic {base64.b64encode(self.key.encode()).decode()}"
        if request.headers.get("authorization") != wanted:
            return httpx.Response(401, json={"code": "woocommerce_rest_cannot_view"})
        asked = request.url.params
        assert (asked["dates_are_gmt"], asked["orderby"], asked["order"]) == ("true", "modified", "asc")
        times = [datetime.fromisoformat(f"{asked[name]}+00:00") for name in ("modified_after", "modified_before")]
        found = self.between(*times)
        pages, start = -(-len(found) // self.page), self.page * (int(asked["page"]) - 1)
        content = listed([one[2] for one in found[start : start + self.page]])
        return httpx.Response(200, content=content, headers={"x-wp-totalpages": str(pages)})


@dataclass
class YouzanSimulator(Shop):
    """Gives a token to the application, and trades to the token."""

    client_id: str = "yzclient01"
    secret: str = "yzsecret01"
    ends: datetime = datetime(2099, 1, 1, tzinfo=UTC)
    tokens: int = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        """A token, a list of trades or one of them."""
        asked = json.loads(request.content)
        if request.url.path == "/auth/token":
            return self._token(asked)
        if request.url.params.get("access_token") != f"token-{self.tokens}":
            return httpx.Response(200, json={"gw_err_resp": {"err_code": 4203, "err_msg": "token expired"}})
        if "tid" in asked:
            body = self.records[asked["tid"]][1]
            return httpx.Response(200, content=b'{"code":200,"success":true,"data":' + body + b"}")
        times = [datetime.strptime(asked[n], _LOCAL).replace(tzinfo=CHINA) for n in ("start_update", "end_update")]
        found = self.between(*times)
        start = self.page * (asked["page_no"] - 1)
        rows = [json.loads(one[2]) for one in found[start : start + self.page]]
        # The page size is the caller's; the stand-in gives smaller pages and says so by a larger total.
        data = {"total_results": len(found) * asked["page_size"] // self.page, "full_order_info_list": rows}
        return httpx.Response(200, json={"code": 200, "success": True, "data": data})

    def _token(self, asked: Mapping[str, Any]) -> httpx.Response:
        if (asked["client_id"], asked["client_secret"]) != (self.client_id, self.secret):
            return httpx.Response(200, json={"success": False, "code": 140500101, "message": "client_secret"})
        self.tokens += 1
        data = {"access_token": f"token-{self.tokens}", "expires": int(self.ends.timestamp() * 1000)}
        return httpx.Response(200, json={"success": True, "code": 200, "data": data})


@dataclass
class FxiaokeSimulator(Shop):
    """Orders as `{"order": row, "lines": [row]}`; a token for the application."""

    secret: str = "fs-secret"

    def answer(self, request: httpx.Request) -> httpx.Response:
        """A token, or the answer to a query."""
        asked = json.loads(request.content)
        if request.url.path.startswith("/cgi/corpAccessToken"):
            good = asked["appSecret"] == self.secret
            told = {"errorCode": 0, "corpAccessToken": "t", "corpId": "c", "expiresIn": 7200}
            return httpx.Response(200, json=told if good else {"errorCode": 20003, "errorMessage": "appSecret"})
        if (asked["corpAccessToken"], asked["corpId"]) != ("t", "c"):
            return httpx.Response(200, json={"errorCode": 20016, "errorMessage": "corpAccessToken"})
        query, name = asked["data"]["search_query_info"], asked["data"]["dataObjectApiName"]
        rows, start = self._rows(name, query["filters"]), query["offset"] * self.page // 100
        shown = rows[start : start + min(self.page, query["limit"])] if query["limit"] <= 100 else rows
        data = {"total": len(rows) * 100 // self.page if query["limit"] == 100 else len(rows), "dataList": shown}
        return httpx.Response(200, json={"errorCode": 0, "errorMessage": "OK", "data": data})

    def _rows(self, name: str, filters: list[dict[str, Any]]) -> list[Any]:
        by = {one["operator"]: one["field_values"][0] for one in filters}
        if name == "SalesOrderProductObj":
            return list(json.loads(self.records[by["EQ"]][1])["lines"])
        if "EQ" in by:
            return [json.loads(self.records[by["EQ"]][1])["order"]] if by["EQ"] in self.records else []
        times = [datetime.fromtimestamp(int(by[operator]) / 1000, UTC) for operator in ("GTE", "LT")]
        return [json.loads(one[2])["order"] for one in self.between(*times)]
