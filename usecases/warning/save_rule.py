"""Change a rule or the calendar: checked whole, tried on today's orders first, published as a version of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from domain.orders.events import instant_text
from domain.refusals.kinds import FieldProblem
from domain.refusals.warning import CALENDAR_INVALID, RULE_INVALID
from domain.refusals.workflows import KEY_MISMATCH
from domain.text import Text
from domain.warning.calendar import calendar_problems
from domain.warning.rules import Rule, parse_rule, rule_problems
from domain.warning.telling import alert_facts
from persistence import library
from persistence.tx import Tx
from usecases.door import use_case
from usecases.warning.rulebook import CALENDAR, FACTORY, RULE
from usecases.warning.run_rules import due_of

_PROBLEMS_TOLD = 100
_MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class SaveRule:
    """The whole rule under its key."""

    key: str
    body: Mapping[str, Any]


@use_case(right="warning.rules")
async def save_rule(tx: Tx, command: SaveRule) -> dict[str, Any]:
    """The rule as its next version. Raises RULE_INVALID with every problem, KEY_MISMATCH."""
    _checked(command)
    body = {name: value for name, value in command.body.items() if name != "version"}
    version = await library.publish_next(tx, RULE, command.key, body)
    return {**body, "version": version}


@use_case(right="warning.rules")
async def try_rule(tx: Tx, command: SaveRule) -> dict[str, Any]:
    """What the rule would find now: `{"due", "items": [{"subject", "since", "text"}]}`. Nothing is opened or sent."""
    rule = _checked(command)
    due = await due_of(tx, rule)
    return {
        "due": len(due),
        "items": [
            {
                "subject": words["subject"],
                "since": instant_text(one.since),
                "text": words["detail"],
            }
            for one in sorted(due, key=lambda one: one.since)[:_MOST_SHOWN]
            if (words := alert_facts(rule.fact.key, rule.label, one.facts))
        ],
    }


@use_case(right="warning.rules")
async def save_calendar(tx: Tx, body: Mapping[str, Any]) -> dict[str, Any]:
    """The factory's calendar as its next version. Raises CALENDAR_INVALID with every problem."""
    if problems := list(islice(calendar_problems(body), _PROBLEMS_TOLD)):
        raise CALENDAR_INVALID(*problems, summary=_pointers(problems))
    kept = {**{name: value for name, value in body.items() if name != "version"}, "key": FACTORY}
    return {**kept, "version": await library.publish_next(tx, CALENDAR, FACTORY, kept)}


def _checked(command: SaveRule) -> Rule:
    if command.body.get("key") != command.key:
        raise KEY_MISMATCH(FieldProblem("/key", "key_mismatch", Text("与地址中的 key 不同", "is not the address’s")))
    if problems := list(islice(rule_problems(command.body), _PROBLEMS_TOLD)):
        raise RULE_INVALID(*problems, summary=_pointers(problems))
    return parse_rule(command.body)


def _pointers(problems: list[FieldProblem]) -> str:
    return ", ".join(problem.pointer for problem in problems[:10])
