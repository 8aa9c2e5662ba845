"""Read a kept payload by its channel's template and do what it means, in one transaction with what it does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.effects import Effect
from domain.intake.meaning import Meaning
from domain.intake.parse import read
from domain.intake.supplement import completed, is_supplement
from domain.refusals.intake import TEMPLATE_UNKNOWN
from domain.refusals.kinds import Refusal
from persistence import documents, known_orders, outbox, payloads
from persistence.catalogue import catalogue
from persistence.payloads import Reading
from persistence.tx import Tx
from usecases.door import use_case
from usecases.intake.apply_meaning import Applied, apply_order, cancel_hinted, problem_of


@dataclass(frozen=True, slots=True)
class ParsePayload:
    """`wish_id` tells this reading from an earlier one of the same payload, so that a hint is fetched once for each."""

    intake_id: UUID
    wish_id: UUID


_FETCHED = {"fetch", "create", "update", "hold"}


@use_case(right="intake.write")
async def parse_payload(tx: Tx, command: ParsePayload) -> dict[str, Any]:
    """Answers `{"status", "order_no"}`. What cannot be read stays `failed`, with the reason, until it is read again."""
    row = await payloads.lock(tx, command.intake_id)
    if row is None or row["status"] != "kept":
        return {"status": row["status"] if row else None, "order_no": None}
    reading = await _reading(tx, row, command.wish_id)
    await payloads.save_reading(tx, row["id"], reading)
    return {"status": reading.status, "order_no": reading.order_no}


async def _reading(tx: Tx, row: Mapping[str, Any], wish_id: UUID) -> Reading:
    template = await documents.intake_template(tx, row["channel"])
    if template is None:
        return Reading("failed", problem=problem_of(TEMPLATE_UNKNOWN(channel=row["channel"])))
    try:
        meaning = await asyncio.to_thread(
            read, template, row["body"], row["content_type"], row["headers"], await catalogue(tx)
        )
    except Refusal as refusal:
        return Reading("failed", template.version, problem=problem_of(refusal))
    meaning = await _completed(tx, row, meaning)
    applied = await _apply(tx, row, meaning, wish_id)
    return Reading(
        status=applied.status,
        template_version=template.version,
        meaning=meaning.content,
        explanations=[explanation.as_json() for explanation in meaning.explanations],
        review_reasons=[*meaning.review_reasons, *applied.reasons],
        problem=applied.problem,
        external_id=meaning.external_id or _only_number(meaning),
        # A supplement that waits for its order must not make the order itself look old.
        external_version=meaning.version if meaning.kind == "order" and not is_supplement(meaning.content) else None,
        shop=meaning.shop,
        order_no=applied.order_no,
    )


async def _completed(tx: Tx, row: Mapping[str, Any], meaning: Meaning) -> Meaning:
    """A supplement is laid over the order that it changes, where that is known."""
    if meaning.kind != "order" or not is_supplement(meaning.content):
        return meaning
    known = await known_orders.find(tx, row["channel"], meaning.shop or row["shop"], meaning.external_id)
    return completed(meaning, known.meaning) if known and known.meaning else meaning


async def _apply(tx: Tx, row: Mapping[str, Any], meaning: Meaning, wish_id: UUID) -> Applied:
    match meaning.kind:
        case "order":
            return await apply_order(tx, row, meaning)
        case "event":
            return await _follow_hints(tx, row, meaning, wish_id)
        case _:
            return Applied("failed", problem={"code": "channel_failure", **meaning.content})


async def _follow_hints(tx: Tx, row: Mapping[str, Any], meaning: Meaning, wish_id: UUID) -> Applied:
    """What is only hinted at is fetched, each order once; a cancellation needs no more than the number."""
    shop_of = {hint.external_id: hint.shop or row["shop"] for hint in meaning.hints if hint.external_id}
    cancelled = {hint.external_id for hint in meaning.hints if hint.external_id and hint.action == "cancel"}
    wanted = {h.external_id for h in meaning.hints if h.external_id and h.action in _FETCHED}
    effects = [
        Effect("fetch_trade", row["channel"], f"{shop_of[number]}:{number}", _hint_body(row, number, shop_of[number]))
        for number in sorted(wanted)
    ]
    await outbox.add(tx, wish_id, None, effects)
    applied = Applied("parsed" if effects or cancelled else "ignored")
    for number in sorted(cancelled):
        applied = await cancel_hinted(tx, row, shop_of[number], number)
    return applied


def _hint_body(row: Mapping[str, Any], number: str, shop: str) -> dict[str, Any]:
    return {"intake_id": str(row["id"]), "external_id": number, "shop": shop}


def _only_number(meaning: Meaning) -> str | None:
    numbers = {hint.external_id for hint in meaning.hints}
    return numbers.pop() if len(numbers) == 1 else None
