"""A WeCom group robot. Source: integrations.md, section 6 'Robots': 20 messages a minute, markdown of 4,096 bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import orjson

from domain.messages.templates import Message
from integrations.calling import Pause, cut, post
from integrations.ports import SendFailed

MOST_BYTES = 4096
RATES = ((20, timedelta(minutes=1)),)


@dataclass(frozen=True)
class WecomRobot:
    """`url` is the robot's whole address with its key; whoever has it can write to the group."""

    http: httpx.AsyncClient
    url: str
    pause: Pause

    async def send(self, effect_id: str, to: str, message: Message) -> str | None:
        """Writes to the group; `to` is a phone number or nothing. The robot gives no id. Raises SendFailed."""
        del effect_id, to
        self.pause.check()
        status, answer = await post(self.http, self.url, content=orjson.dumps(body_of(message)))
        if failed := failure_of(status, answer):
            raise self.pause.note(failed)
        return None


def body_of(message: Message) -> dict[str, Any]:
    """The message as markdown."""
    return {"msgtype": "markdown", "markdown": {"content": cut(f"### {message.subject}\n>{message.text}", MOST_BYTES)}}


def failure_of(status: int, answer: Mapping[str, Any]) -> SendFailed | None:
    """None where the robot took it; HTTP 200 says nothing."""
    code, words = answer.get("errcode"), str(answer.get("errmsg"))[:300]
    match code:
        case 0:
            return None
        case 45009:
            return SendFailed(f"rate_limited: {words}", retry_after=timedelta(seconds=60))
        case 40058:
            return SendFailed(f"too_long: {words}", final=True)
        case 93000:
            return SendFailed(f"auth: {words}", final=True)
        case None:
            return SendFailed(f"not_an_api_answer: HTTP {status}")
        case _:
            return SendFailed(f"refused: {code} {words}", final=True)
