"""Who may look after an order: asked for where one is entered, or handed to somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.access.actor import Actor
from persistence import people
from persistence.roles import standing_from
from persistence.tx import Tx
from usecases.door import use_case

_MOST = 1000


@use_case(right="orders.read")
async def list_merchandisers(tx: Tx, _: None) -> list[dict[str, Any]]:
    """`{"id", "name"}` of everybody who opens orders, by name; of those alone whose orders exist for the actor."""
    rows = await people.list_people(tx, None, _MOST)
    found = [row for row in rows if _looks_after(row) and _in_reach(tx.actor, row)]
    return [{"id": str(row["id"]), "name": row["name"]} for row in sorted(found, key=lambda row: row["name"])]


def _looks_after(row: Mapping[str, Any]) -> bool:
    return not row["disabled"] and "orders.open" in standing_from(row).rights


def _in_reach(actor: Actor, row: Mapping[str, Any]) -> bool:
    return actor.standing.covers(actor.id, row["id"], row["department"])
