"""Bodies that are no order: events that hint at one, and errors that a fetch was answered with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.intake.meaning import ACTIONS, Action, Hint, Meaning
from domain.intake.picking import Picker, Scope
from domain.refusals.intake import PAYLOAD_INCOMPLETE, PAYLOAD_TOO_COMPLEX

MAX_HINTS = 1_000
_URGENCY: tuple[Action, ...] = ("fetch", "cancel", "update", "create", "hold", "ignore")
"""Of several actions in one batch the first of these is the batch's."""


def read_event(source: str, part: Mapping[str, Any], picker: Picker, scope: Scope) -> Meaning:
    """One event, or a batch of them. Raises PAYLOAD_INCOMPLETE where there is none."""
    scopes = list(picker.each(part, scope))
    if not scopes:
        raise PAYLOAD_INCOMPLETE(names="events")
    if len(scopes) > MAX_HINTS:
        raise PAYLOAD_TOO_COMPLEX(reason=f"more than {MAX_HINTS} events")
    hints = [_hint(part, picker, inner) for inner in scopes]
    details = [picker.further(part.get("extra"), inner) for inner in scopes]
    content = {"kind": "event", "source": source}
    if len(hints) == 1:
        content |= _single(hints[0], details[0], picker.text(part.get("dedupe_key"), scopes[0]))
    else:
        content |= _batch(hints, details)
    shops = {hint.shop for hint in hints}
    version = hints[0].occurred_at if len(hints) == 1 else None
    return Meaning("event", content, version, shops.pop() if len(shops) == 1 else None, tuple(hints))


def _hint(part: Mapping[str, Any], picker: Picker, scope: Scope) -> Hint:
    action = picker.text(part["action"], scope)
    return Hint(
        event=picker.text(part["event"], scope) or "unknown",
        action=action if action in ACTIONS else "ignore",
        external_id=picker.text(part.get("external_id"), scope),
        shop=picker.text(part.get("shop"), scope),
        message_id=picker.text(part.get("message_id"), scope),
        occurred_at=picker.sortable(part.get("occurred_at"), scope),
    )


def _single(hint: Hint, detail: Mapping[str, Any], dedupe_key: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {"event": hint.event, "action": hint.action}
    found |= {"message_ids": [hint.message_id]} if hint.message_id else {}
    found |= {"external_ids": [hint.external_id]} if hint.external_id else {}
    return {**found, **detail, **({"dedupe_key": dedupe_key} if dedupe_key else {})}


def _batch(hints: Sequence[Hint], details: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    actions = {hint.action for hint in hints}
    numbers = list(dict.fromkeys(hint.external_id for hint in hints if hint.external_id))
    return {
        "event": "batch",
        "action": next(action for action in _URGENCY if action in actions),
        "message_ids": [hint.message_id for hint in hints if hint.message_id],
        "external_ids": numbers,
        "events": [
            {"event": hint.event, "external_id": hint.external_id, **detail}
            for hint, detail in zip(hints, details, strict=True)
        ],
    }


def read_failure(source: str, part: Mapping[str, Any], picker: Picker, scope: Scope) -> Meaning:
    """How to treat an error that the channel answered with; unknown errors are final and tell an administrator."""
    rule: Mapping[str, Any] = next((rule for rule in part["rules"] if picker.holds(rule.get("when"), scope)), {})
    wait = picker.decimal(rule.get("retry_after_s"), scope)
    content = {
        "kind": "failure",
        "source": source,
        "retryable": bool(rule.get("retryable", False)),
        "retry_after_s": int(wait) if wait is not None else None,
        "needs_login": bool(rule.get("needs_login", False)),
        "alert": bool(rule.get("alert", True)),
    }
    return Meaning("failure", content)
