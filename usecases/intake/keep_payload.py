"""Keep what arrived, byte for byte, before anybody looks into it; nobody who delivers waits for the reading."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.expressions.values import clean_text
from persistence import documents, payloads
from persistence.tx import Tx
from usecases.door import use_case

REFUSED_BYTES = 1024 * 1024
REFUSED_A_DAY = 200


@dataclass(frozen=True, slots=True)
class KeepPayload:
    """An authentic delivery. `dedupe_key` is the sender's own id of it; `ping` needs no reading."""

    channel: str
    body: bytes
    content_type: str
    headers: Mapping[str, str]
    dedupe_key: str | None
    shop: str = ""
    ping: bool = False


@dataclass(frozen=True, slots=True)
class KeepRefused:
    """A delivery whose sender is not proven; `reason` is a code."""

    channel: str
    body: bytes
    content_type: str
    headers: Mapping[str, str]
    reason: str


@dataclass(frozen=True, slots=True)
class KeepFetched:
    """What was fetched because of a hint; `hint` is the effect's body, which names the payload that hinted, if any."""

    hint: Mapping[str, Any]
    effect_id: UUID
    channel: str
    body: bytes
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


@use_case(right="intake.write")
async def template_published(tx: Tx, channel: str) -> bool:
    """Whether what the channel delivers could be read."""
    return await documents.latest_version(tx, "intake_template", channel) is not None


@use_case(right="intake.write", one_statement=True)
async def keep_payload(tx: Tx, command: KeepPayload) -> dict[str, Any]:
    """Answers `{"id", "status", "fresh"}`; `fresh` is false where the sender had delivered these bytes before."""
    kept = await payloads.keep(
        tx,
        channel=command.channel,
        shop=clean_text(command.shop),
        dedupe_key=_dedupe_key(command),
        parent_id=None,
        content_type=command.content_type,
        headers=command.headers,
        body=command.body,
        sha256=_sha256(command.body),
        status="ignored" if command.ping else "kept",
    )
    return {"id": str(kept.id), "status": kept.status, "fresh": kept.fresh}


@use_case(right="intake.write", one_statement=True)
async def keep_refused(tx: Tx, command: KeepRefused) -> dict[str, Any]:
    """Answers `{"id"}`, null where the day holds as many refused ones of the channel as it may."""
    found = await payloads.keep_refused(
        tx,
        channel=command.channel,
        content_type=command.content_type,
        headers=command.headers,
        body=command.body[:REFUSED_BYTES],
        sha256=_sha256(command.body),
        problem={"code": command.reason, "size_bytes": len(command.body)},
        since=tx.now - timedelta(days=1),
        at_most=REFUSED_A_DAY,
    )
    return {"id": str(found) if found else None}


@use_case(right="intake.write")
async def keep_fetched(tx: Tx, command: KeepFetched) -> dict[str, Any]:
    """Answers `{"id"}` of the new item; fetched once more after a crash, it is the same one."""
    hinted_by = command.hint.get("intake_id")
    kept = await payloads.keep(
        tx,
        channel=command.channel,
        shop=command.hint.get("shop") or "",
        dedupe_key=f"fetched|{command.effect_id}",
        parent_id=UUID(hinted_by) if hinted_by else None,
        content_type=command.content_type,
        headers=command.headers,
        body=command.body,
        sha256=_sha256(command.body),
        status="kept",
    )
    return {"id": str(kept.id)}


def _dedupe_key(command: KeepPayload) -> str:
    """The same bytes under the sender's same id are the same delivery; other bytes under it are not lost."""
    name = f"id|{command.dedupe_key}|" if command.dedupe_key else ""
    # A sender may write its id in letters that no database keeps.
    return clean_text(f"{command.shop}|{name}sha256|{_sha256(command.body)}")


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
