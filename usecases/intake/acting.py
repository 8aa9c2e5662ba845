"""Who acts when a channel speaks: the system, in the place of the sales desk that would have typed the order."""

from __future__ import annotations

from domain.access.actor import Actor

INTAKE = Actor(
    kind="system",
    id="intake",
    name="intake",
    roles=frozenset({"sales"}),
    rights=frozenset({"admin.all"}),
)
