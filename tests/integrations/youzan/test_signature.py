"""Youzan's signature: the vectors, every sample, the older sign in the body, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.ports import Sender, SignatureRefused, Verified
from integrations.youzan.signature import YouzanSender
from tests.domain.intake.support import SAMPLES, body, headers, sample_names

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SENDER: Sender = YouzanSender("yzclient01", ["yzsecret01"])
NAMES = sample_names("youzan")


def test_the_computed_vectors() -> None:
    vectors = json.loads((SAMPLES / "signatures" / "test_vectors.json").read_text("utf-8"))
    header, in_body = vectors["youzan_event_sign"], vectors["youzan_push_md5"]
    assert isinstance(SENDER.verify({"Event-Sign": header["value"]}, header["raw_body_utf8"].encode(), NOW), Verified)
    push = {"client_id": in_body["client_id"], "msg": in_body["msg_urlencoded"], "sign": in_body["body_sign"]}
    assert isinstance(SENDER.verify({}, json.dumps(push).encode(), NOW), Verified)


@pytest.mark.parametrize("name", NAMES)
def test_samples_are_genuine_and_altered_ones_are_not(name: str) -> None:
    told, content = headers("youzan", name), body("youzan", name)
    document = json.loads(content)
    numbers = ":".join(str(document[part]) for part in ("type", "id", "version"))
    wanted = Verified(document.get("msg_id") or numbers, "18402911", document["type"], ping=document["test"])
    assert SENDER.verify(told, content, NOW) == wanted
    assert SENDER.verify(told, content.replace(b"E2026", b"E2025", 1) + b" ", NOW) == SignatureRefused("mismatch")


@pytest.mark.parametrize("name", [name for name in NAMES if b'"sign"' in body("youzan", name)])
def test_without_the_header_the_sign_of_the_body_counts(name: str) -> None:
    document = json.loads(body("youzan", name))
    assert isinstance(SENDER.verify({}, json.dumps(document).encode(), NOW), Verified)
    document["msg"] += "%20"
    assert SENDER.verify({}, json.dumps(document).encode(), NOW) == SignatureRefused("mismatch")


def test_a_wrong_header_is_not_mended_by_the_body() -> None:
    content = body("youzan", "test_push")
    assert SENDER.verify({"Event-Sign": "0" * 32}, content, NOW) == SignatureRefused("mismatch")
    assert SENDER.verify({}, b"{}", NOW) == SignatureRefused("header_missing")


@pytest.mark.parametrize("sender", [YouzanSender("yzclient01", [""]), YouzanSender("", ["yzsecret01"])])
def test_without_id_and_secret_everything_is_refused(sender: YouzanSender) -> None:
    told, content = headers("youzan", "test_push"), body("youzan", "test_push")
    assert sender.verify(told, content, NOW) == SignatureRefused("no_secret")


@given(st.binary(max_size=200), st.dictionaries(st.sampled_from(["event-sign", "Event-Sign"]), st.text(max_size=40)))
def test_any_bytes_at_all(content: bytes, told: dict[str, str]) -> None:
    assert isinstance(SENDER.verify(told, content, NOW), SignatureRefused)
