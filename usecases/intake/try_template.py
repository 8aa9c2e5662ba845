"""What a draft of a channel's template would read from what has arrived, beside what the published one reads."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.intake.catalogue import Catalogue
from domain.intake.parse import read
from domain.intake.template import Template, compile_template
from domain.refusals.general import NOT_FOUND
from domain.refusals.kinds import Refusal
from persistence import documents, library, payloads
from persistence.catalogue import catalogue
from persistence.tx import Tx
from usecases.door import use_case


@dataclass(frozen=True, slots=True)
class TryTemplate:
    """The channel, and how many of its newest payloads are read."""

    channel: str
    limit: int = 20


@use_case(right="intake.read")
async def try_template(tx: Tx, command: TryTemplate) -> dict[str, Any]:
    """Answers `{"channel", "published_version", "tried", "changed", "items"}`; nothing is stored.

    An item has what each template reads (`meaning` or `problem`) and `differences`, pointers with both values. Raises
    NOT_FOUND where there is no draft, TEMPLATE_INVALID where it cannot be read with.
    """
    draft = await library.read_draft(tx, "intake_template", command.channel)
    if draft is None:
        raise NOT_FOUND()
    after = compile_template({**draft["body"], "version": 1})
    before = await documents.intake_template(tx, command.channel)
    known = await catalogue(tx)
    rows = await payloads.newest_bodies(tx, command.channel, command.limit)
    # In a thread: payloads may take long to read, and others want their answers meanwhile.
    items = [await asyncio.to_thread(_item, row, before, after, known) for row in rows]
    return {
        "channel": command.channel,
        "published_version": before.version if before else None,
        "tried": len(items),
        "changed": sum(bool(item["differences"]) for item in items),
        "items": items,
    }


def _item(row: Mapping[str, Any], before: Template | None, after: Template, known: Catalogue) -> dict[str, Any]:
    was = _read(before, row, known) if before else {"meaning": None, "problem": None}
    now = _read(after, row, known)
    return {
        "id": str(row["id"]),
        "status": row["status"],
        "external_id": row["external_id"],
        "before": was,
        "after": now,
        "differences": _differences(was, now),
    }


def _read(template: Template, row: Mapping[str, Any], known: Catalogue) -> dict[str, Any]:
    try:
        meaning = read(template, row["body"], row["content_type"], row["headers"], known)
    except Refusal as refusal:
        return {"meaning": None, "problem": {"code": refusal.code, "detail": refusal.detail.as_json()}}
    return {"meaning": dict(meaning.content), "problem": None}


def _differences(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[dict[str, Any]]:
    """By the names of the meaning; a payload that only one of them can read differs as a whole."""
    one, other = was["meaning"], now["meaning"]
    if one is None or other is None:
        return [] if one == other and was["problem"] == now["problem"] else [_difference("/", one, other)]
    names = [*one, *(name for name in other if name not in one)]
    return [_difference(f"/{n}", one.get(n), other.get(n)) for n in names if one.get(n) != other.get(n)]


def _difference(pointer: str, before: Any, after: Any) -> dict[str, Any]:
    return {"pointer": pointer, "before": before, "after": after}
