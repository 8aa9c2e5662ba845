"""Channels that people add: a key to deliver under, and a secret by which its deliveries are known."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.orders.events import instant_text
from domain.refusals.general import NOT_FOUND
from domain.refusals.intake import CHANNEL_TAKEN
from persistence import channels
from persistence.tx import Tx
from usecases.door import use_case


@dataclass(frozen=True, slots=True)
class AddChannel:
    """`key` is how it delivers and what its template is called. `built_in`: keys that have a sender of their own."""

    key: str
    name: str
    built_in: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class RenewChannelSecret:
    """The secret before counts for as long as the overlap lasts."""

    key: str
    overlap: timedelta


@dataclass(frozen=True, slots=True)
class ChannelPage:
    """Channels behind `after`, by key."""

    after: str | None
    limit: int


@use_case(right="integrations.edit")
async def list_channels(tx: Tx, page: ChannelPage) -> list[dict[str, Any]]:
    """Channels by key."""
    return [_view(row) for row in await channels.list_channels(tx, page.after, page.limit)]


@use_case(right="integrations.edit")
async def add_channel(tx: Tx, command: AddChannel) -> dict[str, Any]:
    """Answers the channel. Raises CHANNEL_TAKEN."""
    if command.key in command.built_in or not await channels.add(tx, command.key, command.name):
        raise CHANNEL_TAKEN(key=command.key)
    return await _shown(tx, command.key)


@use_case(right="integrations.edit")
async def renew_channel_secret(tx: Tx, command: RenewChannelSecret) -> dict[str, Any]:
    """Answers the channel with the number of its new secret. Raises NOT_FOUND."""
    if not await channels.renew_secret(tx, command.key, tx.now + command.overlap):
        raise NOT_FOUND()
    return await _shown(tx, command.key)


@use_case(right="integrations.edit")
async def drop_channel(tx: Tx, key: str) -> dict[str, Any]:
    """Its secrets count no more; its template and what it delivered stay. Raises NOT_FOUND."""
    if not await channels.drop(tx, key):
        raise NOT_FOUND()
    return {}


@use_case(right="intake.write")
async def channel_signing(tx: Tx, key: str) -> tuple[UUID, list[int]] | None:
    """The channel's id and the numbers of its secrets that count now, or None."""
    return await channels.signing(tx, key)


async def _shown(tx: Tx, key: str) -> dict[str, Any]:
    row = await channels.find(tx, key)
    if row is None:
        raise NOT_FOUND()
    return _view(row)


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    instants = ("created_at", "old_secret_until", "last_received_at")
    return {
        "id": str(row["id"]),
        **{name: row[name] for name in ("key", "name", "secret_number", "template_version")},
        **{name: row[name] and instant_text(row[name]) for name in instants},
        "created_by": {"id": row["created_by"], "name": row["maker"]},
    }
