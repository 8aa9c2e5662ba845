"""Text messages by Aliyun. Source: integrations.md, section 6 'Aliyun SMS'; signed by ACS3-HMAC-SHA256."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from domain.messages.templates import Message
from integrations.calling import post
from integrations.ports import SendFailed
from integrations.sms.wording import parameters

HOST = "dysmsapi.aliyuncs.com"
_EMPTY = hashlib.sha256(b"").hexdigest()
_WINDOWS = {"分钟级": timedelta(minutes=1), "小时级": timedelta(hours=1), "天级": timedelta(days=1)}
# What repeating never helps, with the reason that the board names.
_FINAL: Mapping[str, str] = {
    "isv.SMS_TEMPLATE_ILLEGAL": "template",
    "isv.SMS_SIGNATURE_ILLEGAL": "signature",
    "isv.MOBILE_NUMBER_ILLEGAL": "bad_number",
    "isv.TEMPLATE_MISSING_PARAMETERS": "template",
    "isv.PARAM_LENGTH_LIMIT": "template",
    "isv.BLACK_KEY_CONTROL_LIMIT": "content",
    "isv.AMOUNT_NOT_ENOUGH": "money",
    "isv.OUT_OF_SERVICE": "money",
    "isv.DAY_LIMIT_CONTROL": "money",
    "isv.MONTH_LIMIT_CONTROL": "money",
}


@dataclass(frozen=True)
class AliyunSms:
    """One signature and one template with the variables `subject` and `text`; both are registered with Aliyun."""

    http: httpx.AsyncClient
    key_id: str
    key_secret: str
    sign_name: str
    template: str
    clock: Callable[[], datetime]
    host: str = HOST

    async def send(self, effect_id: str, to: str, message: Message) -> str | None:
        """Hands the text in; answers the BizId. OutId only comes back in receipts. Raises SendFailed."""
        query = {
            "PhoneNumbers": to,
            "SignName": self.sign_name,
            "TemplateCode": self.template,
            "TemplateParam": json.dumps(parameters(message), ensure_ascii=False, separators=(",", ":")),
            "OutId": effect_id,
        }
        headers = signed_headers(self.key_id, self.key_secret, self.host, query, self.clock(), secrets.token_hex(16))
        status, answer = await post(self.http, f"https://{self.host}/?{_canonical(query)}", headers=headers)
        return accepted(status, answer)


def signed_headers(
    key_id: str, key_secret: str, host: str, query: Mapping[str, str], now: datetime, nonce: str
) -> dict[str, str]:
    """Every header of a SendSms call, the signature among them."""
    headers = {
        "host": host,
        "x-acs-action": "SendSms",
        "x-acs-content-sha256": _EMPTY,
        "x-acs-date": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": "2017-05-25",
    }
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    canonical = f"POST\n/\n{_canonical(query)}\n{lines}\n{names}\n{_EMPTY}"
    to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(key_secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    credential = f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signature}"
    return {**headers, "authorization": credential}


def accepted(status: int, answer: Mapping[str, Any]) -> str | None:
    """The BizId of a text that was taken. Raises SendFailed; HTTP 200 says nothing."""
    code, words = str(answer.get("Code")), str(answer.get("Message"))[:300]
    if code == "OK":
        return str(answer.get("BizId"))
    if code == "isv.BUSINESS_LIMIT_CONTROL":
        window = next((time for name, time in _WINDOWS.items() if name in words), timedelta(hours=1))
        raise SendFailed(f"rate_limited: {words}", retry_after=window)
    if code in _FINAL:
        raise SendFailed(f"{_FINAL[code]}: {code} {words}", final=True)
    raise SendFailed(f"refused: HTTP {status} {code} {words}")


def _canonical(query: Mapping[str, str]) -> str:
    return "&".join(f"{quote(name, safe='~')}={quote(query[name], safe='~')}" for name in sorted(query))
