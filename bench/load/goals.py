"""The goals, and what the peers came to beside the minimal app when both were measured on one machine.

A goal against a peer is reckoned: the product's share of the minimal app in this run, times the minimal app's lead over
the peer in the run that had both (22 Nov 2026: Directus 11.17.4, Odoo 19.0, Tryton 8.0.12, each as its makers run it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Lead:
    """By how much the minimal app led a peer, and how much the product shall lead it."""

    minimal: float
    wanted: float


@dataclass(frozen=True)
class Goal:
    """What one path shall come to, at 8 and 32 clients with 100,000 orders. None: no such goal."""

    words: str
    of_minimal: float
    cpu_ms: float
    of_pgbench: float | None = None
    peers: Mapping[str, Lead] = field(default_factory=dict)


GOALS: Mapping[str, Goal] = {
    "create": Goal(
        "(a) create, 4 lines",
        of_minimal=0.6,
        cpu_ms=4.0,
        of_pgbench=0.25,
        peers={"Directus": Lead(13, 8), "Odoo": Lead(37, 20), "Tryton": Lead(31, 20)},
    ),
    "action": Goal(
        "(b) action",
        of_minimal=0.7,
        cpu_ms=3.0,
        of_pgbench=0.25,
        # Odoo's full confirmation was measured alone: 201 ms of CPU, where the minimal app's action took 2.2 ms.
        peers={"Directus": Lead(7.2, 5), "Odoo": Lead(14, 10), "Odoo full": Lead(91, 60)},
    ),
    "read": Goal(
        "(c) read one",
        of_minimal=0.6,
        cpu_ms=1.3,
        peers={"Directus": Lead(7.3, 5), "Odoo": Lead(10, 8)},
    ),
    "list": Goal(
        "(d) list 50",
        of_minimal=0.6,
        cpu_ms=2.0,
        peers={"Directus": Lead(6.5, 4), "Odoo": Lead(6.4, 8)},
    ),
}
GROWTH = 0.9  # requests a second with 1,000,000 orders against 1,000
JUDGED_CLIENTS = (8, 32)
