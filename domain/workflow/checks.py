"""Why an action is not possible: each check by itself, over all that the engine knows of an order."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from domain.access.fields import secrets_written
from domain.expressions.cel import GuardError, GuardInvalid, compile_guard
from domain.expressions.json_bounds import pointer
from domain.expressions.schema import FormSchema
from domain.refusals.kinds import FieldProblem, Kind, Refusal
from domain.refusals.orders import (
    ACTION_NOT_ALLOWED_IN_STAGE,
    ACTION_UNKNOWN,
    DELIVERABLE_MISSING,
    GUARD_REFUSED,
    NOTHING_RETURNED,
    NOTHING_TO_SHIP,
    ORDER_HELD,
    ORDER_NOT_HELD,
    PAYLOAD_INVALID,
)
from domain.refusals.people import FIELD_NOT_WRITABLE, ROLE_NOT_ALLOWED
from domain.refusals.workflows import NOTHING_SHIPPED
from domain.text import Text
from domain.workflow.document import Workflow
from domain.workflow.engine_actions import WHILE_HELD, Needs
from domain.workflow.table import Candidate
from domain.workflow.vocabulary import deliverable_label, listed, role_label

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Situation(NamedTuple):
    """Where an order stands and who acts.

    `order`, `facts` and `actor` are what guards see (domain.workflow.guard_view); `deliverables` counts papers by kind;
    `shippable`, `shipped` and `returned` say whether anything is left to ship, has left, has come back; `visited` are
    the stages that the order has been in, where known: rework then goes back to one of these. `hidden` are the names
    that the actor may not read (domain.access.fields), so that no refusal tells them; `field_roles` are those that
    count for fields, where they are others than those that act. `stopped` is why its work stands still, where a
    department has not acknowledged an order change.
    """

    stage: str
    held: bool = False
    roles: frozenset[str] = frozenset()
    deliverables: Mapping[str, int] = _NOTHING
    order: Mapping[str, Any] = _NOTHING
    payload: Mapping[str, Any] = _NOTHING
    facts: Mapping[str, Any] = _NOTHING
    actor: Mapping[str, Any] = _NOTHING
    returned: bool = False
    shippable: bool = False
    shipped: bool = False
    visited: Sequence[str] | None = None
    hidden: frozenset[str] = frozenset()
    stopped: Refusal | None = None
    field_roles: frozenset[str] | None = None


def impossible(workflow: Workflow, action: str, situation: Situation) -> Refusal:
    """Why an action is out of the question whoever asks: unknown, on hold, or not one of the stage's."""
    label = workflow.action_label(action)
    if label is None:
        return ACTION_UNKNOWN.at("/action", action=action)
    if situation.held and action not in WHILE_HELD:
        return ORDER_HELD()
    stage = (
        workflow.stage(situation.stage).label if workflow.has_stage(situation.stage) else Text(*[situation.stage] * 2)
    )
    return ACTION_NOT_ALLOWED_IN_STAGE(
        stage=stage.as_json(), action=label.as_json(), stage_key=situation.stage, action_key=action
    )


def reasons_against(candidate: Candidate, situation: Situation) -> list[Refusal]:
    """Every reason why it is not possible now, whatever the payload will be."""
    checks = (_role_reason, _needs_reason, _deliverable_reason)
    reasons = [reason for check in checks if (reason := check(candidate, situation)) is not None]
    if candidate.guard is not None and not _asks_payload(candidate.guard):
        reasons += [reason for reason in [_guard_reason(candidate, situation)] if reason is not None]
    return reasons


def first_reason(candidate: Candidate, situation: Situation, forms: Mapping[str, FormSchema]) -> Refusal | None:
    """The first check that fails, in the order that engine.py promises; None where the way is free."""
    if candidate.roles.isdisjoint(situation.roles):
        return _role_reason(candidate, situation)
    if (candidate.needs or situation.stopped) and (reason := _needs_reason(candidate, situation)) is not None:
        return reason
    if candidate.deliverables and (reason := _deliverable_reason(candidate, situation)) is not None:
        return reason
    form = candidate.own_form if candidate.form is None else forms[candidate.form]
    if situation.payload and (reason := _writing_reason(form, situation)) is not None:
        return reason
    if (situation.payload or not form.takes_nothing) and (problems := form.validate(situation.payload, "/payload")):
        return PAYLOAD_INVALID(*problems, summary=listed([problem.detail for problem in problems[:5]]))
    return None if candidate.guard is None else _guard_reason(candidate, situation)


