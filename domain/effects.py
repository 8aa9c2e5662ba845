"""What a decision causes outside the order: one value per thing to carry out, written in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing to carry out, once per (event, kind, channel, recipient).

    `channel` is `*` where the relay still has to expand it (a role becomes people, a person becomes channels).
    `due_at` None means at once.
    """

    kind: str
    channel: str
    recipient: str
    body: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
