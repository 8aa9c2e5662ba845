"""All channels at a glance: who may deliver, when something last came, and what of it waits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain.orders.events import instant_text
from persistence.queries import intake_list
from persistence.tx import Tx
from usecases.door import use_case

_REFUSED_OF = timedelta(days=1)
_COUNTS = ("review", "failed", "kept", "refused")


@dataclass(frozen=True, slots=True)
class Overview:
    """`built_in`: channels with a sender of their own; `signed`: those of them for which a secret is set."""

    built_in: Collection[str]
    signed: Collection[str]


@use_case(right="intake.read")
async def overview(tx: Tx, wanted: Overview) -> list[dict[str, Any]]:
    """Channels by key."""
    rows = await intake_list.channels(tx, sorted(wanted.built_in), tx.now - _REFUSED_OF)
    return [_view(row, wanted.signed) for row in rows]


def _view(row: Mapping[str, Any], signed: Collection[str]) -> dict[str, Any]:
    named = row["name"] or row["channel"]
    return {
        "channel": row["channel"],
        "label": row["label"] or {"zh": named, "en": named},
        "added": row["added"],
        "signed": row["added"] or row["channel"] in signed,
        "template_version": row["template_version"],
        "last_received_at": row["last_received_at"] and instant_text(row["last_received_at"]),
        **{name: row[name] for name in _COUNTS},
    }
