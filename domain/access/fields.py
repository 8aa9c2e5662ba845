"""THE table of field x role: who may read, who may write. Answers, exports and webhooks all ask here.

A rule holds wherever its name stands, however deep: in an order, a line, an event's payload, a diff. So these names
mean money everywhere, and nothing else may be called by them. What is not in the table is open to whoever may read or
edit the thing at all. A field that a reader may not see is absent, not null.

Beside the table stand the rights that a factory writes into its own documents (`x-read`, `x-write` of an order type's
or a form's fields): they hold in the same way and pass through the same functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from operator import is_
from typing import Any, Literal

from domain.access.actor import Actor
from domain.expressions.json_bounds import pointer

# Beside the nine roles, `customer` stands for the order's own customer, `system` for the product acting by itself.
_SYSTEM = frozenset({"system"})
_STAFF = (
    frozenset({"sales", "design", "production", "warehouse", "management", "quality", "driver", "finance", "admin"})
    | _SYSTEM
)
_PRICE_READERS = frozenset({"sales", "design", "finance", "management", "admin", "customer"}) | _SYSTEM
_COST_READERS = frozenset({"finance", "management", "admin"}) | _SYSTEM
_SELLERS = frozenset({"sales"}) | _SYSTEM
_ACCOUNTANTS = frozenset({"finance"}) | _SYSTEM
_PLANNERS = frozenset({"sales", "management", "admin"}) | _SYSTEM
_DESIGNERS = frozenset({"sales", "design", "management", "admin"}) | _SYSTEM


_LEAVES = frozenset({str, int, bool, type(None)})
_CHAIN = frozenset({"canonical", "hash", "prev_hash", "head_hash"})
_VERBATIM = frozenset({"original", "explanations"})


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
    **dict.fromkeys(("cost", "margin", "unit_cost", "margin_after"), _COST),
    **dict.fromkeys(("unit_cost_difference", "order_cost_difference"), _COST),
    "tax_included": Rule(read=None, write=_SELLERS),
    **dict.fromkeys(("sku", "name", "quantity", "unit", "is_gift"), _AGREED),
    **dict.fromkeys(("signed_date", "promised_date", "requested_date", "merchandiser_id", "priority"), _AGREED),
    **dict.fromkeys(("options", "technical", "extension", "notes", "drawings"), _TECHNICAL),
    "address": _AGREED,
    # A customer is told a day and how sure it is, not how likely we fail.
    "late_probability": Rule(read=_STAFF, write=_SYSTEM),
    "substitutes": Rule(read=None, write=_DESIGNERS | {"production", "warehouse"}),
}


@dataclass(frozen=True, slots=True)
class ClosedField:
    """A field that a published document lets only some roles read, beside the table.

    `place` is `extension` with the order type as `within`, or `payload` with the action whose form has the field.
    """

    place: Literal["extension", "payload"]
    within: str
    name: str
    read: frozenset[str]

    def __str__(self) -> str:
        return f"{self.place}[{self.within}].{self.name}"


def hidden_fields(actor: Actor | None, closed: frozenset[ClosedField] = frozenset()) -> frozenset[str]:
    """The names that must not reach this reader. Nobody in particular (None) sees what everybody sees.

    A name of the table is hidden wherever it stands; `extension[TYPE].NAME` and `payload[ACTION].NAME` are what
    documents close. The canonical text of an event repeats its payload, and who knows the rest of it could find a price
    out by trying hashes; so both are hidden from whoever may not read all of it. What a channel sent is shown verbatim
    only to those who may read whatever can stand in it.
    """
    return _hidden_from(standing(actor) if actor else frozenset(), closed)


def unwritable(actor: Actor, names: Iterable[str]) -> frozenset[str]:
    """Those of the names that the actor may not write."""
    return closed_to(standing(actor), names)


def closed_to(roles: frozenset[str], names: Iterable[str]) -> frozenset[str]:
    """Those of the names that nobody in these roles may write."""
    return frozenset(name for name in names if name in FIELDS and not roles & FIELDS[name].write)


def secrets_written(roles: frozenset[str], value: Any, at: str) -> list[str]:
    """JSON pointers to the hideable names of the table, at any depth, that these roles may not write."""
    if isinstance(value, Mapping):
        found = []
        for name, part in value.items():
            here = pointer(at, name)
            rule = FIELDS.get(name)
            if rule is not None and rule.read is not None and not roles & rule.write:
                found.append(here)
            else:
                found += secrets_written(roles, part, here)
        return found
    if isinstance(value, list | tuple):
        return [place for index, part in enumerate(value) for place in secrets_written(roles, part, pointer(at, index))]
    return []


def written_between(before: Any, after: Any, at: str) -> Iterator[tuple[str, str]]:
    """Where a corrected JSON value differs in a name of the table, as (JSON pointer, name), at any depth."""
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        was, becomes = (value if isinstance(value, Mapping) else {} for value in (before, after))
        for name in {**was, **becomes}:
            if was.get(name) == becomes.get(name):
                continue
            here = pointer(at, name)
            yield from [(here, name)] if name in FIELDS else written_between(was.get(name), becomes.get(name), here)
    elif isinstance(before, list) or isinstance(after, list):
        pairs = zip_longest(*(value if isinstance(value, list) else [] for value in (before, after)))
        for index, (one, other) in enumerate(pairs):
            yield from written_between(one, other, pointer(at, index))


def unreadable_question(hidden: frozenset[str], names: Iterable[str]) -> list[str]:
    """Those names of filters or sort keys that would tell what is hidden: `total`, `-cost`, `x.agent_fee`."""
    inside = {entry.rpartition(".")[2] for entry in hidden if entry.startswith("extension[")}
    return [name for name in names if _asked(name) in (inside if name.lstrip("-").startswith("x.") else hidden)]


def _asked(name: str) -> str:
    """The field that a question is about: `x.fee` asks for `fee`, `-total`, `total_min` and `total.gt` for `total`."""
    plain = name.lstrip("-")
    return plain.removeprefix("x.") if plain.startswith("x.") else _COMPARISON.sub("", plain)


def standing(actor: Actor) -> frozenset[str]:
    """The roles that count for fields: a customer has one of their own, a key those it was given for fields."""
    match actor.kind:
        case "customer":
            return actor.roles | {"customer"}
        case "key":
            return actor.field_roles
        case _:
            return actor.roles


def strip(value: Any, hidden: frozenset[str]) -> Any:
    """The JSON value without the hidden names, at every depth; the value itself where nothing is hidden."""
    if not hidden:
        return value
    veil = _veil(hidden)
    return _veiled(value, veil) if veil.inside else _without(value, veil.names)


def _without(value: Any, hidden: frozenset[str]) -> Any:
    """Every answer passes here, and most parts of most answers hide nothing: those are handed on as they are.

    Leaves, which most values are, are told apart without a call.
    """
    if type(value) is dict and hidden.isdisjoint(value):
        changed = {
            name: kept
            for name, part in value.items()
            if type(part) not in _LEAVES and (kept := _without(part, hidden)) is not part
        }
        return {**value, **changed} if changed else value
    if isinstance(value, Mapping):
        return {
            name: part if type(part) in _LEAVES else _without(part, hidden)
            for name, part in value.items()
            if name not in hidden
        }
    if isinstance(value, list | tuple):
        kept_parts = [part if type(part) in _LEAVES else _without(part, hidden) for part in value]
        return value if type(value) is list and all(map(is_, kept_parts, value)) else kept_parts
    return value


@dataclass(frozen=True, slots=True)
class _Veil:
    """The same as hidden names, ready to use: `inside[place][within]` are the names hidden in such a place."""

    names: frozenset[str]
    inside: Mapping[str, Mapping[str, frozenset[str]]]

    def names_inside(self, place: str, beside: Mapping[str, Any]) -> frozenset[str]:
        """What to drop there: as the thing says of itself what it is, and where it does not, what any may hide."""
        own = self.inside[place]
        return own.get(str(beside.get(_TELLS[place])), frozenset()) if _TELLS[place] in beside else own[_ANY]


# Where documents' own fields stand, and which name beside them tells whose they are. A channel's meaning holds them
# beside the order type itself.
_TELLS = {"extension": "order_type", "payload": "action", "meaning": "order_type"}
_ANY = ""
_ENTRY = re.compile(r"(extension|payload)\[(.*)\]\.([^.]*)")
_COMPARISON = re.compile(r"([._](min|max|gt|gte|lt|lte|from|to)|\[.*\])$")


@lru_cache(maxsize=1024)
def _veil(hidden: frozenset[str]) -> _Veil:
    inside: dict[str, dict[str, frozenset[str]]] = {}
    for place, within, name in (match.groups() for match in map(_ENTRY.fullmatch, hidden) if match):
        for own in (inside.setdefault(known, {}) for known in _same_fields(place)):
            for key in (within, _ANY):
                own[key] = own.get(key, frozenset()) | {name}
    return _Veil(frozenset(name for name in hidden if not _ENTRY.fullmatch(name)), inside)


def _same_fields(place: str) -> tuple[str, ...]:
    return ("extension", "meaning") if place == "extension" else (place,)


def _veiled(value: Any, veil: _Veil) -> Any:
    """As `_without`, with what documents close; only where there is such a field at all."""
    if isinstance(value, Mapping):
        return {
            name: _veiled(_opened(part, name, value, veil) if name in veil.inside else part, veil)
            for name, part in value.items()
            if name not in veil.names
        }
    if isinstance(value, list | tuple):
        return [_veiled(part, veil) for part in value]
    return value


def _opened(part: Any, place: str, beside: Mapping[str, Any], veil: _Veil) -> Any:
    """What stands in such a place, without what is hidden there; in a diff, before and after alike."""
    if isinstance(part, list | tuple):
        return [_opened(one, place, beside, veil) for one in part]
    if not isinstance(part, Mapping):
        return part
    if place == "extension" and _TELLS[place] not in beside:
        return _without(part, veil.names_inside(place, beside))  # a diff, of whatever form
    drop = veil.names_inside(place, part if place == "meaning" else beside)
    return {name: value for name, value in part.items() if name not in drop}


@lru_cache(maxsize=1024)
def _hidden_from(roles: frozenset[str], closed: frozenset[ClosedField]) -> frozenset[str]:
    by_table = {name for name, rule in FIELDS.items() if rule.read is not None and not roles & rule.read}
    by_document = {str(field) for field in closed if not roles & (field.read | _SYSTEM)}
    if not by_table and not by_document:
        return frozenset()
    verbatim = _VERBATIM if by_document or not roles & _PRICE_READERS else frozenset[str]()
    return frozenset(by_table | by_document | _CHAIN | verbatim)
