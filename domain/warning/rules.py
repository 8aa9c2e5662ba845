"""Alert rules as data: which fact, from when on, for which of them, and who hears of it after how long.

```
{"key": "first_operation_late", "label": {"zh", "en"}, "fact": "first_operation_open", "hours": 72,
 "when": "facts.priority >= 0", "severity": "high", "enabled": true, "banner_after_hours": 24,
 "levels": [{"after_hours": 0, "to": ["position:production_manager"], "channels": ["sms", "email"], "urgent": false}]}
```
`percent`, of `forecast_late` alone, is how likely the delay has to be; its `hours` are for how long it must have been a
risk at all.
A level's `after_hours` count wall hours since the level before was told, the first since the condition began.
`channels` are tried in their order until one takes the message; in the app it is told always.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from domain.expressions.cel import GuardError, compile_guard, guard_problems
from domain.refusals.kinds import FieldProblem
from domain.text import Text
from domain.warning.facts import FACT_KINDS, FactKind

Severity = Literal["info", "warning", "high"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
OUTWARD_CHANNELS = ("email", "sms", "wecom", "dingtalk", "feishu")
MOST_LEVELS, MOST_PEOPLE = 6, 10
LONGEST_HOURS = 24 * 366
LEAST_PERCENT, USUAL_PERCENT, MOST_PERCENT = 30, 50, 99
_PARTY = re.compile(r"(role|position|person):[a-z0-9._-]{1,64}|party:merchandiser")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_FIELDS = frozenset(
    {
        "key",
        "label",
        "fact",
        "hours",
        "percent",
        "when",
        "severity",
        "enabled",
        "banner_after_hours",
        "levels",
        "version",
    }
)


@dataclass(frozen=True, slots=True)
class Level:
    """Who hears, after how many hours, over which channels; `urgent` ones are told in quiet hours too."""

    after_hours: float
    to: Sequence[str]
    channels: Sequence[str]
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A published rule."""

    key: str
    label: Text
    fact: FactKind
    hours: float
    levels: Sequence[Level]
    when: str | None = None
    severity: Severity = "warning"
    enabled: bool = True
    banner_after_hours: float = 24
    percent: int = USUAL_PERCENT

    def concerns(self, facts: Mapping[str, Any]) -> bool:
        """Whether the condition holds for these facts; one that cannot be worked out holds, for warning is safer."""
        if self.when is None:
            return True
        try:
            return compile_guard(self.when).holds({"facts": facts})
        except GuardError:
            return True


def parse_rule(body: Mapping[str, Any]) -> Rule:
    """The rule that a document describes. Takes only what `rule_problems` finds nothing wrong with."""
    return Rule(
        key=body["key"],
        label=Text(**body["label"]),
        fact=FACT_KINDS[body["fact"]],
        hours=body.get("hours", 0),
        levels=tuple(_level(level) for level in body["levels"]),
        when=body.get("when"),
        severity=body.get("severity", "warning"),
        enabled=body.get("enabled", True),
        banner_after_hours=body.get("banner_after_hours", 24),
        percent=body.get("percent", USUAL_PERCENT),
    )


def _level(body: Mapping[str, Any]) -> Level:
    return Level(body["after_hours"], tuple(body["to"]), tuple(body.get("channels", ())), body.get("urgent", False))


def rule_problems(body: Mapping[str, Any]) -> Iterator[FieldProblem]:
    """Everything that is wrong with a rule."""
    for name in sorted(body.keys() - _FIELDS):
        yield _problem(f"/{name}", "没有这个字段", "there is no such field")
    if not isinstance(body.get("key"), str) or not _KEY.fullmatch(body["key"]):
        yield _problem("/key", "须为小写字母、数字和下划线", "takes small letters, digits and underscores")
    label = body.get("label")
    if not isinstance(label, Mapping) or label.keys() != {"zh", "en"} or not all(map(_is_words, label.values())):
        yield _problem("/label", "须有中文和英文", "needs Chinese and English")
    yield from _fact_problems(body)
    for name in ("hours", "banner_after_hours"):
        if not _is_hours(body.get(name, 0)):
            yield _problem(f"/{name}", "须为 0 到 8784 小时", "takes 0 to 8784 hours")
    yield from _percent_problems(body)
    if body.get("severity", "warning") not in SEVERITIES:
        yield _problem("/severity", f"须为 {'、'.join(SEVERITIES)}", f"is one of {', '.join(SEVERITIES)}")
    if not isinstance(body.get("enabled", True), bool):
        yield _problem("/enabled", "须为是或否", "is true or false")
    yield from _level_problems(body.get("levels"))


