"""What is sent to each provider has the shape of the sample's request, and the sample's answer is understood."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.messages.templates import Message
from integrations.calling import Pause
from integrations.dingtalk.robot import DingtalkRobot
from integrations.feishu.robot import FeishuRobot
from integrations.mail.client import Mail, SmtpServer
from integrations.ports import SendFailed
from integrations.sms.aliyun import AliyunSms
from integrations.sms.tencent import TencentSms
from integrations.wecom.robot import WecomRobot
from tests.simulators.smtp import SmtpSimulator

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples" / "notify"
NAMES = sorted(path.name.removesuffix(".expected.json") for path in SAMPLES.glob("*.expected.json"))
MESSAGE = Message("红单预警", "订单 SO20261122001 缺料")
# What a provider's template calls its variables is the factory's own matter.
_OWN_WORDS = {"TemplateParam", "TemplateParamSet", "PhoneNumberSet"}


def at() -> datetime:
    return datetime(2026, 11, 22, 7, 30, tzinfo=UTC)


CLIENTS: Mapping[str, Callable[[httpx.AsyncClient, str], Any]] = {
    "aliyun": lambda http, _: AliyunSms(http, "id", "key", "华暖散热器", "SMS_480000001", at),
    "tencent": lambda http, _: TencentSms(http, "id", "key", "1400006666", "华暖散热器", "1110", at),
    "dingtalk": lambda http, url: DingtalkRobot(http, url, "secret", Pause(at), at),
    "feishu": lambda http, url: FeishuRobot(http, url, "secret", Pause(at), at),
    "wecom": lambda http, url: WecomRobot(http, url, Pause(at)),
}


def read(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def shape(value: Any) -> Any:
    """Names and kinds of values, and nothing of what they say."""
    if isinstance(value, Mapping):
        return {name: "..." if name in _OWN_WORDS else shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shape(part) for part in value]
    return type(value).__name__


def test_every_sample_has_a_client() -> None:
    assert {name.partition("_")[0] for name in NAMES} == {*CLIENTS, "smtp"}


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("smtp")])
async def test_a_request_and_its_answer(name: str) -> None:
    asked, answer, wanted = read(name)["request"], read(name)["response"], read(f"{name}.expected")
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(answer["status"], json=answer["body"])

    key = {name: value for name, value in asked.get("query", {}).items() if name in {"access_token", "key"}}
    url = str(httpx.URL(f"https://{asked['host']}{asked['path']}", params=key or None))
    async with httpx.AsyncClient(transport=httpx.MockTransport(handle)) as http:
        client = CLIENTS[name.partition("_")[0]](http, url)
        if wanted["accepted"]:
            assert await client.send("notify-000123", "13900001234", MESSAGE) == wanted["provider_id"]
        else:
            with pytest.raises(SendFailed, match=wanted["reason"]) as failed:
                await client.send("notify-000123", "13900001234", MESSAGE)
            assert failed.value.final == (wanted["retry"] == "never")
            assert failed.value.retry_after == timedelta(seconds=wanted["retry_after_s"] or 0)
    (request,) = seen
    assert (request.method, request.url.host, request.url.path) == (asked["method"], asked["host"], asked["path"])
    assert set(request.url.params) == set(asked.get("query", {}))
    assert {name: request.headers.get(name) for name in asked.get("headers", {})} == asked.get("headers", {})
    assert shape(json.loads(request.content or b'""')) == shape(asked["body"])


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("smtp")])
async def test_a_mail_servers_answer(name: str) -> None:
    asked, answer, wanted = read(name)["request"], read(name)["response"], read(f"{name}.expected")
    async with SmtpSimulator().running() as server:
        server.answers.append(f"{answer['status']} {answer['body']}")
        mail = Mail(SmtpServer.parse(server.url), asked["from"], at)
        with pytest.raises(SendFailed, match=wanted["reason"]) as failed:
            await mail.send("1", asked["to"][0], Message(asked["subject"], ""))
    assert failed.value.final == (wanted["retry"] == "never")
    assert failed.value.retry_after == timedelta(seconds=wanted["retry_after_s"] or 0)
    assert server.mails == []
