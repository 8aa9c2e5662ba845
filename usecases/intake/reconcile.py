"""Ask each shop what changed, and take in what it never told of: window after window, page after page.

A page is kept in a transaction that also asks for the next, so what dies in the middle goes on where it stopped.
Windows overlap; what is known in that version or a newer one is not kept again, and what comes twice changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from domain.effects import Effect
from domain.orders.events import instant_text
from persistence import outbox, payloads, polls
from persistence.outbox import Claimed
from persistence.tx import Tx
from usecases.door import use_case

POLL = polls.POLL
FIRST = timedelta(days=7)
WINDOW = timedelta(days=1)
OVERLAP = timedelta(minutes=10)
# What happened just now is on its way to us by itself.
LAG = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Record:
    """One that changed; `body` None: it has to be fetched."""

    external_id: str
    changed_at: datetime
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class PolledPage:
    """One page of a window; `headers` are kept with its bodies, as a delivery would have had them."""

    effect: Claimed
    records: Sequence[Record]
    next_page: str | None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PollFailed:
    """A shop that could not be read; it is asked again at the next turn."""

    effect: Claimed
    problem: str


@use_case(right="admin.all")
async def ask_shops(tx: Tx, shops: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Begin to read every shop (channel and name) that is not being read. Answers `{"asked", "under_way"}`."""
    return await _ask(tx, shops)


@use_case(right="integrations.edit")
async def ask_shops_now(tx: Tx, shops: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The same because a person wants it."""
    return await _ask(tx, shops)


async def _ask(tx: Tx, shops: Sequence[tuple[str, str]]) -> dict[str, Any]:
    if not shops:
        return {"asked": 0, "under_way": 0}
    busy, stands = await polls.under_way(tx), await polls.positions(tx)
    idle = [shop for shop in shops if shop not in busy]
    for channel, shop in idle:
        await _window(tx, channel, shop, stands.get((channel, shop)))
    return {"asked": len(idle), "under_way": len(shops) - len(idle)}


@use_case(right="admin.all")
async def keep_changed(tx: Tx, page: PolledPage) -> dict[str, Any]:
    """Keep what was never heard of, then ask for the next page or window. Answers `{"seen", "missed"}`."""
    channel, body = page.effect.channel, page.effect.body
    unheard = await _unheard(tx, channel, body["shop"], page.records)
    fetched = [Effect("fetch_trade", channel, f"{body['shop']}:{one.external_id}", _hint(one, body)) for one in unheard
               if one.body is None]  # fmt: skip
    await outbox.add(tx, page.effect.event_id, None, fetched)
    for one in unheard:
        if one.body is not None:
            await _keep(tx, page, one, one.body)
    seen, missed = body["seen"] + len(page.records), body["missed"] + len(unheard)
    if page.next_page is not None:
        again = {**body, "page": page.next_page, "seen": seen, "missed": missed}
        await outbox.add(tx, page.effect.event_id, None, [_effect(channel, again)])
    else:
        await _finish(tx, channel, body, seen, missed)
    return {"seen": seen, "missed": missed}


@use_case(right="admin.all")
async def note_poll_failure(tx: Tx, failure: PollFailed) -> None:
    """Say beside the shop why it could not be read."""
    await polls.failed(tx, failure.effect.channel, failure.effect.body["shop"], failure.problem[:500])


@use_case(right="intake.read")
async def list_polls(tx: Tx, _: None) -> list[dict[str, Any]]:
    """Every shop that has been asked: until when it was read, and what the last window held."""
    instants = ("read_until", "done_at", "problem_at")
    return [
        {
            **{name: row[name] for name in ("channel", "shop", "seen", "missed", "problem")},
            **{name: row[name] and instant_text(row[name]) for name in instants},
        }
        for row in await polls.list_polls(tx)
    ]


async def _unheard(tx: Tx, channel: str, shop: str, records: Sequence[Record]) -> list[Record]:
    told = [(one.external_id, instant_text(one.changed_at)) for one in records]
    heard = await polls.heard_of(tx, channel, shop, told)
    return list({one.external_id: one for one in records if one.external_id not in heard}.values())


def _hint(one: Record, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"intake_id": None, "external_id": one.external_id, "shop": body["shop"]}


async def _keep(tx: Tx, page: PolledPage, one: Record, content: bytes) -> None:
    shop = page.effect.body["shop"]
    await payloads.keep(
        tx,
        channel=page.effect.channel,
        shop=shop,
        dedupe_key=f"{shop}|polled|{one.external_id}|{instant_text(one.changed_at)}",
        parent_id=None,
        content_type="application/json",
        headers=page.headers,
        body=content,
        sha256=hashlib.sha256(content).hexdigest(),
        status="kept",
    )


async def _finish(tx: Tx, channel: str, body: Mapping[str, Any], seen: int, missed: int) -> None:
    """The window is known; where it ends long ago, the next one follows at once."""
    until = datetime.fromisoformat(body["until"])
    await polls.done(tx, channel, body["shop"], until, seen, missed)
    if until < tx.now - LAG - OVERLAP:
        await _window(tx, channel, body["shop"], until)


async def _window(tx: Tx, channel: str, shop: str, read_until: datetime | None) -> None:
    """From a little before what is known, at most a day at a time."""
    newest = tx.now - LAG
    since = read_until - OVERLAP if read_until else newest - FIRST
    until = min(newest, since + WINDOW)
    between = {"since": instant_text(since), "until": instant_text(until)}
    body = {"shop": shop, **between, "page": None, "seen": 0, "missed": 0}
    await outbox.add(tx, tx.new_id(), None, [_effect(channel, body)])


def _effect(channel: str, body: Mapping[str, Any]) -> Effect:
    return Effect(POLL, channel, f"{body['shop']}:{body['page'] or 'first'}", body)
