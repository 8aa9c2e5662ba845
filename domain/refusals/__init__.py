"""Every 'no' that Throughline can say, declared once, a file per area.

Importing the package declares them all, so that a kept refusal is read back whoever kept it.
"""

from domain.refusals import (
    changes,
    customers,
    exports,
    files,
    floor,
    general,
    intake,
    integrators,
    orders,
    outgoing,
    people,
    portal,
    products,
    warning,
    workflows,
)

__all__ = [
    "changes",
    "customers",
    "exports",
    "files",
    "floor",
    "general",
    "intake",
    "integrators",
    "orders",
    "outgoing",
    "people",
    "portal",
    "products",
    "warning",
    "workflows",
]
