"""Somebody acts on an alert: takes it on, which stops the climbing, or settles it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.refusals.general import NOT_FOUND
from domain.refusals.warning import ALERT_NOT_OPEN
from persistence import alerts
from persistence.queries import alert_board
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.warning.read_alerts import alert_view


@dataclass(frozen=True, slots=True)
class HandleAlert:
    """Which alert, and what is being done about it."""

    alert_id: UUID
    note: str | None = None


@use_case(right="warning.act")
async def acknowledge_alert(tx: Tx, command: HandleAlert) -> dict[str, Any]:
    """The alert, taken on: nobody further up hears of it. Raises NOT_FOUND, ALERT_NOT_OPEN."""
    await _standing(tx, command.alert_id)
    return await _after(tx, command.alert_id, await alerts.acknowledge(tx, command.alert_id, command.note))


@use_case(right="warning.act")
async def resolve_alert(tx: Tx, command: HandleAlert) -> dict[str, Any]:
    """The alert, settled for as long as the same thing goes on. Raises NOT_FOUND, ALERT_NOT_OPEN."""
    await _standing(tx, command.alert_id)
    return await _after(tx, command.alert_id, await alerts.resolve(tx, command.alert_id, command.note))


async def _standing(tx: Tx, alert_id: UUID) -> dict[str, Any]:
    row = await alert_board.alert(tx, Scope.of(tx.actor), alert_id)
    if row is None:
        raise NOT_FOUND()
    return dict(row)


async def _after(tx: Tx, alert_id: UUID, changed: bool) -> dict[str, Any]:
    row = await _standing(tx, alert_id)
    if not changed:
        raise ALERT_NOT_OPEN(state=row["state"])
    return alert_view(row)
