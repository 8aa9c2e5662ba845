"""Look for what is due by the rules: open an alert for each new cause, end those whose cause is no more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.warning.calendar import Calendar
from domain.warning.ladder import first_look
from domain.warning.rules import Due, Rule
from persistence import alerts, documents, facts
from persistence.tx import Tx
from usecases.door import use_case
from usecases.warning.rulebook import factory_calendar, newest_rule, rule_keys


@use_case(right="admin.all")
async def list_rule_keys(tx: Tx, _: None) -> list[str]:
    """Every rule there is."""
    return await rule_keys(tx)


@use_case(right="admin.all")
async def learn_habits(tx: Tx, _: None) -> dict[str, int]:
    """Work out from history how long orders usually rest in each stage. Answers `{"stages"}`."""
    return {"stages": await facts.count_habits(tx)}


@use_case(right="admin.all")
async def run_rule(tx: Tx, key: str) -> dict[str, Any]:
    """Answers `{"due", "opened", "ended"}`. A rule that is switched off ends its alerts."""
    found = await newest_rule(tx, key)
    if found is None:
        return {"due": 0, "opened": 0, "ended": 0}
    rule, version = found
    await alerts.alone(tx, key)
    due = await due_of(tx, rule) if rule.enabled else []
    return {
        "due": len(due),
        "opened": await alerts.open_for(
            tx, key, version, rule.severity, [(one, first_look(rule, one.since)) for one in due]
        ),
        "ended": await alerts.end_others(tx, key, {one.cause for one in due}),
    }


async def due_of(tx: Tx, rule: Rule) -> Sequence[Due]:
    """Everything that the rule finds now, its condition applied."""
    return [one for one in await _candidates(tx, rule) if rule.concerns(one.facts)]


async def _candidates(tx: Tx, rule: Rule) -> Sequence[Due]:
    match rule.fact.key:
        case "stage_over_service_level":
            return await facts.stages_since(tx, await _service_limits(tx, rule))
        case "order_idle":
            return await facts.idle_since(tx, await idle_limits(tx, rule.hours))
        case "forecast_late":
            return await facts.forecast_late(tx, rule.percent, rule.hours)
        case "payment_overdue":
            return await facts.payments_overdue(tx, rule.hours)
        case known:
            return await facts.due_by_hours(tx, known, rule.hours)


async def _service_limits(tx: Tx, rule: Rule) -> list[facts.StageLimit]:
    """For every stage in use that has a service level: since when one stands in it too long, by the calendar."""
    calendar: Calendar = await factory_calendar(tx)
    limits: list[facts.StageLimit] = []
    for key, version in await facts.workflows_in_use(tx):
        workflow = await documents.workflow(tx, key, version)
        for stage in workflow.stages:
            if stage.service_hours and not stage.final:
                until = calendar.before(tx.now, stage.service_hours + rule.hours)
                limits.append((key, version, stage.key, int(stage.service_hours), until, stage.label.as_json()))
    return limits


async def idle_limits(tx: Tx, hours: float) -> list[tuple[str, datetime]]:
    """For every stage in use: since when nothing has happened for too long, by its own history or these hours."""
    usual = await facts.usual_hours(tx)
    stages = set()
    for key, version in await facts.workflows_in_use(tx):
        workflow = await documents.workflow(tx, key, version)
        stages |= {stage.key for stage in workflow.stages if not stage.final}
    return [(stage, tx.now - timedelta(hours=usual.get(stage, hours))) for stage in sorted(stages)]
