"""Sales orders of Fxiaoke CRM: those that changed, and one with its lines; it pushes nothing by itself.

Source: integrations.md, section 4. Its answers come with HTTP 200; `errorCode` alone says whether one is good.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from integrations.ports import Changed, ChangedPage, Fetched, FetchFailed
from integrations.reading import Reader, countdown

BASE_URL = "https://open.fxiaoke.com"
ORDERS, LINES = "SalesOrderObj", "SalesOrderProductObj"
PAGE, MOST_LINES = 100, 1000
_AGAIN_BEFORE = timedelta(minutes=5)
_MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Application:
    """The application and the person in whose name it reads."""

    app_id: str
    secret: str
    permanent_code: str
    user: str


@dataclass
class FxiaokeClient:
    """Reads one firm's CRM. The shop is the empty text: there is one."""

    reader: Reader
    application: Application
    clock: Callable[[], datetime]
    base_url: str = BASE_URL
    _access: tuple[dict[str, str], datetime] | None = field(default=None, repr=False)

    async def fetch(self, external_id: str, shop: str) -> Fetched:
        """`{"order": answer, "lines": answer}`, each answer byte for byte. Raises FetchFailed."""
        del shop
        order, told = await self._query(ORDERS, [_equal("_id", external_id)], "last_modified_time", 0, 1)
        found = self._rows(told)
        if len(found) != 1 or found[0].get("_id") != external_id:
            raise FetchFailed(f"Fxiaoke has no order {external_id[:60]}", final=True)
        lines, told = await self._query(LINES, [_equal("order_id", external_id)], "_id", 0, MOST_LINES)
        if self._total(told) > MOST_LINES:
            raise FetchFailed("Fxiaoke has more lines than an order can have", final=True, alert=True)
        self._rows(told)
        return Fetched(b'{"order": ' + order + b', "lines": ' + lines + b"}", "application/json")

    async def changed(self, shop: str, since: datetime, until: datetime, page: str | None) -> ChangedPage:
        """A page of the orders that changed in between; each has to be fetched. Raises FetchFailed."""
        del shop
        between = [_compared("GTE", since), _compared("LT", until)]
        offset = PAGE * (int(page or 1) - 1)
        _, told = await self._query(ORDERS, between, "last_modified_time", offset, PAGE)
        try:
            records = [
                Changed(str(row["_id"]), datetime.fromtimestamp(int(row["last_modified_time"]) / _MILLISECONDS, UTC))
                for row in self._rows(told)
            ]
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise self.reader.odd("a list of orders") from error
        return ChangedPage(records, countdown(page, -(-self._total(told) // PAGE)))

    async def _query(
        self, name: str, filters: list[dict[str, Any]], by: str, offset: int, limit: int
    ) -> tuple[bytes, Mapping[str, Any]]:
        access = await self._enter()
        asked = {"limit": limit, "offset": offset, "filters": filters, "orders": [{"fieldName": by, "isAsc": True}]}
        call = {
            **access,
            "currentOpenUserId": self.application.user,
            "data": {"dataObjectApiName": name, "search_query_info": asked},
        }
        answer = await self.reader.ask("POST", f"{self.base_url}/cgi/crm/v2/data/query", json=call)
        return answer.body, self._good(answer.body)

    async def _enter(self) -> dict[str, str]:
        """Token and firm, until shortly before their end."""
        if self._access and self._access[1] > self.clock():
            return self._access[0]
        given = self.application
        asked = {"appId": given.app_id, "appSecret": given.secret, "permanentCode": given.permanent_code}
        answer = await self.reader.ask("POST", f"{self.base_url}/cgi/corpAccessToken/get/V2", json=asked)
        told = self._good(answer.body)
        try:
            access = {"corpAccessToken": str(told["corpAccessToken"]), "corpId": str(told["corpId"])}
            ends = self.clock() + timedelta(seconds=int(told["expiresIn"])) - _AGAIN_BEFORE
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise self.reader.odd("a token") from error
        self._access = (access, ends)
        return access

    def _good(self, body: bytes) -> Mapping[str, Any]:
        try:
            told = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise self.reader.odd("an object") from error
        if not isinstance(told, Mapping) or "errorCode" not in told:
            raise self.reader.odd("an object with an errorCode")
        if told["errorCode"] != 0:
            # Which codes mean what differs by account: the token is asked for anew, and a person sees the words.
            self._access = None
            words = f"{told['errorCode']} {told.get('errorMessage')} {told.get('errorDescription')}"
            raise FetchFailed(f"Fxiaoke: {words[:300]}", alert=True, retry_after=timedelta(minutes=1))
        return told

    def _rows(self, told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        data = told.get("data")
        rows = data.get("dataList") if isinstance(data, Mapping) else None
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise self.reader.odd("a list")
        return rows

    def _total(self, told: Mapping[str, Any]) -> int:
        total = told["data"].get("total")
        if not isinstance(total, int):
            raise self.reader.odd("a list with its total")
        return total


def _equal(name: str, value: str) -> dict[str, Any]:
    return {"field_name": name, "field_values": [value], "operator": "EQ"}


def _compared(operator: str, moment: datetime) -> dict[str, Any]:
    milliseconds = str(int(moment.timestamp() * _MILLISECONDS))
    return {"field_name": "last_modified_time", "field_values": [milliseconds], "operator": operator}
