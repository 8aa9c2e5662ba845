"""Questions about alerts and their rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.orders.events import instant_text
from domain.refusals.general import NOT_FOUND
from domain.text import Text
from domain.warning.telling import alert_facts
from persistence import library
from persistence.queries import alert_board
from persistence.queries.alert_board import AlertFilter
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.warning.rulebook import CALENDAR, FACTORY, RULE


@use_case(right="warning.read")
async def list_alerts(tx: Tx, wanted: AlertFilter) -> list[dict[str, Any]]:
    """Alerts, newest first, each in words and with the instant at which the next level hears."""
    return [alert_view(row) for row in await alert_board.alerts(tx, Scope.of(tx.actor), wanted)]


@use_case(right="warning.read")
async def read_alert(tx: Tx, alert_id: UUID) -> dict[str, Any]:
    """One alert with everything that was done about it. Raises NOT_FOUND."""
    row = await alert_board.alert(tx, Scope.of(tx.actor), alert_id)
    if row is None:
        raise NOT_FOUND()
    return {**alert_view(row), "steps": [_step(step) for step in await alert_board.steps(tx, alert_id)]}


@use_case(right="warning.read")
async def list_rules(tx: Tx, _: None) -> list[dict[str, Any]]:
    """Every rule as it is published now."""
    rows = await library.list_documents(tx, RULE)
    return [{**row["body"], "version": row["version"]} for row in rows if row["version"]]


@use_case(right="warning.read")
async def read_rule(tx: Tx, key: str) -> dict[str, Any]:
    """One rule. Raises NOT_FOUND."""
    return await _newest(tx, RULE, key)


@use_case(right="warning.read")
async def read_calendar(tx: Tx, _: None) -> dict[str, Any]:
    """The factory's calendar."""
    return await _newest(tx, CALENDAR, FACTORY)


async def _newest(tx: Tx, kind: str, key: str) -> dict[str, Any]:
    versions = await library.versions(tx, kind, key)
    row = await library.read_version(tx, kind, key, versions[0]["version"]) if versions else None
    if row is None:
        raise NOT_FOUND()
    return {**row["body"], "version": versions[0]["version"]}


def alert_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """An alert in the names of the API."""
    words = alert_facts(row["fact"], Text(**row["label"]), row["facts"])
    return {
        "id": str(row["id"]),
        "rule": row["rule"],
        "label": row["label"],
        "severity": row["severity"],
        "subject": words["subject"],
        "text": words["detail"],
        "order_no": row["order_no"],
        "facts": row["facts"],
        "since": instant_text(row["since"]),
        "opened_at": instant_text(row["opened_at"]),
        "state": row["state"],
        "banner": row["banner"],
        "level": row["told"],
        "levels": row["levels"],
        "next_at": _instant(row["next_at"]),
        "acknowledged_at": _instant(row["acknowledged_at"]),
        "acknowledged_by": row["acknowledged_by"],
        "resolved_at": _instant(row["resolved_at"]),
        "resolution": row["resolution"],
    }


def _step(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": row["kind"], "at": instant_text(row["at"]), "by": row["by"], "detail": row["detail"]}


def _instant(value: Any) -> str | None:
    return None if value is None else instant_text(value)
