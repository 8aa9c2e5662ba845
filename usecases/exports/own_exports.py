"""Exports as people ask for, follow and take them. Each is written down: who, when, and which rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.access.actor import Actor
from domain.access.remembered import recalled, remembered
from domain.access.throttle import whole_seconds
from domain.exports.sheets import KEPT_FOR, MOST_A_DAY
from domain.orders.events import instant_text
from domain.refusals.exports import EXPORT_EXPIRED, EXPORT_NOT_READY, EXPORTS_TOO_MANY
from domain.refusals.general import NOT_FOUND
from domain.refusals.integrators import KEY_NOT_ALLOWED
from domain.refusals.people import RIGHT_MISSING
from domain.text import Language
from persistence import exports
from persistence.exports import Made
from persistence.tx import Tx
from usecases.door import use_case

_A_DAY = timedelta(days=1)
_RIGHTS = ("exports.own", "orders.read")


@dataclass(frozen=True, slots=True)
class ExportPage:
    """Exports older than `before`, newest first: one's own, or everybody's for whoever may see the staff."""

    everybody: bool = False
    before: UUID | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class HeldPage:
    """The orders that an export held, after one of them."""

    export_id: UUID
    after: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Noted:
    """How many rows of an export have been read."""

    export_id: UUID
    rows: int


@dataclass(frozen=True, slots=True)
class Finished:
    """An export with what it holds."""

    export_id: UUID
    content: bytes
    orders: list[dict[str, Any]]
    lines: int
    reports: int
    cut_off: int


@use_case(right="exports.own")
async def ask_export(tx: Tx, language: Language) -> dict[str, Any]:
    """The export, `queued`. Raises EXPORTS_TOO_MANY."""
    person = insist_on_person(tx.actor)
    await exports.alone(tx, tx.actor.id)
    asked, first = await exports.asked_since(tx, person, _A_DAY)
    if asked >= MOST_A_DAY and first is not None:
        raise EXPORTS_TOO_MANY(limit=MOST_A_DAY, retry_after=whole_seconds(first + _A_DAY - tx.now))
    export_id = tx.new_id()
    await exports.keep(tx, export_id, language, remembered(tx.actor))
    return export_view(await exports.find(tx, export_id, person))


@use_case(right="exports.own")
async def list_exports(tx: Tx, page: ExportPage) -> list[dict[str, Any]]:
    """Exports, newest first. Raises RIGHT_MISSING for everybody's."""
    person = insist_on_person(tx.actor)
    if page.everybody and not tx.actor.may("people.read"):
        raise RIGHT_MISSING(right="people.read")
    rows = await exports.page(tx, None if page.everybody else person, page.before, page.limit)
    return [export_view(row) for row in rows]


@use_case(right="exports.own")
async def read_export(tx: Tx, export_id: UUID) -> dict[str, Any]:
    """How far one's own export has come. Raises NOT_FOUND."""
    return export_view(await exports.find(tx, export_id, insist_on_person(tx.actor)))


@use_case(right="exports.own")
async def list_held(tx: Tx, page: HeldPage) -> list[dict[str, Any]]:
    """Which orders an export held, each with its version: one's own, or anybody's for whoever may see the staff."""
    person = insist_on_person(tx.actor)
    if await exports.find(tx, page.export_id, None if tx.actor.may("people.read") else person) is None:
        raise NOT_FOUND()
    return [dict(row) for row in await exports.held(tx, page.export_id, page.after, page.limit)]


@use_case(right="exports.own", quiet=True)
async def take_file(tx: Tx, export_id: UUID) -> Mapping[str, Any]:
    """`content` and `language`; the download is written down. Raises NOT_FOUND, EXPORT_NOT_READY, EXPORT_EXPIRED."""
    found = await exports.find(tx, export_id, insist_on_person(tx.actor))
    if found is None:
        raise NOT_FOUND()
    if found["state"] in ("queued", "making"):
        raise EXPORT_NOT_READY()
    file = await exports.download(tx, export_id)
    if file is None:
        raise EXPORT_EXPIRED()
    return dict(file)


@use_case(right="admin.all")
async def begin_export(tx: Tx, export_id: UUID) -> dict[str, Any] | None:
    """`{"actor", "language"}`, to be made from the beginning; None where it has come to its end."""
    row = await exports.take(tx, export_id)
    return None if row is None else {"actor": recalled(row["actor"], _RIGHTS), "language": row["language"]}


@use_case(right="admin.all", one_statement=True, quiet=True)
async def note_export(tx: Tx, noted: Noted) -> None:
    """Write how far it has come, for whoever asks."""
    await exports.note(tx, noted.export_id, noted.rows)


@use_case(right="admin.all")
async def finish_export(tx: Tx, done: Finished) -> None:
    """Keep the file for seven days."""
    made = Made(done.content, done.orders, done.lines, done.reports, done.cut_off, tx.now + KEPT_FOR)
    await exports.finish(tx, done.export_id, made)


@use_case(right="admin.all", quiet=True)
async def expire_exports(tx: Tx, _: None) -> dict[str, int]:
    """Remove the files whose seven days are over."""
    return {"exports": await exports.expire(tx)}


def insist_on_person(actor: Actor) -> UUID:
    """The person's id. Raises KEY_NOT_ALLOWED: a key has nothing of its own."""
    if actor.kind != "user":
        raise KEY_NOT_ALLOWED()
    return UUID(actor.id)


def export_view(row: Mapping[str, Any] | None) -> dict[str, Any]:
    """An export as the API shows it. Raises NOT_FOUND where there is none."""
    if row is None:
        raise NOT_FOUND()
    return {
        "id": str(row["id"]),
        "person": {"id": str(row["person_id"]), "name": row["person_name"]},
        "state": row["state"],
        "language": row["language"],
        "rows_done": row["rows_done"],
        "orders": row["order_count"],
        "lines": row["line_count"],
        "reports": row["report_count"],
        "cut_off": row["cut_off"],
        "size_bytes": row["size_bytes"],
        "downloads": row["downloads"],
        "returns": row["returns"],
        **{name: row[name] and instant_text(row[name]) for name in _INSTANTS},
    }


_INSTANTS = ("created_at", "finished_at", "expires_at", "removed_at", "downloaded_at")
