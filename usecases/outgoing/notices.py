"""Being told inside the app: kept when an effect says so, read and ticked off by the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.messages.about import about
from domain.messages.templates import render
from domain.orders.events import instant_text
from domain.refusals.general import NOT_FOUND
from domain.text import Text
from persistence import notices
from persistence.outbox import Claimed
from persistence.tx import Tx
from usecases.door import use_case
from usecases.outgoing.expand_notifications import notice_of

MOST_COUNTED = 1000


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
async def list_notices(tx: Tx, page: NoticePage) -> dict[str, Any]:
    """`{"items", "unread"}`: one's own, in both languages, and how many are unread in all; only staff have any."""
    person_id = _own_id(tx)
    if person_id is None:
        return {"items": [], "unread": 0}
    found = await notices.of_person(tx, person_id, page.before, page.unread_only, page.limit, MOST_COUNTED)
    return {"items": [_view(row) for row in found.rows], "unread": found.unread}


@use_case(right=None)
async def read_notice(tx: Tx, notice_id: UUID) -> dict[str, Any]:
    """Ticks one of one's own notices off. Raises NOT_FOUND, for another's alike."""
    await _mark(tx, notice_id, read=True)
    return {"id": str(notice_id), "read": True}


@use_case(right=None)
async def unread_notice(tx: Tx, notice_id: UUID) -> dict[str, Any]:
    """Takes it back. Raises NOT_FOUND, for another's alike."""
    await _mark(tx, notice_id, read=False)
    return {"id": str(notice_id), "read": False}


async def _mark(tx: Tx, notice_id: UUID, *, read: bool) -> None:
    person_id = _own_id(tx)
    if person_id is None or not await notices.mark(tx, notice_id, person_id, tx.now if read else None):
        raise NOT_FOUND()


@use_case(right=None)
async def read_all_notices(tx: Tx, through: UUID) -> dict[str, Any]:
    """Ticks off all of one's own up to one of them. Answers how many, and the instant that they have in common."""
    person_id = _own_id(tx)
    read = await notices.mark_through(tx, person_id, through) if person_id else 0
    return {"read": read, "read_at": instant_text(tx.now)}


@use_case(right=None)
async def unread_all_notices(tx: Tx, read_at: datetime) -> dict[str, Any]:
    """Puts back what was ticked off together at that instant. Answers how many."""
    person_id = _own_id(tx)
    return {"unread": await notices.unmark_all(tx, person_id, read_at) if person_id else 0}


def _own_id(tx: Tx) -> UUID | None:
    return UUID(tx.actor.id) if tx.actor.kind == "user" else None


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    facts = {**row["body"], "stage": Text(**row["stage_label"]) if row["stage_label"] else row["body"].get("stage")}
    zh, en = (render(row["template"], language, facts) for language in ("zh", "en"))
    thing = about(row["template"], {**row["body"], "order_no": row["order_no"]})
    return {
        "id": str(row["id"]),
        "order_no": row["order_no"],
        "template": row["template"],
        "subject": {"zh": zh.subject, "en": en.subject},
        "text": {"zh": zh.text, "en": en.text},
        "about": thing and asdict(thing),
        "created_at": instant_text(row["created_at"]),
        "read_at": row["read_at"] and instant_text(row["read_at"]),
    }
