"""Being told inside the app: kept when an effect says so, read and ticked off by the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.messages.templates import render
from domain.orders.events import instant_text
from domain.refusals.general import NOT_FOUND
from domain.text import Text
from persistence import notices
from persistence.outbox import Claimed
from persistence.tx import Tx
from usecases.door import use_case
from usecases.outgoing.expand_notifications import notice_of


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Notices older than `before`, newest first."""

    before: UUID | None = None
    unread_only: bool = False
    limit: int = 50


@use_case(right="admin.all")
async def keep_notice(tx: Tx, effect: Claimed) -> None:
    """One notice for the one person that the effect names; nobody, where they have meanwhile been removed."""
    await notices.keep(tx, [notice_of(effect.event_id, effect.order_no, effect.body)])


@use_case(right=None)
async def list_notices(tx: Tx, page: NoticePage) -> list[dict[str, Any]]:
    """One's own notices, in both languages; only staff have any."""
    if tx.actor.kind != "user":
        return []
    rows = await notices.of_person(tx, UUID(tx.actor.id), page.before, page.unread_only, page.limit)
    return [_view(row) for row in rows]


@use_case(right=None)
async def read_notice(tx: Tx, notice_id: UUID) -> dict[str, Any]:
    """Ticks one of one's own notices off. Raises NOT_FOUND, for another's alike."""
    if tx.actor.kind != "user" or not await notices.mark_read(tx, notice_id, UUID(tx.actor.id)):
        raise NOT_FOUND()
    return {"id": str(notice_id), "read": True}


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    facts = {**row["body"], "stage": Text(**row["stage_label"]) if row["stage_label"] else row["body"].get("stage")}
    zh, en = (render(row["template"], language, facts) for language in ("zh", "en"))
    return {
        "id": str(row["id"]),
        "order_no": row["order_no"],
        "template": row["template"],
        "subject": {"zh": zh.subject, "en": en.subject},
        "text": {"zh": zh.text, "en": en.text},
        "created_at": instant_text(row["created_at"]),
        "read_at": row["read_at"] and instant_text(row["read_at"]),
    }
