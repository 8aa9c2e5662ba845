"""Who asked for something that a worker does later: it is done as they would have done it, not as the worker may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from domain.access.actor import Actor

_SETS = ("roles", "field_roles")
_PLAIN = ("kind", "id", "name", "orders_of", "department")


def remembered(actor: Actor) -> dict[str, Any]:
    """The actor as JSON values, without rights."""
    return {
        **{name: getattr(actor, name) for name in _PLAIN},
        **{name: sorted(getattr(actor, name)) for name in _SETS},
    }


def recalled(facts: Mapping[str, Any], rights: Iterable[str]) -> Actor:
    """The actor again, with no other rights than what is to be done needs."""
    known: dict[str, Any] = {name: facts[name] for name in _PLAIN}
    known |= {name: frozenset(facts[name]) for name in _SETS}
    return Actor(**known, rights=frozenset(rights))
