"""Which other systems come in, what each may do, and when it last did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from persistence import api_keys
from persistence.tx import Tx
from usecases.door import use_case
from usecases.integrators.key_view import key_view, shown


@dataclass(frozen=True, slots=True)
class KeyPage:
    """Keys older than `before`, newest first."""

    before: UUID | None
    limit: int


@use_case(right="integrations.edit")
async def list_keys(tx: Tx, page: KeyPage) -> list[dict[str, Any]]:
    """Keys, newest first, those that have ended among them."""
    return [key_view(row) for row in await api_keys.list_keys(tx, page.before, page.limit)]


@use_case(right="integrations.edit")
async def read_key(tx: Tx, key_id: UUID) -> dict[str, Any]:
    """One key. Raises NOT_FOUND."""
    return await shown(tx, key_id)
