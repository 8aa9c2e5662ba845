"""What arrived, as people look at it: a list, and one item with its original beside what was read from it."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.customers.matching import DOUBTS, Told
from domain.intake.following import FOLLOWING_REASONS
from domain.intake.review import REASONS
from domain.orders.events import instant_text
from domain.refusals.general import NOT_FOUND
from domain.text import Text
from persistence import corrections, payloads
from persistence.queries import intake_list
from persistence.queries.intake_list import ItemPage
from persistence.tx import Tx
from usecases.customers.read_customers import candidates
from usecases.door import use_case
from usecases.intake.second_person import second_person

_TEXT_CHARACTERS = 2_000_000
_NUMBER = re.compile(r"-?[0-9]+([.][0-9]+)?")


@use_case(right="intake.read")
async def list_items(tx: Tx, page: ItemPage) -> list[dict[str, Any]]:
    """Items without their bytes and meanings."""
    return [_row_view(row) for row in await intake_list.page(tx, page)]


@use_case(right="intake.read")
async def read_item(tx: Tx, intake_id: UUID) -> dict[str, Any]:
    """One item with meaning, explanations and the original. Raises NOT_FOUND."""
    row = await payloads.find(tx, intake_id)
    if row is None:
        raise NOT_FOUND()
    children = await payloads.children(tx, intake_id)
    return {
        **item_view(row),
        "children": [_child_view(child) for child in children],
        "customer_candidates": await _candidates(tx, row),
        "corrections": [_correction_view(one) for one in await corrections.of_payload(tx, intake_id)],
        "second_person": await second_person(tx, row) if row["status"] == "review" else None,
        "original": _original(row),
    }


def _correction_view(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "by": {"id": row["corrected_by"], "name": row["name"]},
        "at": instant_text(row["corrected_at"]),
        "changes": row["changes"],
    }


async def _candidates(tx: Tx, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Who the customer may be, while that waits for a person."""
    told = (row["meaning"] or {}).get("customer")
    if row["status"] != "review" or not isinstance(told, Mapping):
        return []
    _, found = await candidates(tx, Told.of(row["channel"], told))
    return found


def item_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """An item with its meaning, without its bytes."""
    meaning = row["meaning"]
    return {
        **_row_view({**row, **_in_short(meaning or {})}),
        "meaning": meaning,
        "explanations": row["explanations"] or [],
    }


def _in_short(meaning: Mapping[str, Any]) -> dict[str, Any]:
    """What a list tells of a meaning, as its statement does."""
    customer = meaning.get("customer")
    named = (customer.get("company") or customer.get("name")) if isinstance(customer, Mapping) else None
    total = str(meaning.get("total"))
    return {
        "action": meaning.get("action"),
        "currency": meaning.get("currency"),
        "customer": named,
        "total": total if _NUMBER.fullmatch(total) else None,
    }


def reasons_view(codes: list[str]) -> list[dict[str, Any]]:
    """Reasons to look, with their words."""
    known = {**REASONS, **FOLLOWING_REASONS, **DOUBTS}
    return [{"code": code, "text": known.get(code, Text(code, code)).as_json()} for code in codes]


def _row_view(row: Mapping[str, Any]) -> dict[str, Any]:
    plain = (
        *("channel", "shop", "content_type", "status", "authentic", "template_version", "action", "review_reasons"),
        *("customer", "total", "currency"),
        *("problem", "external_id", "external_version", "order_no", "version", "decided_by"),
        *("decided_by_name", "decision_reason"),
    )
    return {
        "id": str(row["id"]),
        "parent_id": row["parent_id"] and str(row["parent_id"]),
        **{name: row[name] for name in plain},
        "reasons": reasons_view(row["review_reasons"]),
        "received_at": instant_text(row["received_at"]),
        "decided_at": row["decided_at"] and instant_text(row["decided_at"]),
        "deliveries": row["repeats"] + 1,
    }


def _child_view(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": str(row["id"]), **{name: row[name] for name in ("status", "external_id", "order_no")}}


def _original(row: Mapping[str, Any]) -> dict[str, Any]:
    """The bytes as they came, and as text where they are text."""
    body: bytes = row["body"]
    return {
        "headers": row["headers"],
        "size_bytes": len(body),
        "sha256": row["sha256"],
        "body_base64": base64.b64encode(body).decode(),
        "text": body.decode("utf-8", errors="replace")[:_TEXT_CHARACTERS],
    }
