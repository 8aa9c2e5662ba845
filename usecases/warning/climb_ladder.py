"""Tell whoever has to hear next of every alert whose time has come; many of one kind become one message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.effects import Effect
from domain.warning.ladder import Step, climb
from domain.warning.rules import Level, Rule
from domain.warning.telling import alert_facts, digest_facts
from persistence import alerts, outbox
from persistence.alerts import DueAlert
from persistence.tx import Tx
from usecases.door import use_case
from usecases.warning.rulebook import factory_calendar, newest_rule

AT_ONCE = 1000
# More than so many of one kind for the same people at the same time are told as one.
MOST_SINGLE = 5


@dataclass(frozen=True, slots=True)
class Told:
    """One alert with the step that is due."""

    alert: DueAlert
    rule: Rule
    step: Step


@use_case(right="admin.all")
async def climb_ladder(tx: Tx, _: None) -> dict[str, Any]:
    """Answers `{"due", "told", "banners"}`; `due` 0 means that nothing more is due."""
    due = await alerts.due(tx, AT_ONCE)
    if not due:
        return {"due": 0, "told": 0, "banners": 0}
    calendar = await factory_calendar(tx)
    rules = {key: await newest_rule(tx, key) for key in {alert.rule for alert in due}}
    told = [
        Told(alert, found[0], climb(found[0], alert.told, tx.now, calendar))
        for alert in due
        if (found := rules[alert.rule]) is not None
    ]
    moved = [(one.alert.id, one.step.told, one.step.next_at, one.step.banner) for one in told]
    await alerts.write_steps(tx, moved, [row for one in told for row in _rows(one)])
    for group in _groups(told):
        await _tell(tx, group)
    return {
        "due": len(due),
        "told": sum(one.step.level is not None for one in told),
        "banners": sum(one.step.banner for one in told),
    }


def _rows(one: Told) -> list[dict[str, Any]]:
    if one.step.level is not None:
        level = {"level": one.step.told, "to": list(one.step.level.to)}
        return [{"alert_id": str(one.alert.id), "kind": "told", "detail": level}]
    if one.step.banner:
        return [{"alert_id": str(one.alert.id), "kind": "banner", "detail": {"why": "nobody acted"}}]
    return []


def _groups(told: Sequence[Told]) -> list[list[Told]]:
    """Those that go to the same people for the same reason, together if they are many."""
    alike: dict[tuple[str, int, UUID | None], list[Told]] = defaultdict(list)
    for one in told:
        if one.step.level is not None:
            whose = one.alert.merchandiser_id if "party:merchandiser" in one.step.level.to else None
            alike[one.rule.key, one.step.told, whose].append(one)
    return [
        group for same in alike.values() for group in ([same] if len(same) > MOST_SINGLE else [[one] for one in same])
    ]


async def _tell(tx: Tx, group: Sequence[Told]) -> None:
    """One effect for the group; the same alerts at the same level are never told twice."""
    first = group[0]
    level: Level | None = first.step.level
    if level is None:
        return
    ids = sorted(str(one.alert.id) for one in group)
    event_id = uuid5(NAMESPACE_URL, f"throughline:alert:{first.step.told}:{','.join(ids)}")
    body: Mapping[str, Any] = {
        **_facts(group),
        "alerts": ids,
        "to": list(level.to),
        "try_channels": list(level.channels),
    }
    effect = Effect("tell_alert", "*", f"{first.rule.key}:{first.step.told}", body)
    await outbox.add(tx, event_id, first.alert.order_no, [effect])


def _facts(group: Sequence[Told]) -> dict[str, Any]:
    first = group[0]
    facts = [alert_facts(one.rule.fact.key, one.rule.label, one.alert.facts) for one in group]
    if len(group) == 1:
        return {**facts[0], "template": "alert"}
    return {**digest_facts(first.rule.label, facts), "template": "alert_digest"}