def _role_reason(candidate: Candidate, situation: Situation) -> Refusal | None:
    if not candidate.roles.isdisjoint(situation.roles):
        return None
    return role_refusal(candidate.label, candidate.move.roles)


def role_refusal(label: Text, roles: Sequence[str]) -> Refusal:
    """The actor has none of these roles."""
    names = listed([role_label(role) for role in roles])
    return ROLE_NOT_ALLOWED(action=label.as_json(), roles=names, role_keys=list(roles))


def _writing_reason(form: FormSchema, situation: Situation) -> Refusal | None:
    """A form says who may write each of its fields; what it does not name must be none of the order's own money."""
    roles = situation.roles if situation.field_roles is None else situation.field_roles
    declared = {field.name for field in form.fields}
    closed = {name for name in situation.payload if name in declared} - form.writable(roles)
    strangers = {name: part for name, part in situation.payload.items() if name not in declared}
    problems = [pointer("/payload", name) for name in sorted(closed)]
    problems += secrets_written(roles, strangers, "/payload")
    if not problems:
        return None
    text = Text("您不能填写此字段", "you may not write this field")
    names = listed([Text(name, name) for name in dict.fromkeys(one.rpartition("/")[2] for one in problems)])
    return FIELD_NOT_WRITABLE(*(FieldProblem(one, "field_not_writable", text) for one in problems[:50]), names=names)


def _stop_reason(candidate: Candidate, situation: Situation) -> Refusal | None:
    """What carries the work on stands still; calling off, holding, taking back and splitting do not."""
    goes_on = candidate.move.transition is not None or candidate.move.action == "ship_part"
    return situation.stopped if goes_on else None


_NEEDS: Mapping[Needs, tuple[Callable[[Situation], bool], Kind]] = {
    "held": (lambda situation: situation.held, ORDER_NOT_HELD),
    "shippable": (lambda situation: situation.shippable, NOTHING_TO_SHIP),
    "shipped": (lambda situation: situation.shipped, NOTHING_SHIPPED),
    "returned": (lambda situation: situation.returned, NOTHING_RETURNED),
}


def _needs_reason(candidate: Candidate, situation: Situation) -> Refusal | None:
    if (reason := _stop_reason(candidate, situation)) is not None or candidate.needs not in _NEEDS:
        return reason
    met, kind = _NEEDS[candidate.needs]
    return None if met(situation) else kind()


def _deliverable_reason(candidate: Candidate, situation: Situation) -> Refusal | None:
    present = situation.deliverables
    missing = [
        {"kind": kind, "needed": needed, "present": present.get(kind, 0)}
        for kind, needed in candidate.deliverables
        if present.get(kind, 0) < needed
    ]
    if not missing:
        return None
    return DELIVERABLE_MISSING(kinds=listed([deliverable_label(str(one["kind"])) for one in missing]), missing=missing)


def _asks_payload(guard: str) -> bool:
    try:
        return compile_guard(guard).mentions("payload")
    except GuardInvalid:
        return False


def _guard_reason(candidate: Candidate, situation: Situation) -> Refusal | None:
    guard = candidate.guard or ""
    seen = {
        "order": situation.order,
        "payload": situation.payload,
        "facts": situation.facts,
        "actor": situation.actor,
    }
    try:
        if compile_guard(guard).holds(seen):
            return None
    except GuardError as error:
        return guard_refusal([candidate], situation.hidden, error.reason)
    except GuardInvalid as invalid:
        return guard_refusal([candidate], situation.hidden, invalid.problems[0].detail)
    return guard_refusal([candidate], situation.hidden)


_UNTOLD = Text("条件涉及您无权查看的字段", "it asks for a field that you may not see")
_ASKED = {"total": re.compile(r"\btotal_minor\b"), "extension": re.compile(r"\bextension\b")}


def _guard_text(guard: str, hidden: frozenset[str]) -> Text:
    """The guard itself, unless its numbers would tell what is hidden from the reader."""
    tells = any(
        asked.search(guard) and any(name == field or name.startswith(f"{field}[") for name in hidden)
        for field, asked in _ASKED.items()
    )
    return _UNTOLD if tells else Text(guard, guard)


def guard_refusal(candidates: Sequence[Candidate], hidden: frozenset[str], reason: Text | None = None) -> Refusal:
    """None of these candidates' guards holds, or one could not be worked out for a reason."""
    texts = [one.guard_label or _guard_text(one.guard or "", hidden) for one in candidates]
    if reason is not None:
        texts = [Text(f"{text.zh}（{reason.zh}）", f"{text.en} ({reason.en})") for text in texts]
    return GUARD_REFUSED(guard=listed(texts), guards=[one.guard for one in candidates])
