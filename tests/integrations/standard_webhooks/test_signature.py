"""Standard Webhooks inbound: the vectors, the library as a second opinion, rotation, and the five minutes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from integrations.ports import Sender, SignatureRefused, Verified
from integrations.standard_webhooks.signature import StandardWebhooksSender
from tests.domain.intake.support import SAMPLES

VECTORS: dict[str, Any] = json.loads((SAMPLES / "signatures" / "test_vectors.json").read_text("utf-8"))
SECRET = "whsec_dGhyb3VnaGxpbmUtZGVtby1zZWNyZXQtMDEyMzQ1Njc="
OTHER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AT = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
BODY = '{"topic":"taobao_trade_TradeBuyerPay","note":"含赠品"}'
SENDER: Sender = StandardWebhooksSender([SECRET])


def signed(secret: str = SECRET, at: datetime = AT, message_id: str = "msg_1", text: str = BODY) -> dict[str, str]:
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, text),
    }


@pytest.mark.parametrize("name", ["standard_webhooks_published", "standard_webhooks_own"])
def test_vectors(name: str) -> None:
    vector = VECTORS[name]
    told = {
        "Webhook-Id": vector["id"],
        "Webhook-Timestamp": vector["timestamp"],
        "Webhook-Signature": vector["signature"],
    }
    now = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    assert StandardWebhooksSender([vector["secret"]]).verify(told, vector["payload"].encode(), now) == Verified(
        vector["id"]
    )


def test_what_the_library_signs_is_genuine() -> None:
    assert SENDER.verify(signed(), BODY.encode(), AT) == Verified("msg_1")


def test_the_shop_is_the_sender_s() -> None:
    assert StandardWebhooksSender([SECRET], shop="relay").verify(signed(), BODY.encode(), AT) == Verified(
        "msg_1", "relay"
    )


@given(st.binary(max_size=200))
def test_bytes_in_any_encoding_are_signed_as_they_are(content: bytes) -> None:
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    seconds = str(int(AT.timestamp()))
    digest = hmac.new(key, f"m.{seconds}.".encode() + content, hashlib.sha256).digest()
    told = {
        "webhook-id": "m",
        "webhook-timestamp": seconds,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }
    assert SENDER.verify(told, content, AT) == Verified("m")


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_any_altered_byte_is_refused(place: int, change: int) -> None:
    content = bytearray(BODY.encode())
    content[place % len(content)] ^= change
    assert SENDER.verify(signed(), bytes(content), AT) == SignatureRefused("mismatch")


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp"])
def test_altered_headers_are_refused(name: str) -> None:
    told = signed()
    told[name] = told[name][:-1] + ("7" if told[name][-1] != "7" else "8")
    assert isinstance(SENDER.verify(told, BODY.encode(), AT), SignatureRefused)


@pytest.mark.parametrize(
    ("away", "reason"),
    [
        (timedelta(0), None),
        (timedelta(minutes=5), None),
        (timedelta(minutes=-5), None),
        (timedelta(minutes=5, seconds=1), "too_old"),
        (timedelta(minutes=-5, seconds=-1), "in_the_future"),
        (timedelta(days=365), "too_old"),
    ],
)
def test_five_minutes_either_way(away: timedelta, reason: str | None) -> None:
    verdict = SENDER.verify(signed(), BODY.encode(), AT + away)
    assert verdict == (SignatureRefused(reason) if reason else Verified("msg_1"))


def test_old_and_new_secret_while_one_is_being_replaced() -> None:
    both = StandardWebhooksSender([OTHER, SECRET])
    assert (
        both.verify(signed(SECRET), BODY.encode(), AT)
        == both.verify(signed(OTHER), BODY.encode(), AT)
        == Verified("msg_1")
    )
    assert SENDER.verify(signed(OTHER), BODY.encode(), AT) == SignatureRefused("mismatch")


def test_one_fitting_signature_among_several_will_do() -> None:
    told = signed()
    told["webhook-signature"] = f"v1a,xxxx v1,AAAA {told['webhook-signature']} v2,zzzz"
    assert SENDER.verify(told, BODY.encode(), AT) == Verified("msg_1")


def test_unknown_versions_alone_are_refused() -> None:
    told = signed()
    told["webhook-signature"] = told["webhook-signature"].replace("v1,", "v1a,")
    assert SENDER.verify(told, BODY.encode(), AT) == SignatureRefused("mismatch")


@pytest.mark.parametrize("secrets", [[], [""], ["whsec_"], ["whsec_é"], ["", "whsec_"]])
def test_without_a_usable_secret_nothing_is_genuine(secrets: list[str]) -> None:
    assert StandardWebhooksSender(secrets).verify(signed(), BODY.encode(), AT) == SignatureRefused("no_secret")


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_refused(missing: str) -> None:
    told = {name: value for name, value in signed().items() if name != missing}
    assert SENDER.verify(told, BODY.encode(), AT) == SignatureRefused("header_missing")


@pytest.mark.parametrize("timestamp", ["soon", "-5", "1e9", "1.5", "9" * 40, "١٢٣"])
def test_a_time_that_is_no_number_is_refused(timestamp: str) -> None:
    assert SENDER.verify(signed() | {"webhook-timestamp": timestamp}, BODY.encode(), AT) == SignatureRefused(
        "header_malformed"
    )


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=80), st.binary(max_size=50))
def test_any_headers_get_a_verdict(message_id: str, timestamp: str, signature: str, content: bytes) -> None:
    told = {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": signature}
    assert isinstance(SENDER.verify(told, content, AT), SignatureRefused)
    assert isinstance(SENDER.verify(told | {"webhook-timestamp": "1"}, content, AT), SignatureRefused)


SAMPLED = sorted(
    path.name.removesuffix(".expected.json") for path in (SAMPLES / "webhooks_out").glob("verify_*.expected.json")
)


@pytest.mark.parametrize("name", SAMPLED)
def test_the_samples_of_verification(name: str) -> None:
    folder = SAMPLES / "webhooks_out"
    case = json.loads((folder / f"{name}.json").read_text("utf-8"))
    wanted = json.loads((folder / f"{name}.expected.json").read_text("utf-8"))
    sender = StandardWebhooksSender(case["secrets"])
    now = datetime.fromtimestamp(case["now"], UTC)
    verdict = sender.verify(case["request"]["headers"], case["request"]["body"].encode(), now)
    assert isinstance(verdict, Verified) == wanted["valid"]
