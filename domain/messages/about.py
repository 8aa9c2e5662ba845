"""What a notice is about: the thing that whoever reads it goes to next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["order", "change", "message", "complaint", "alert", "endpoint"]


@dataclass(frozen=True, slots=True)
class About:
    """A thing of one kind; `id` is None where the kind alone says where to look (several alerts, an old notice)."""

    kind: Kind
    id: str | None = None


def about(template: str, facts: Mapping[str, Any]) -> About | None:
    """By the name of the text and its facts; None where there is nothing to go to."""
    if template.startswith("webhook_"):
        return About("endpoint")
    if template.startswith("change_"):
        return About("change", facts.get("change_id"))
    if template.startswith("complaint_"):
        return About("complaint", facts.get("complaint_id"))
    if template in {"alert", "alert_digest"}:
        alerts = facts.get("alerts") or []
        return About("alert", alerts[0] if len(alerts) == 1 else None)
    if facts.get("order_no") is None:
        return None
    return About("message" if template == "message_posted" else "order")
