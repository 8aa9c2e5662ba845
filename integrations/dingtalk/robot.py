"""A DingTalk group robot. Source: integrations.md, section 6 'Robots': over 20 a minute it is blocked for ten."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

import httpx
import orjson

from domain.messages.templates import Message
from integrations.calling import Pause, cut, post
from integrations.ports import SendFailed

MOST_BYTES = 18_000
RATES = ((20, timedelta(minutes=1)),)
BLOCKED_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class DingtalkRobot:
    """`url` is the robot's address with its access token; `secret` signs, where the robot asks for a signature."""

    http: httpx.AsyncClient
    url: str
    secret: str | None
    pause: Pause
    clock: Callable[[], datetime]

    async def send(self, effect_id: str, to: str, message: Message) -> str | None:
        """Writes to the group and calls the person by phone number `to`. The robot gives no id. Raises SendFailed."""
        del effect_id
        self.pause.check()
        content = orjson.dumps(body_of(message, to))
        headers = {"content-type": "application/json"}
        status, answer = await post(self.http, self._signed(), content=content, headers=headers)
        if failed := failure_of(status, answer):
            raise self.pause.note(failed)
        return None

    def _signed(self) -> str:
        if self.secret is None:
            return self.url
        timestamp = str(int(self.clock().timestamp() * 1000))
        return f"{self.url}&timestamp={timestamp}&sign={quote_plus(sign(self.secret, timestamp))}"


def sign(secret: str, timestamp_ms: str) -> str:
    """The signature of a moment, base64."""
    digest = hmac.new(secret.encode(), f"{timestamp_ms}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def body_of(message: Message, phone: str) -> dict[str, Any]:
    """The message as markdown; a person is called by number, in the text and beside it."""
    called = f" @{phone}" if phone else ""
    text = cut(f"#### {message.subject}\n{message.text}", MOST_BYTES) + called
    at = {"atMobiles": [phone] if phone else [], "isAtAll": False}
    return {"msgtype": "markdown", "markdown": {"title": message.subject, "text": text}, "at": at}


def failure_of(status: int, answer: Mapping[str, Any]) -> SendFailed | None:
    """None where the robot took it; HTTP 200 says nothing."""
    code, words = answer.get("errcode"), str(answer.get("errmsg"))[:300]
    match code:
        case 0:
            return None
        case 130101:
            return SendFailed(f"rate_limited: {words}", retry_after=BLOCKED_FOR)
        case 310000 | 300001:
            return SendFailed(f"auth: {words}", final=True)
        case None:
            return SendFailed(f"not_an_api_answer: HTTP {status}")
        case _:
            return SendFailed(f"refused: {code} {words}", final=True)
