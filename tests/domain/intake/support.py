"""The senders' samples, and the comparison that tests/samples/README.md prescribes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from domain.expressions.values import ascii_fold
from domain.intake.catalogue import Catalogue
from domain.intake.meaning import Meaning
from domain.intake.parse import read
from domain.intake.supplement import completed, is_supplement
from domain.intake.templates import built_in

SAMPLES = Path(__file__).parents[2] / "samples"
CATALOGUE = Catalogue.of(json.loads((SAMPLES / "catalog.json").read_text("utf-8"))["articles"])
CHANNELS = ("taobao", "shopify", "woocommerce", "youzan", "crm", "export", "project")
_ASIDE = ("why", "may", "review_may", "review_reasons")


def sample_names(channel: str) -> list[str]:
    """The names of a channel's samples, without their endings."""
    return sorted(path.name.removesuffix(".expected.json") for path in (SAMPLES / channel).glob("*.expected.json"))


def body_path(channel: str, name: str) -> Path:
    """The payload's file, whatever its ending."""
    return next(path for path in (SAMPLES / channel).glob(f"{name}.*") if path.stem == name)


def body(channel: str, name: str) -> bytes:
    """The payload's exact bytes."""
    return body_path(channel, name).read_bytes()


def headers(channel: str, name: str) -> dict[str, str]:
    """The headers that came with it; empty where there are none."""
    path = SAMPLES / channel / f"{name}.headers.json"
    found: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return found


def expected(channel: str, name: str) -> dict[str, Any]:
    """What a careful person takes from it."""
    found: dict[str, Any] = json.loads((SAMPLES / channel / f"{name}.expected.json").read_text("utf-8"))
    return found


def meaning_of(channel: str, name: str) -> Meaning:
    """What we take from it."""
    meaning = read_body(channel, body(channel, name), headers(channel, name))
    if not is_supplement(meaning.content):
        return meaning
    others = (meaning_of(channel, other) for other in sample_names(channel) if other != name)
    return completed(meaning, next(other.content for other in others if other.external_id == meaning.external_id))


def read_body(channel: str, content: bytes, given: Mapping[str, str] | None = None) -> Meaning:
    """What we take from a body under the built-in template and the samples' catalogue."""
    told = given or {}
    return read(built_in(channel), content, told.get("Content-Type", "application/json"), told, CATALOGUE)


def trade(**changes: Any) -> Meaning:
    """The Taobao trade of one plain line, with changes to the trade; `line` changes its only line."""
    document = json.loads(body("taobao", "fullinfo_gift_in_buyer_message"))
    whole = document["trade_fullinfo_get_response"]["trade"]
    whole["buyer_message"] = ""
    whole["orders"]["order"][0].update(changes.pop("line", {}))
    whole.update(changes)
    return read_body("taobao", json.dumps(document, ensure_ascii=False).encode())


def shop_order(topic: str = "orders/create", name: str = "orders_create_test_order", **changes: Any) -> Meaning:
    """A Shopify order of one plain line, with changes to the order; `line` changes its only line."""
    document = json.loads(body("shopify", name))
    document["test"] = False
    document["line_items"][0].update(changes.pop("line", {}))
    document.update(changes)
    given = {"Content-Type": "application/json", "X-Shopify-Topic": topic, "X-Shopify-Webhook-Id": "w-1"}
    return read_body("shopify", json.dumps(document, ensure_ascii=False).encode(), given)


def differences(wanted: Mapping[str, Any], got: Mapping[str, Any]) -> list[str]:
    """Where a meaning differs from the expected file; empty where it says the same."""
    own = {key: value for key, value in wanted.items() if key not in _ASIDE}
    other = {key: value for key, value in got.items() if key not in _ASIDE}
    found = list(_differ("", own, other))
    reasons, may = set(wanted.get("review_reasons", ())), set(wanted.get("review_may", ()))
    raised = set(got.get("review_reasons", ()))
    if not reasons <= raised <= reasons | may:
        found.append(f"/review_reasons: {sorted(raised)} instead of {sorted(reasons)}, allowed {sorted(may)}")
    return found


def _differ(at: str, wanted: Any, got: Any) -> Iterator[str]:
    if isinstance(wanted, dict) and isinstance(got, dict):
        for key in sorted(wanted.keys() | got.keys()):
            yield from _differ(f"{at}/{key}", wanted.get(key, "(absent)"), got.get(key, "(absent)"))
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        for place, (one, other) in enumerate(zip(wanted, got, strict=True)):
            yield from _differ(f"{at}/{place}", one, other)
    elif not _same(at, wanted, got):
        yield f"{at}: {got!r} instead of {wanted!r}"


def _same(at: str, wanted: Any, got: Any) -> bool:
    if isinstance(wanted, int) and not isinstance(wanted, bool) and isinstance(got, str):
        wanted = str(wanted)  # meanings hold numbers as text
    if wanted == "" and got is None:
        return True  # empty text means nothing given
    if wanted == got or not isinstance(wanted, str) or not isinstance(got, str):
        return bool(wanted == got)
    if at.endswith("/phone"):
        return _digits(wanted) == _digits(got)
    return ascii_fold(wanted) == ascii_fold(got) or _number(wanted) == _number(got) or _instant(wanted) == _instant(got)


def _digits(phone: str) -> str:
    return "".join(character for character in phone if character.isdigit() or character == "*")


def _number(text: str) -> Decimal | object:
    try:
        return Decimal(text)
    except InvalidOperation:
        return object()


def _instant(text: str) -> datetime | object:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return object()
