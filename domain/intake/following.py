"""What a later payload about a known order comes to: nothing, a hold lifted, a cancellation, or a person must look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from domain.text import Text

Step = Literal["nothing", "release", "hold", "cancel", "review"]

# Beside those of domain.intake.review: reasons that only a second payload can have.
FOLLOWING_REASONS: Mapping[str, Text] = {
    "order_differs": Text("订单已存在，来单内容与之不同", "the order exists, and what came now differs from it"),
    "cancel_too_late": Text(
        "渠道要求取消，但订单已不能直接取消", "the channel cancels an order that can no longer simply be cancelled"
    ),
}

# What was agreed. A shop's own status, its times and the payments change all the time and bind nobody to another order.
_AGREED = (
    "currency", "lines", "discounts", "fees", "shipping", "tax", "tax_included", "total", "promised_date",
    "requested_date", "customer", "customs", "notes", "invoice_title", "refunds", "current_total", "milestones",
)  # fmt: skip


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Pointers to what was agreed differently; empty means that nothing changed."""
    return [f"/{name}" for name in _AGREED if (before.get(name) or None) != (after.get(name) or None)]


def next_step(before: Mapping[str, Any], after: Mapping[str, Any], *, held_by_intake: bool) -> Step:
    """What follows for the order that `before` opened, now that `after` is known."""
    action = after["action"]
    if action == "cancel":
        return "cancel"
    if differences(before, after):
        return "review"
    if action == "hold":
        return "nothing" if held_by_intake or before["action"] == "hold" else "hold"
    return "release" if held_by_intake and action in ("create", "update") else "nothing"
