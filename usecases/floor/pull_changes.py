"""What a phone asks for after it has sent: everything that changed since it asked last, and nothing else.

A pull reads a window of transactions, from where the last one ended to the oldest that is still running, page by page:
work orders first, then the catalogue. So nothing that commits late is passed over (docs/decisions/0012).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from domain.orders.events import instant_text
from domain.refusals.floor import DEVICE_UNKNOWN
from persistence import devices
from persistence.queries import work_order_board
from persistence.queries.scope import Scope
from persistence.queries.work_order_board import Window
from persistence.tx import Tx
from usecases.door import use_case
from usecases.floor.devices import device_view
from usecases.floor.read_work_orders import views
from usecases.floor.reason_codes import list_reasons
from usecases.floor.work_centres import list_shifts
from usecases.rights import staff_only

WORK_ORDERS, ARTICLES = 200, 500


@dataclass(frozen=True, slots=True)
class Place:
    """How far a phone has read: the window, the last keys in it, and whose it was. `upto` 0: the next window."""

    since: int
    upto: int
    work_order: str
    article: str
    reader: str

    def as_list(self) -> list[Any]:
        """As the cursor carries it."""
        return [self.since, self.upto, self.work_order, self.article, self.reader]


@dataclass(frozen=True, slots=True)
class Pull:
    """`place` None is a phone that has read nothing yet."""

    place: Place | None = None
    device_id: UUID | None = None
    app_version: str | None = None


@use_case(right="orders.read", quiet=True)
async def pull_changes(tx: Tx, command: Pull) -> dict[str, Any]:
    """Answers what changed, `place` to ask from next, and `more` where this was not all. Raises DEVICE_UNKNOWN.

    `reset`: whoever reads, or what is theirs, is not the same as before, or the phone knows more than a restore of a
    backup brought back; what it has is to be forgotten.
    """
    staff_only(tx)
    person = UUID(tx.actor.id) if tx.actor.kind == "user" else None
    reader = await _reader(tx, person)
    known = command.place if command.place and command.place.reader == reader else None
    place, reset = await _window(tx, known, reader)
    scope = Scope.of(tx.actor)
    rows = await work_order_board.changed(
        tx, scope, Window(place.since, place.upto, place.work_order, WORK_ORDERS, person)
    )
    articles: Sequence[Mapping[str, Any]] = ()
    if len(rows) < WORK_ORDERS:
        window = Window(place.since, place.upto, place.article, ARTICLES)
        articles = await work_order_board.changed_articles(tx, scope, window)
    more = len(rows) == WORK_ORDERS or len(articles) == ARTICLES
    return {
        "server_time": instant_text(tx.now),
        "place": _next(place, rows, articles, more=more).as_list(),
        "more": more,
        "reset": reset,
        "work_orders": await views(tx, rows),
        "articles": [dict(row) for row in articles],
        "shifts": await list_shifts(tx, None),
        "reasons": await list_reasons(tx, None),
        "device": await _device(tx, command, None if more else place.upto),
    }


async def _window(tx: Tx, place: Place | None, reader: str) -> tuple[Place, bool]:
    """Where to read, and whether that is from the beginning.

    On from the last page, or from the end of the last window to what can change no more; a phone that saw what a
    restore of a backup did not bring back begins anew.
    """
    if place is not None and place.upto:
        return place, False
    upto, lost = await work_order_board.newest(tx, place.since if place else 0)
    if place is None or lost:
        return Place(0, upto, "", "", reader), True
    return replace(place, upto=upto), False


def _next(
    place: Place, rows: Sequence[Mapping[str, Any]], articles: Sequence[Mapping[str, Any]], *, more: bool
) -> Place:
    """The next page of this window, or the beginning of the next, whose end is not known yet."""
    if not more:
        return Place(place.upto, 0, "", "", place.reader)
    last = rows[-1]["number"] if rows else place.work_order
    return Place(place.since, place.upto, last, articles[-1]["sku"] if articles else place.article, place.reader)


async def _reader(tx: Tx, person: UUID | None) -> str:
    """Who reads, and at which work centres: when either is another, what the phone has is no longer theirs."""
    centres = await work_order_board.work_centres_of(tx, person) if person else []
    return "/".join([str(person), *centres])


async def _device(tx: Tx, command: Pull, heard_upto: int | None) -> dict[str, Any] | None:
    """The device as it is shown, noted as having heard of everything below a transaction."""
    if command.device_id is None:
        return None
    device = await devices.find(tx, command.device_id)
    if device is None:
        raise DEVICE_UNKNOWN()
    if heard_upto is not None:
        await devices.note_pull(tx, device.id, heard_upto, command.app_version)
    return device_view(device)
