"""Devices as a list, each with its people and the gaps in its reports; one statement."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from persistence.devices import SELECT, Device, device_of
from persistence.tx import Tx

_LIST = f"""
{SELECT} WHERE ($2::uuid IS NULL OR d.id > $2) AND ($3::bool IS NULL OR (d.revoked_at IS NOT NULL) = $3)
  AND ($4::uuid IS NULL OR EXISTS (SELECT 1 FROM device_people e WHERE e.device_id = d.id AND e.person_id = $4))
ORDER BY d.id LIMIT $5
"""  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class DevicePage:
    """At most `limit` devices after one of them; only those trusted no more or (False) still, or of one person."""

    after: UUID | None
    limit: int
    revoked: bool | None = None
    person_id: UUID | None = None


async def page(tx: Tx, wanted: DevicePage) -> list[Device]:
    """Devices in the order in which they were named."""
    values = (wanted.after, wanted.revoked, wanted.person_id, wanted.limit)
    return [device_of(row) for row in await tx.connection.rows(_LIST, tx.now, *values)]