def _fact_problems(body: Mapping[str, Any]) -> Iterator[FieldProblem]:
    kind = FACT_KINDS.get(body["fact"]) if isinstance(body.get("fact"), str) else None
    if kind is None:
        yield _problem("/fact", f"须为 {'、'.join(FACT_KINDS)}", f"is one of {', '.join(FACT_KINDS)}")
        return
    when = body.get("when")
    if when is None:
        return
    if not isinstance(when, str):
        yield _problem("/when", "须为条件文本", "is a condition")
        return
    for problem in guard_problems(when, {"facts": kind.type}):
        yield FieldProblem("/when", problem.code, problem.detail)


def _percent_problems(body: Mapping[str, Any]) -> Iterator[FieldProblem]:
    if "percent" not in body:
        return
    percent = body["percent"]
    if body.get("fact") != "forecast_late":
        yield _problem("/percent", "只用于预计延期", "is for likely delays alone")
    elif type(percent) is not int or not LEAST_PERCENT <= percent <= MOST_PERCENT:
        bounds = (LEAST_PERCENT, MOST_PERCENT)
        yield _problem(
            "/percent", "须为 {} 到 {} 的整数".format(*bounds), "takes whole numbers from {} to {}".format(*bounds)
        )


def _level_problems(levels: Any) -> Iterator[FieldProblem]:
    if not isinstance(levels, Sequence) or isinstance(levels, str) or not 1 <= len(levels) <= MOST_LEVELS:
        yield _problem("/levels", f"须有 1 到 {MOST_LEVELS} 级", f"takes 1 to {MOST_LEVELS} levels")
        return
    for index, level in enumerate(levels):
        pointer = f"/levels/{index}"
        if not isinstance(level, Mapping):
            yield _problem(pointer, "须为对象", "is an object")
            continue
        if not _is_hours(level.get("after_hours")):
            yield _problem(f"{pointer}/after_hours", "须为 0 到 8784 小时", "takes 0 to 8784 hours")
        yield from _list_problems(f"{pointer}/to", level.get("to"), _is_party, 1)
        yield from _list_problems(f"{pointer}/channels", level.get("channels", []), OUTWARD_CHANNELS.__contains__, 0)


def _list_problems(pointer: str, values: Any, allowed: Any, least: int) -> Iterator[FieldProblem]:
    if not isinstance(values, Sequence) or isinstance(values, str) or not least <= len(values) <= MOST_PEOPLE:
        yield _problem(pointer, f"须有 {least} 到 {MOST_PEOPLE} 项", f"takes {least} to {MOST_PEOPLE} entries")
        return
    for index, value in enumerate(values):
        if not isinstance(value, str) or not allowed(value):
            yield _problem(f"{pointer}/{index}", "没有这一项", "is none that there is")


def _is_party(value: str) -> bool:
    return _PARTY.fullmatch(value) is not None


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 200


def _is_hours(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LONGEST_HOURS


def _problem(pointer: str, zh: str, en: str) -> FieldProblem:
    return FieldProblem(pointer, "rule_invalid", Text(zh, en))


@dataclass(frozen=True, slots=True)
class Due:
    """Something that a rule's fact kind finds: what it is about, since when it is due, and its facts."""

    cause: str
    since: datetime
    facts: Mapping[str, Any]
    order_no: str | None = None
