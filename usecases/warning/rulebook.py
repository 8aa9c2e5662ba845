"""The rules and the calendar as they are published now."""

from __future__ import annotations

from typing import Any

from domain.warning.calendar import Calendar, parse_calendar
from domain.warning.rules import Rule, parse_rule
from persistence import documents, library
from persistence.tx import Tx

RULE, CALENDAR, FACTORY = "alert_rule", "calendar", "factory"


async def rule_keys(tx: Tx) -> list[str]:
    """Every rule there is, by key."""
    return [row["key"] for row in await library.list_documents(tx, RULE)]


async def newest_rule(tx: Tx, key: str) -> tuple[Rule, int] | None:
    """The rule as it is published now with its version, or None."""
    version = await documents.latest_version(tx, RULE, key)
    if version is None:
        return None
    return await documents.published(tx, RULE, key, version, parse_rule), version


async def factory_calendar(tx: Tx) -> Calendar:
    """The calendar as it is published now. Raises LookupError before the built-in documents are installed."""

    def parse(body: Any) -> Calendar:
        return parse_calendar(body, tx.zone)

    version = await documents.latest_version(tx, CALENDAR, FACTORY)
    return await documents.published(tx, CALENDAR, FACTORY, version or 1, parse)
