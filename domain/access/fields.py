"""THE table of field x role: who may read, who may write. Answers, exports and webhooks all ask here.

A rule holds wherever its name stands, however deep: in an order, a line, an event's payload, a diff. So these names
mean money everywhere, and nothing else may be called by them. What is not in the table is open to whoever may read or
edit the thing at all. A field that a reader may not see is absent, not null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from domain.access.actor import Actor

# Beside the nine roles, `customer` stands for the order's own customer, `system` for the product acting by itself.
_SYSTEM = frozenset({"system"})
_PRICE_READERS = frozenset({"sales", "design", "finance", "management", "admin", "customer"}) | _SYSTEM
_COST_READERS = frozenset({"finance", "management", "admin"}) | _SYSTEM
_SELLERS = frozenset({"sales"}) | _SYSTEM
_ACCOUNTANTS = frozenset({"finance"}) | _SYSTEM
_PLANNERS = frozenset({"sales", "management", "admin"}) | _SYSTEM
_DESIGNERS = frozenset({"sales", "design", "management", "admin"}) | _SYSTEM


_LEAVES = frozenset({str, int, bool, type(None)})


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may read and who may write a field; `read` None is everybody who may read the thing it stands in."""

    read: frozenset[str] | None
    write: frozenset[str]


_PRICE = Rule(read=_PRICE_READERS, write=_SELLERS)
_COST = Rule(read=_COST_READERS, write=_ACCOUNTANTS)
_AGREED = Rule(read=None, write=_PLANNERS)
_TECHNICAL = Rule(read=None, write=_DESIGNERS)

FIELDS: dict[str, Rule] = {
    **dict.fromkeys(("unit_price", "amount", "discounts", "fees", "shipping", "tax", "total"), _PRICE),
    **dict.fromkeys(("cost", "margin"), _COST),
    "tax_included": Rule(read=None, write=_SELLERS),
    **dict.fromkeys(("sku", "name", "quantity", "unit", "is_gift"), _AGREED),
    **dict.fromkeys(("signed_date", "promised_date", "requested_date", "merchandiser_id", "priority"), _AGREED),
    **dict.fromkeys(("options", "technical", "extension", "notes"), _TECHNICAL),
}


def hidden_fields(actor: Actor | None) -> frozenset[str]:
    """The names that must not reach this reader. Nobody in particular (None) sees what everybody sees.

    The canonical text of an event repeats its payload, so it is hidden from whoever may not read all of it.
    """
    return _hidden_from(_standing(actor) if actor else frozenset())


def unreadable(actor: Actor, names: Iterable[str]) -> frozenset[str]:
    """Those of the names that the actor may not read, and so neither filter nor sort by."""
    return hidden_fields(actor).intersection(names)


def unwritable(actor: Actor, names: Iterable[str]) -> frozenset[str]:
    """Those of the names that the actor may not write."""
    standing = _standing(actor)
    return frozenset(name for name in names if name in FIELDS and not standing & FIELDS[name].write)


def strip(value: Any, hidden: frozenset[str]) -> Any:
    """The JSON value without the hidden names, at every depth; the value itself where nothing is hidden."""
    return _without(value, hidden) if hidden else value


def _without(value: Any, hidden: frozenset[str]) -> Any:
    """Every answer passes here, so that leaves, which most values are, are told apart without a call."""
    if type(value) is dict or isinstance(value, Mapping):
        return {
            name: part if type(part) in _LEAVES else _without(part, hidden)
            for name, part in value.items()
            if name not in hidden
        }
    if isinstance(value, list | tuple):
        return [part if type(part) in _LEAVES else _without(part, hidden) for part in value]
    return value


def _standing(actor: Actor) -> frozenset[str]:
    return actor.roles | {"customer"} if actor.kind == "customer" else actor.roles


@lru_cache(maxsize=1024)
def _hidden_from(standing: frozenset[str]) -> frozenset[str]:
    hidden = {name for name, rule in FIELDS.items() if rule.read is not None and not standing & rule.read}
    return frozenset(hidden | {"canonical"} if hidden else ())
