"""Every sample of the built-in channels means what a careful person takes from it, however often it comes."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime

import pytest

from domain.intake.meaning import rejected
from domain.intake.parse import read
from domain.intake.template import compile_template
from domain.intake.templates import built_in_document
from integrations.ports import SignatureRefused
from integrations.shopify.signature import ShopifySender
from tests.domain.intake.support import (
    CATALOGUE,
    CHANNELS,
    SAMPLES,
    body,
    body_path,
    differences,
    expected,
    headers,
    meaning_of,
    sample_names,
)

CASES = [(channel, name) for channel in CHANNELS for name in sample_names(channel)]
READABLE = [(channel, name) for channel, name in CASES if expected(channel, name)["kind"] != "rejected"]
WHOLE = [case for case in READABLE if "change" not in expected(*case)]


@pytest.mark.parametrize(("channel", "name"), READABLE)
def test_a_sample_means_what_a_careful_person_reads(channel: str, name: str) -> None:
    assert differences(expected(channel, name), meaning_of(channel, name).content) == []


@pytest.mark.parametrize(("channel", "name"), [case for case in CASES if case not in READABLE])
def test_a_forged_sample_is_rejected(channel: str, name: str) -> None:
    sender = ShopifySender(["hush_client_secret"])
    verdict = sender.verify(headers(channel, name), body(channel, name), datetime(2026, 11, 22, tzinfo=UTC))
    assert verdict == SignatureRefused("mismatch")
    assert differences(expected(channel, name), rejected(channel).content) == []


def test_every_file_of_the_channels_is_read_by_these_tests() -> None:
    read_here = {
        path
        for channel, name in CASES
        for path in (SAMPLES / channel).glob(f"{name}.*")
        if path == body_path(channel, name) or path.name in (f"{name}.expected.json", f"{name}.headers.json")
    }
    assert {path for channel in CHANNELS for path in (SAMPLES / channel).iterdir()} == read_here
    assert len(CASES) >= 45


@pytest.mark.parametrize("seed", range(5))
def test_replayed_in_any_order_the_meanings_stay_equal(seed: int) -> None:
    first = {case: meaning_of(*case) for case in READABLE}
    shuffled = READABLE * 5
    random.Random(seed).shuffle(shuffled)
    assert all(meaning_of(*case) == first[case] for case in shuffled)


@pytest.mark.parametrize(("channel", "name"), READABLE)
def test_a_meaning_is_plain_json_without_numbers(channel: str, name: str) -> None:
    def no_numbers(value: object) -> bool:
        if isinstance(value, dict):
            return all(no_numbers(item) for item in value.values())
        if isinstance(value, list):
            return all(no_numbers(item) for item in value)
        return isinstance(value, bool | str | None)

    content = dict(meaning_of(channel, name).content)
    seconds = content.pop("retry_after_s", None)
    assert seconds is None or type(seconds) is int
    assert no_numbers(content)
    assert json.loads(json.dumps(content)) == content


@pytest.mark.parametrize(("channel", "name"), READABLE)
def test_every_added_gift_and_every_reason_names_its_words(channel: str, name: str) -> None:
    meaning = meaning_of(channel, name)
    about = {explanation.about for explanation in meaning.explanations}
    for place, line in enumerate(meaning.content["lines"] if meaning.kind == "order" else ()):
        if line["gift_origin"] in ("seller_memo", "buyer_message", "promotion"):
            assert f"/lines/{place}" in about
    assert {f"/review_reasons/{reason}" for reason in meaning.review_reasons} <= about
    for explanation in meaning.explanations:
        evidence = explanation.evidence
        if evidence.source in ("notes.buyer", "notes.seller"):
            note = meaning.content["notes"][evidence.source.removeprefix("notes.")]
            assert note[evidence.start : evidence.end] == evidence.words


def test_versions_order_the_states_of_one_order() -> None:
    created = meaning_of("shopify", "orders_create_china_address").version
    updated = meaning_of("shopify", "orders_updated_partial_refund").version
    assert created == "2026-11-21T02:05:09.000000Z"
    assert updated is not None
    assert created < updated


def test_hints_name_shop_and_order() -> None:
    hints = meaning_of("taobao", "tmc_refund_and_memo").hints
    assert [(hint.shop, hint.external_id, hint.event) for hint in hints] == [
        ("华暖散热器旗舰店", "4012345678907770001", "refund_requested"),
        ("森和全屋定制企业店", "4012345678909990001", "memo_changed"),
    ]
    assert [hint.occurred_at for hint in hints] == ["2026-11-19T08:20:02.000000Z", "2026-11-16T05:00:00.000000Z"]


def stored_and_read_again(value: object) -> object:
    """As a JSON column gives a document back: every object's keys by length and letter, whatever their order was."""
    if isinstance(value, dict):
        return {name: stored_and_read_again(value[name]) for name in sorted(value, key=lambda key: (len(key), key))}
    return [stored_and_read_again(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("channel", "name"), WHOLE)
def test_a_template_that_was_stored_reads_the_same(channel: str, name: str) -> None:
    stored = compile_template(stored_and_read_again(built_in_document(channel)))
    told = headers(channel, name)
    meaning = read(stored, body(channel, name), told.get("Content-Type", "application/json"), told, CATALOGUE)
    assert differences(expected(channel, name), meaning.content) == []
