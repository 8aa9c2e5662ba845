"""Who acts when a channel speaks: the system, in the place of the sales desk that would have typed the order.

It may write whatever field the channel says something about; `sales` is the role in which history names it.
"""

from __future__ import annotations

from domain.access.actor import Actor

INTAKE = Actor(
    kind="system",
    id="intake",
    name="intake",
    roles=frozenset({"sales", "system"}),
    rights=frozenset({"admin.all"}),
)
