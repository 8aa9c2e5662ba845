"""A stand-in for YonSuite's open platform: a directory of tenants, tokens and two lists, failing when it is told to.

Use it with `httpx.MockTransport(YonSuiteServer(...))`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from integrations.yonsuite.signature import sign
from tests.simulators.illness import through

TENANT, APP_KEY, APP_SECRET = "tenant01", "yonAppKey", "yonAppSecret"
DIRECTORY, GATEWAY = "https://apigateway.yonyoucloud.com", "https://c2.yonyoucloud.com"
STOCK = "/iuap-api-gateway/yonbip/scm/stock/QueryCurrentStocksByCondition"
MATERIALS = "/iuap-api-gateway/yonbip/digitalModel/product/listproductbycondition"
Row = dict[str, Any]


@dataclass
class YonSuiteServer:
    """`faults` are used up one per call of a list: those of every server, and `expired`, by which all tokens end.

    The list of materials has pages, that of stock has none.
    """

    stock: list[Row] = field(default_factory=list)
    materials: list[Row] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    gateway: str = GATEWAY
    signed_in: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One HTTP request."""
        path, query = request.url.path, dict(request.url.params)
        if path.endswith("/getGatewayAddress"):
            known = query.get("yhtTenantId") == TENANT and request.url.host == httpx.URL(DIRECTORY).host
            data = {"gatewayUrl": f"{self.gateway}/iuap-api-gateway", "tokenUrl": f"{self.gateway}/iuap-api-auth"}
            return _told("00000", "成功！", data) if known else _told("500", "租户不存在", None)
        if path == "/iuap-api-auth/open-auth/selfAppAuth/getAccessToken":
            return self._token(query)
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "expired":
            self.signed_in += 1
        return through(fault, lambda: self._list(path, query, json.loads(request.content)), "currentqty")

    def _token(self, query: dict[str, str]) -> httpx.Response:
        signature = query.pop("signature")
        if query["appKey"] != APP_KEY or signature != sign(APP_SECRET, query):
            return _told("50000", "验签失败", None)
        self.signed_in += 1
        return _told("00000", "成功！", {"access_token": f"token+{self.signed_in}/=", "expire": 7200})

    def _list(self, path: str, query: dict[str, str], asked: Row) -> httpx.Response:
        if query.get("access_token") != f"token+{self.signed_in}/=":
            return _told("310036", "非法token", None)
        self.asked.append(asked)
        if path == STOCK:
            return _told("200", "操作成功", self.stock)
        if path != MATERIALS:
            return httpx.Response(404, json={"code": "310404", "message": "接口不存在"})
        index, size = asked["pageIndex"], asked["pageSize"]
        rows, pages = self.materials[(index - 1) * size : index * size], -(-len(self.materials) // size)
        return _told("200", "处理成功", {"pageIndex": index, "pageCount": pages, "recordList": rows})


def _told(code: str, message: str, data: Any) -> httpx.Response:
    return httpx.Response(200, json={"code": code, "message": message, "data": data})
