"""Questions of probes and of Prometheus: no names, no orders, only how the machinery stands."""

from __future__ import annotations

from persistence.queries import health
from persistence.tx import Tx
from usecases.door import use_case


@use_case(right=None)
async def schema_revision(tx: Tx, _: None) -> str | None:
    """The migration that the database stands at."""
    return await health.revision(tx)


@use_case(right=None)
async def outbox_figures(tx: Tx, _: None) -> dict[str, float]:
    """How many effects wait, how many are given up, and for how many seconds the oldest due one has waited."""
    found = await health.outbox(tx)
    oldest = found["oldest_due_at"]
    waited = (tx.now - oldest).total_seconds() if oldest else 0.0
    return {
        "outbox_waiting": found["waiting"],
        "outbox_dead": found["dead"],
        "outbox_oldest_seconds": max(0.0, waited),
    }
