"""What a rehearsal comes to: orders that would have stuck, rights that were missing, alerts that would have fired."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from domain.text import Text
from domain.workflow.document import Workflow
from domain.workflow.rehearsal import MissingRight, Played, Stuck
from domain.workflow.vocabulary import role_label

SHOWN_ORDERS = 100
SHOWN_EXAMPLES = 10


def report(draft: Workflow, played: Sequence[Played]) -> dict[str, Any]:
    """Counts of all, and of each kind the first hundred orders, or ten where they are examples of something counted."""
    words = _Words(draft)
    stuck = [(one, one.stuck) for one in played if one.stuck]
    detours = [one for one in played if one.detour and not one.stuck]
    return {
        "orders": len(played),
        "events": sum(one.events for one in played),
        "as_before": sum(one.as_before for one in played),
        "stuck": {
            "count": len(stuck),
            "reasons": _grouped(stuck, lambda pair: _reason(words, pair[1]), lambda pair: pair[0].order_no),
            "orders": [_stuck(words, one, where) for one, where in stuck[:SHOWN_ORDERS]],
        },
        "rights": _grouped(
            [(one, missing) for one in played for missing in one.rights],
            lambda pair: _right(words, pair[1]),
            lambda pair: pair[0].order_no,
        ),
        "alerts": _alerts(words, played),
        "otherwise": {
            "count": len(detours),
            "orders": [_detour(words, one) for one in detours[:SHOWN_ORDERS]],
        },
    }


class _Words:
    """Stages, actions and roles as people call them; what the draft does not know is called by its key."""

    def __init__(self, draft: Workflow) -> None:
        self._draft = draft

    def stage(self, key: str) -> dict[str, str]:
        return (self._draft.stage(key).label if self._draft.has_stage(key) else Text(key, key)).as_json()

    def action(self, key: str | None) -> dict[str, str]:
        return ((key and self._draft.action_label(key)) or Text(key or "", key or "")).as_json()

    def hours(self, key: str) -> int | None:
        return self._draft.stage(key).service_hours if self._draft.has_stage(key) else None


def _reason(words: _Words, where: Stuck) -> dict[str, Any]:
    return {
        "stage": where.stage,
        "stage_label": words.stage(where.stage),
        "action": where.action,
        "action_label": words.action(where.action),
        "code": where.refusal.code,
    }


def _stuck(words: _Words, one: Played, where: Stuck) -> dict[str, Any]:
    return {
        "order_no": one.order_no,
        "seq": where.seq,
        **_reason(words, where),
        "role": where.role,
        "recorded_at": where.recorded_at,
        "detail": where.refusal.detail.as_json(),
        "fields": [field.pointer for field in where.refusal.fields],
    }


def _right(words: _Words, missing: MissingRight) -> dict[str, Any]:
    return {
        "role": missing.role,
        "role_label": role_label(missing.role).as_json(),
        "action": missing.action,
        "action_label": words.action(missing.action),
        "stage": missing.stage,
        "stage_label": words.stage(missing.stage),
        "may": list(missing.may),
    }


def _detour(words: _Words, one: Played) -> dict[str, Any]:
    if one.detour is None:
        raise AssertionError("asked only of orders that went another way")
    return {
        "order_no": one.order_no,
        "seq": one.detour.seq,
        "action": one.detour.action,
        "action_label": words.action(one.detour.action),
        "was": one.detour.was,
        "was_label": words.stage(one.detour.was),
        "would": one.detour.would,
        "would_label": words.stage(one.detour.would),
    }


def _alerts(words: _Words, played: Iterable[Played]) -> list[dict[str, Any]]:
    """By stage: orders that would have overstayed its service level, and those that did under the rules of then."""
    would, did = defaultdict(list), defaultdict(list)
    for one in played:
        for stage in one.alerts:
            would[stage].append(one.order_no)
        for stage in one.alerted:
            did[stage].append(one.order_no)
    return [
        {
            "stage": stage,
            "stage_label": words.stage(stage),
            "service_hours": words.hours(stage),
            "count": len(would[stage]),
            "before": len(did[stage]),
            "order_nos": would[stage][:SHOWN_EXAMPLES],
        }
        for stage in sorted({*would, *did}, key=lambda stage: (-len(would[stage]), stage))
    ]


def _grouped(
    found: Iterable[Any], view: Callable[[Any], Mapping[str, Any]], order_no: Callable[[Any], str]
) -> list[dict[str, Any]]:
    """The same thing said once with how many orders it concerns, the most frequent first."""
    groups: dict[str, tuple[Mapping[str, Any], dict[str, None]]] = {}
    for one in found:
        shown = view(one)
        groups.setdefault(repr(shown), (shown, {}))[1][order_no(one)] = None
    ordered = sorted(groups.values(), key=lambda group: -len(group[1]))
    return [{**shown, "count": len(named), "order_nos": list(named)[:SHOWN_EXAMPLES]} for shown, named in ordered]
