"""Text messages by Tencent Cloud. Source: integrations.md, section 6 'Tencent SMS'; signed by TC3-HMAC-SHA256."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from domain.messages.templates import Message
from integrations.calling import post
from integrations.ports import SendFailed
from integrations.sms.wording import parameters

HOST = "sms.tencentcloudapi.com"
_CONTENT_TYPE = "application/json; charset=utf-8"
_LATER = {
    "LimitExceeded.PhoneNumberThirtySecondLimit": timedelta(seconds=30),
    "LimitExceeded.PhoneNumberOneHourLimit": timedelta(hours=1),
    "LimitExceeded.PhoneNumberDailyLimit": timedelta(days=1),
    "LimitExceeded.DeliveryFrequencyLimit": timedelta(seconds=30),
}


@dataclass(frozen=True)
class TencentSms:
    """One application, signature and template with two variables: the subject and the text."""

    http: httpx.AsyncClient
    secret_id: str
    secret_key: str
    application: str
    sign_name: str
    template: str
    clock: Callable[[], datetime]
    region: str = "ap-guangzhou"
    host: str = HOST

    async def send(self, effect_id: str, to: str, message: Message) -> str | None:
        """Hands the text in; answers its serial number. Raises SendFailed."""
        number = to if to.startswith("+") else f"+86{to}"
        content = {
            "PhoneNumberSet": [number],
            "SmsSdkAppId": self.application,
            "SignName": self.sign_name,
            "TemplateId": self.template,
            "TemplateParamSet": list(parameters(message).values()),
            "SessionContext": effect_id,
        }
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        timestamp = int(self.clock().timestamp())
        headers = {
            "content-type": _CONTENT_TYPE,
            "host": self.host,
            "authorization": authorization(self.secret_id, self.secret_key, self.host, body, timestamp),
            "x-tc-action": "SendSms",
            "x-tc-version": "2021-01-11",
            "x-tc-timestamp": str(timestamp),
            "x-tc-region": self.region,
        }
        status, answer = await post(self.http, f"https://{self.host}/", content=body, headers=headers)
        return accepted(status, answer, number)


def authorization(secret_id: str, secret_key: str, host: str, body: bytes, timestamp: int) -> str:
    """The header that signs a SendSms call."""
    day = datetime.fromtimestamp(timestamp, UTC).date().isoformat()
    names, scope = "content-type;host", f"{day}/sms/tc3_request"
    canonical = f"POST\n/\n\ncontent-type:{_CONTENT_TYPE}\nhost:{host}\n\n{names}\n{hashlib.sha256(body).hexdigest()}"
    to_sign = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"TC3{secret_key}".encode()
    for part in (day, "sms", "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"TC3-HMAC-SHA256 Credential={secret_id}/{scope}, SignedHeaders={names}, Signature={signature}"


def accepted(status: int, answer: Mapping[str, Any], number: str) -> str | None:
    """The serial number of a text that was taken. Raises SendFailed; the verdict stands beside each number."""
    response = answer.get("Response")
    if not isinstance(response, Mapping):
        raise SendFailed(f"not_an_api_answer: HTTP {status}")
    if error := response.get("Error"):
        raise _failed(str(error.get("Code")), str(error.get("Message")))
    for one in response.get("SendStatusSet") or ():
        if one.get("PhoneNumber") == number:
            if one.get("Code") == "Ok":
                return str(one.get("SerialNo"))
            raise _failed(str(one.get("Code")), str(one.get("Message")))
    raise SendFailed("not_an_api_answer: no verdict for the number")


def _failed(code: str, words: str) -> SendFailed:
    problem = f"{code} {words}"[:300]
    if code in _LATER:
        return SendFailed(f"rate_limited: {problem}", retry_after=_LATER[code])
    if code.startswith("AuthFailure.SignatureExpire"):
        return SendFailed(f"auth: {problem}")
    if code.startswith("InternalError"):
        return SendFailed(f"temporary: {problem}")
    reason = "bad_number" if "PhoneNumber" in code else "blacklist" if "lacklist" in code else "template"
    return SendFailed(f"{reason}: {problem}", final=True)
