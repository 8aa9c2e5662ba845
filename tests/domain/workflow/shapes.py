"""Workflow documents for tests: a test names only what it is about."""

from __future__ import annotations

from functools import cache
from typing import Any

from domain.expressions.schema import FormSchema
from domain.workflow.builtin import builtin_workflows
from domain.workflow.document import Workflow

ROLES = frozenset({"sales", "design", "production", "warehouse", "management", "quality", "driver", "finance", "admin"})


def label(text: str) -> dict[str, str]:
    return {"zh": f"{text}（中）", "en": text}


def a_stage(key: str, category: str = "not_started", **changes: Any) -> dict[str, Any]:
    return {"key": key, "label": label(key), "role": "sales", "category": category, **changes}


def the_end(key: str = "end") -> dict[str, Any]:
    return a_stage(key, "done", final=True)


def a_transition(origin: str, action: str, target: str, **changes: Any) -> dict[str, Any]:
    return {"from": origin, "action": action, "to": target, "roles": ["sales"], **changes}


def a_document(**changes: Any) -> dict[str, Any]:
    """Two stages, one action."""
    plain = {
        "key": "plain",
        "version": 1,
        "label": label("plain"),
        "start": "begin",
        "stages": [a_stage("begin"), the_end()],
        "transitions": [a_transition("begin", "finish", "end")],
    }
    return {**plain, **changes}


def a_workflow(**changes: Any) -> Workflow:
    return Workflow.parse(a_document(**changes))


@cache
def builtin(key: str) -> Workflow:
    return next(Workflow.parse(body) for body in builtin_workflows() if body["key"] == key)


REASON_FORM = FormSchema.compile(
    {"type": "object", "required": ["reason"], "properties": {"reason": {"type": "string", "minLength": 1}}}
)
