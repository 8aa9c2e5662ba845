"""A Feishu group robot. Source: integrations.md, section 6 'Robots': 100 a minute, 5 a second, 20 KB."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import orjson

from domain.messages.templates import Message
from integrations.calling import Pause, cut, post
from integrations.ports import SendFailed

MOST_BYTES = 18_000
RATES = ((100, timedelta(minutes=1)), (5, timedelta(seconds=1)))


@dataclass(frozen=True)
class FeishuRobot:
    """`url` is the robot's whole address; `secret` signs, where the robot asks for a signature."""

    http: httpx.AsyncClient
    url: str
    secret: str | None
    pause: Pause
    clock: Callable[[], datetime]

    async def send(self, effect_id: str, to: str, message: Message) -> str | None:
        """Writes to the group; `to` is not used. The robot gives no id. Raises SendFailed."""
        del effect_id, to
        self.pause.check()
        body = body_of(message)
        if self.secret is not None:
            timestamp = str(int(self.clock().timestamp()))
            body = {"timestamp": timestamp, "sign": sign(self.secret, timestamp), **body}
        headers = {"content-type": "application/json"}
        status, answer = await post(self.http, self.url, content=orjson.dumps(body), headers=headers)
        if failed := failure_of(status, answer):
            raise self.pause.note(failed)
        return None


def sign(secret: str, timestamp_s: str) -> str:
    """The signature of a moment, base64: time and secret are the key, the message is empty."""
    return base64.b64encode(hmac.new(f"{timestamp_s}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


def body_of(message: Message) -> dict[str, Any]:
    """The message as a card."""
    return {
        "msg_type": "interactive",
        "card": {
            "schema": "2.0",
            "header": {"title": {"tag": "plain_text", "content": message.subject}, "template": "red"},
            "body": {"elements": [{"tag": "markdown", "content": cut(message.text, MOST_BYTES)}]},
        },
    }


def failure_of(status: int, answer: Mapping[str, Any]) -> SendFailed | None:
    """None where the robot took it; of the old and the new fields the new ones count."""
    code, words = answer.get("code"), str(answer.get("msg"))[:300]
    match code:
        case 0:
            return None
        case 11232:
            return SendFailed(f"rate_limited: {words}", retry_after=timedelta(seconds=60))
        case 19021 | 19022:
            return SendFailed(f"auth: {words}", final=True)
        case 19024:
            return SendFailed(f"config: {words}", final=True)
        case None:
            return SendFailed(f"not_an_api_answer: HTTP {status}")
        case _:
            return SendFailed(f"refused: {code} {words}", final=True)
