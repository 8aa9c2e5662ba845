"""The factory's own words for why pieces are lost, and for what inspections find.

A phone offers those in use. What a report tells beside them is kept as it was told: nobody at a machine is kept waiting
by a list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from persistence import reason_codes
from persistence.tx import Tx
from usecases.door import use_case
from usecases.rights import require_any, staff_only

ReasonKind = Literal["scrap", "defect"]


@dataclass(frozen=True, slots=True)
class SaveReason:
    """A code with its names. `place` orders what is offered; what is not `active` is no longer offered."""

    kind: ReasonKind
    code: str
    name: str
    name_en: str = ""
    place: int = 0
    active: bool = True


@use_case(right="orders.read")
async def list_reasons(tx: Tx, kind: ReasonKind | None) -> list[dict[str, Any]]:
    """`{"kind", "code", "name", "name_en", "place", "active"}` in the order in which they are offered."""
    staff_only(tx)
    return await reason_codes.listed(tx, kind)


@use_case(right="orders.read")
async def save_reason(tx: Tx, command: SaveReason) -> dict[str, Any]:
    """Answers the code. What was reported under it before is shown by its new name, too."""
    require_any(tx, "floor.plan", "floor.inspect")
    await reason_codes.save(
        tx, command.kind, command.code, command.name, command.name_en, command.place, active=command.active
    )
    return (await reason_codes.listed(tx, command.kind, command.code))[0]
