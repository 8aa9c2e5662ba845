"""The hourly root over the heads of all histories: taken here, kept outside, so that rewriting them is found out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.effects import Effect
from domain.orders.events import instant_text
from persistence import heads, outbox
from persistence.tx import Tx
from usecases.door import use_case


@dataclass(frozen=True, slots=True)
class TakenRoot:
    """A root that the file store holds under `blob` (a SHA-256); `period_start` is the hour that it stands for."""

    document: dict[str, Any]
    blob: str
    period_id: UUID
    period_start: datetime


@use_case(right="admin.all")
async def take_root(tx: Tx, frontier: str | None) -> dict[str, Any]:
    """`{"at", "frontier", "orders", "root"}`; with an earlier `frontier`, what the root was then."""
    found = await heads.root(tx, frontier)
    return {"at": instant_text(tx.now), "frontier": found.frontier, "orders": found.orders, "root": found.root}


@use_case(right="admin.all")
async def send_root(tx: Tx, taken: TakenRoot) -> dict[str, Any]:
    """Mail the root to the administrators; for one hour it is sent once."""
    body = {**taken.document, "blob": taken.blob, "template": "chain_heads", "channels": ["email"]}
    effect = Effect("notify", "*", "role:admin:chain_heads", body)
    await outbox.add(tx, taken.period_id, None, [effect])
    return {**taken.document, "blob": taken.blob}
