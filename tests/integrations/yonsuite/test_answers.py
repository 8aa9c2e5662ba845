"""The samples of YonSuite are read as they are meant, its signature fits the vector, and no answer is 'nothing'."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from integrations.calling import Answered
from integrations.ports import ErpFailed
from integrations.yonsuite.answers import data_of, rows_of
from integrations.yonsuite.client import YonSuiteClient
from integrations.yonsuite.erp import YonSuite
from integrations.yonsuite.signature import sign

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples"
VECTOR = json.loads((SAMPLES / "signatures" / "test_vectors.json").read_text(encoding="utf-8"))["yonsuite_token"]
DIRECTORY = "https://apigateway.yonyoucloud.com"


def sample(name: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The request, the answer, and what it means."""
    told = json.loads((SAMPLES / "other_erp" / f"{name}.json").read_text(encoding="utf-8"))
    wanted = json.loads((SAMPLES / "other_erp" / f"{name}.expected.json").read_text(encoding="utf-8"))
    return told["request"], told["response"], wanted


def answered(body: Any, status: int = 200) -> Answered:
    return Answered(status, {}, body if isinstance(body, bytes) else json.dumps(body).encode())


class Tenant:
    """Answers the directory and the token, then a list; keeps what it was asked."""

    def __init__(self, token: dict[str, Any], lists: list[dict[str, Any]]) -> None:
        self.now = datetime.fromtimestamp(1568098531.823, UTC)
        self.token, self.lists, self.host = token, lists, "https://c2.yonyoucloud.com"
        self.sent: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        if request.url.path.endswith("getGatewayAddress"):
            data = {"gatewayUrl": f"{self.host}/iuap-api-gateway", "tokenUrl": f"{self.host}/iuap-api-auth"}
            return httpx.Response(200, json={"code": "00000", "data": data})
        answer = self.token if request.url.path.endswith("getAccessToken") else self.lists.pop(0)
        return httpx.Response(200, json=answer)

    def erp(self) -> YonSuite:
        http = httpx.AsyncClient(transport=httpx.MockTransport(self))
        domains = ("yonyoucloud.com",)
        secret = VECTOR["appSecret"]
        return YonSuite(
            YonSuiteClient(http, DIRECTORY, "t", VECTOR["params"]["appKey"], secret, lambda: self.now, domains)
        )

    @property
    def paths(self) -> list[str]:
        return [request.url.path.rpartition("/")[2] for request in self.sent]


def test_the_signature_fits_the_vector() -> None:
    assert sign(VECTOR["appSecret"], VECTOR["params"]) == VECTOR["signature_base64"]


async def test_a_token_is_asked_for_as_in_the_sample_and_kept_until_shortly_before_its_end() -> None:
    asked, answer, wanted = sample("yonsuite_token")
    tenant = Tenant(answer["body"], [{"code": "200", "data": []}] * 3)
    erp = tenant.erp()
    await erp.stock(0)
    tenant.now += timedelta(seconds=wanted["expires_in_s"] - 301)
    await erp.stock(0)
    assert tenant.paths == ["getGatewayAddress", "getAccessToken", *["QueryCurrentStocksByCondition"] * 2]
    _, token, stock, _ = tenant.sent
    assert (token.method, token.url.path, dict(token.url.params)) == (asked["method"], asked["path"], asked["query"])
    assert f"signature={VECTOR['signature_urlencoded']}" in str(token.url)
    assert stock.url.params["access_token"] == answer["body"]["data"]["access_token"]
    tenant.now += timedelta(seconds=1)
    await erp.stock(0)
    assert tenant.paths.count("getAccessToken") == 2


async def test_a_token_that_ended_is_renewed_once() -> None:
    asked, ended, wanted = sample("yonsuite_token_expired")
    with pytest.raises(ErpFailed) as failed:
        data_of(answered(ended["body"]))
    told = failed.value
    assert (told.reason, told.retryable, told.needs_login, told.alert) == (
        wanted["reason"],
        wanted["retryable"],
        wanted["needs_login"],
        wanted["alert"],
    )
    _, token, _ = sample("yonsuite_token")
    tenant = Tenant(token["body"], [ended["body"], {"code": "200", "data": []}, ended["body"], ended["body"]])
    erp = tenant.erp()
    assert (await erp.stock(0)).rows == []
    assert set(asked["body"]) <= set(json.loads(tenant.sent[2].content))
    with pytest.raises(ErpFailed, match="token"):
        await erp.stock(0)
    assert tenant.paths.count("getAccessToken") == 3


async def test_a_login_that_was_refused_is_not_tried_again() -> None:
    tenant = Tenant({"code": "10018", "message": "应用不存在或appKey已停用"}, [])
    erp = tenant.erp()
    for _ in range(3):
        with pytest.raises(ErpFailed) as failed:
            await erp.stock(0)
        assert (failed.value.reason, failed.value.alert) == ("login_refused", True)
    assert tenant.paths.count("getAccessToken") == 1


@pytest.mark.parametrize(
    "host", ["https://evil.example", "https://yonyoucloud.com.evil.example", "http://c2.yonyoucloud.com", "https://"]
)
async def test_a_directory_cannot_send_the_key_to_strangers(host: str) -> None:
    _, token, _ = sample("yonsuite_token")
    tenant = Tenant(token["body"], [])
    tenant.host = host
    with pytest.raises(ErpFailed, match="foreign_address"):
        await tenant.erp().stock(0)
    assert tenant.paths == ["getGatewayAddress"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b'{"code": "200"}',
        b'{"code": "200", "data": 4}',
        b'{"code": "200", "data": [1]}',
        b'{"code": "200", "data": {"recordList": []}}',
        b'{"code": "200", "data": {"recordList": {}, "pageCount": 1}}',
        b"<html>Login</html>",
        b"\xff",
        "非法token".encode(),
    ],
)
def test_what_is_no_answer_is_never_no_rows(body: bytes) -> None:
    with pytest.raises(ErpFailed):
        rows_of(answered(body), 1)


@pytest.mark.parametrize(
    ("body", "status", "reason", "retryable"),
    [
        ({"code": "310037", "message": "无权限"}, 200, "permission", False),
        ({"code": 310046, "message": "超过流量限制"}, 200, "rate_limited", True),
        ({"code": "310404", "message": "接口不存在"}, 404, "unknown_object", False),
        ({"code": "999", "message": "服务端逻辑异常"}, 200, "server_exception", True),
        ({"code": "118001", "message": "?"}, 200, "refused", False),
        (b"<html></html>", 503, "server_error", True),
    ],
)
def test_a_refusal_says_whether_trying_again_may_help(body: Any, status: int, reason: str, retryable: bool) -> None:
    with pytest.raises(ErpFailed) as failed:
        data_of(answered(body, status))
    assert (failed.value.reason, failed.value.retryable) == (reason, retryable)
