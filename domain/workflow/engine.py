"""Decides what an action comes to: a move, or a refusal. Pure; everything it knows of the order is in the Situation.

The checks stand in this order, and the first that fails is the answer: the action is known, the order is not held, the
action exists in the stage, the actor's role, no order change that stops the work, what the engine's own actions need,
deliverables, the form of the payload, the guard.

Where several transitions of one stage bear the same action they are tried by priority, the lowest number
first, and the first that passes every check is taken; a guard is therefore asked only about a payload that fits.
Before the form judges a payload it is asked who may write each field of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.expressions.schema import FormSchema
from domain.refusals.floor import REVISION_NOT_ACKNOWLEDGED
from domain.refusals.kinds import Refusal
from domain.refusals.orders import DELIVERABLE_MISSING, GUARD_REFUSED, PAYLOAD_INVALID
from domain.refusals.people import FIELD_NOT_WRITABLE, ROLE_NOT_ALLOWED
from domain.text import Text
from domain.workflow.builtin.forms import engine_form
from domain.workflow.checks import Situation, first_reason, guard_refusal, impossible, reasons_against, role_refusal
from domain.workflow.document import Workflow
from domain.workflow.engine_actions import ENGINE_ACTIONS, WHILE_HELD
from domain.workflow.table import Candidate, Move

__all__ = ["Move", "Offer", "Situation", "decide", "offers"]

_NEARNESS = (
    ROLE_NOT_ALLOWED,
    REVISION_NOT_ACKNOWLEDGED,
    DELIVERABLE_MISSING,
    FIELD_NOT_WRITABLE,
    PAYLOAD_INVALID,
    GUARD_REFUSED,
)


def decide(workflow: Workflow, action: str, situation: Situation, forms: Mapping[str, FormSchema]) -> Move | Refusal:
    """The move that the action makes, or why it does not. `forms` holds every form that the workflow names."""
    candidates = workflow.table.steps.get((situation.stage, action))
    if candidates is None or (situation.held and action not in WHILE_HELD):
        return impossible(workflow, action, situation)
    if len(candidates) > 1:
        return _first_open(candidates, situation, forms)
    refusal = first_reason(candidates[0], situation, forms)
    if refusal is not None:
        return refusal
    return candidates[0].move if action != "open_rework" else _back_to(candidates[0].move, workflow, situation)


@dataclass(frozen=True, slots=True)
class Offer:
    """One action. `to` is the stage it leads to, None where it cannot be done in this stage at all."""

    action: str
    label: Text
    to: str | None
    allowed: bool
    payload_schema: Mapping[str, Any]
    refusals: tuple[Refusal, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As the API shows it."""
        return {
            "action": self.action,
            "label": self.label.as_json(),
            "to": self.to,
            "allowed": self.allowed,
            "payload_schema": dict(self.payload_schema),
            "reasons": [{"code": reason.code, "detail": reason.detail.as_json()} for reason in self.refusals],
        }


def offers(workflow: Workflow, situation: Situation, forms: Mapping[str, FormSchema]) -> list[Offer]:
    """Every action that starts in this stage and every action of the engine, the likeliest first.

    Likeliest: what is allowed before what is not, the workflow's own before the engine's, then as the document says.
    The payload is not looked at: an action whose guard asks for it counts as allowed until it is tried.
    """
    own = dict.fromkeys(one.action for one in workflow.transitions if one.from_stage == situation.stage)
    listed = [_offer(workflow, action, situation, forms) for action in (own | dict.fromkeys(ENGINE_ACTIONS))]
    return sorted(listed, key=lambda offer: not offer.allowed)


def _offer(workflow: Workflow, action: str, situation: Situation, forms: Mapping[str, FormSchema]) -> Offer:
    candidates = workflow.table.steps.get((situation.stage, action), ())
    if not candidates:
        refusal = impossible(workflow, action, situation)
        return Offer(action, workflow.table.actions[action], None, False, engine_form(action).schema, (refusal,))
    tried = [(reasons_against(candidate, situation), candidate) for candidate in candidates]
    reasons, best = min(tried, key=lambda pair: len(pair[0]))
    if situation.held and action not in WHILE_HELD:
        reasons = [impossible(workflow, action, situation), *reasons]
    return Offer(action, best.label, best.move.to_stage, not reasons, _schema(best, forms), tuple(reasons))


def _schema(candidate: Candidate, forms: Mapping[str, FormSchema]) -> Mapping[str, Any]:
    if candidate.form is not None:
        return forms[candidate.form].schema
    return candidate.own_form.schema


def _first_open(
    candidates: Sequence[Candidate], situation: Situation, forms: Mapping[str, FormSchema]
) -> Move | Refusal:
    refusals = []
    for candidate in candidates:
        refusal = first_reason(candidate, situation, forms)
        if refusal is None:
            return candidate.move
        refusals.append(refusal)
    return _nearest(refusals, candidates, situation.hidden)


def _nearest(refusals: Sequence[Refusal], candidates: Sequence[Candidate], hidden: frozenset[str]) -> Refusal:
    """Of several ways that are all closed, the one that came furthest; alike ones are said together."""
    furthest = max(_NEARNESS.index(refusal.kind) for refusal in refusals)
    alike = [(r, c) for r, c in zip(refusals, candidates, strict=True) if _NEARNESS.index(r.kind) == furthest]
    kind = _NEARNESS[furthest]
    if kind is ROLE_NOT_ALLOWED:
        roles = dict.fromkeys(role for candidate in candidates for role in candidate.move.roles)
        return role_refusal(candidates[0].label, list(roles))
    if kind is GUARD_REFUSED and len(alike) > 1:
        return guard_refusal([candidate for _, candidate in alike], hidden)
    return alike[0][0]


def _back_to(move: Move, workflow: Workflow, situation: Situation) -> Move:
    """Rework goes back to where the order has been, where that is known."""
    seen = [stage for stage in workflow.table.rework if stage in (situation.visited or ())]
    return move._replace(to_stage=seen[0]) if seen else move
