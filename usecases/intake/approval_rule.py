"""The sums above which a second person lets an order in: set by the factory, each version kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.orders.events import instant_text
from domain.refusals.general import VERSION_STALE
from persistence import corrections, library
from persistence.tx import Tx
from usecases.door import use_case


@dataclass(frozen=True, slots=True)
class SetApprovalRule:
    """`limits` by currency, decimal texts; `otherwise` for all other currencies, None for no limit."""

    limits: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    expected_version: int | None = None


@use_case(right="intake.read")
async def read_approval_rule(tx: Tx, _: None) -> dict[str, Any]:
    """The rule in force; version 0 where none was ever set, and then nobody needs a second person."""
    row = await corrections.rule(tx)
    if row is None:
        return {"version": 0, "limits": {}, "otherwise": None, "set_at": None, "set_by": None}
    return {
        "version": row["version"],
        "limits": row["body"]["limits"],
        "otherwise": row["body"]["otherwise"],
        "set_at": instant_text(row["published_at"]),
        "set_by": row["published_by"],
    }


@use_case(right="workflows.publish")
async def set_approval_rule(tx: Tx, command: SetApprovalRule) -> dict[str, Any]:
    """The rule as it is from now on. Raises VERSION_STALE."""
    row = await corrections.rule(tx)
    version = row["version"] if row else 0
    if command.expected_version not in (None, version):
        raise VERSION_STALE(version=version)
    body = {"key": "approval", "limits": dict(command.limits), "otherwise": command.otherwise}
    await library.publish_next(tx, "intake_rule", "approval", body)
    return await read_approval_rule(tx, None)
