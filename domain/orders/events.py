"""The history of an order: events that are never rewritten, chained by hash.

`hash` = SHA-256 of the previous hash, a newline and the canonical text; the canonical text is the event without
`hash` and `prev_hash` as JSON with sorted keys, no blanks, UTF-8, no floats, times with 6 decimals and Z.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.access.actor import Actor
from domain.orders.money import quantity_text

FIRST_PREVIOUS_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to an order; `held` and `to_stage` say how it stood afterwards."""

    id: UUID
    order_no: str
    seq: int
    type: str
    action: str | None
    from_stage: str | None
    to_stage: str
    held: bool
    actor: Mapping[str, Any]
    occurred_at: datetime
    recorded_at: datetime
    revision: int
    workflow: str
    prev_hash: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    evidence: Sequence[Mapping[str, Any]] = ()
    device_id: str | None = None
    cause: str | None = None

    def body(self) -> dict[str, Any]:
        """What the hash covers, in the names of the API."""
        return {
            "id": self.id,
            "order_no": self.order_no,
            "seq": self.seq,
            "type": self.type,
            "action": self.action,
            "from": self.from_stage,
            "to": self.to_stage,
            "held": self.held,
            "actor": self.actor,
            "device_id": self.device_id,
            "evidence": self.evidence,
            "payload": self.payload,
            "occurred_at": self.occurred_at,
            "recorded_at": self.recorded_at,
            "revision": self.revision,
            "workflow": self.workflow,
            "cause": self.cause,
        }


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """An event with its plain JSON values, their canonical text and its hash, ready to be written once."""

    event: Event
    body: Mapping[str, Any]
    canonical: str
    hash: str


def seal(event: Event) -> SealedEvent:
    """The event with the text that is kept and the hash over it and its predecessor."""
    body = plain(event.body())
    text = _text(body)
    return SealedEvent(event, body, text, chain_hash(event.prev_hash, text))


def chain_hash(prev_hash: str, canonical: str) -> str:
    """The hash of one link, as lower-case hex."""
    return hashlib.sha256(f"{prev_hash}\n{canonical}".encode()).hexdigest()


def canonical_text(value: Mapping[str, Any]) -> str:
    """The one way to write a value as JSON text; floats are refused with ValueError."""
    return _text(plain(value))


def _text(plain: Any) -> str:
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def instant_text(value: datetime) -> str:
    """RFC 3339 in UTC with six decimals and Z."""
    # A page of orders has two hundred instants. In two parts without a zone it takes half of isoformat's time with one.
    utc = value.astimezone(UTC)
    return f"{utc.date().isoformat()}T{utc.time().isoformat('microseconds')}Z"


def actor_facts(actor: Actor, role: str | None) -> dict[str, Any]:
    """What history keeps of who acted: no name, so that a person can be forgotten."""
    return {"kind": actor.kind, "id": actor.id, "role": role}


def plain(value: Any) -> Any:
    """The value as JSON that history may keep: decimals, instants, days and ids as text; floats are refused."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> str:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, Decimal):
        return quantity_text(value)
    if isinstance(value, UUID | date):
        return str(value)
    raise ValueError(f"{type(value).__name__} cannot stand in history")


@dataclass(frozen=True, slots=True)
class ChainFault:
    """Where a chain does not hold: the event's place and what is wrong, in words for an operator."""

    seq: int
    problem: str


@dataclass(frozen=True, slots=True)
class StoredLink:
    """One event as it is found: its own columns beside the canonical text, so that either's change is seen."""

    seq: int
    canonical: str
    prev_hash: str
    hash: str
    columns: Mapping[str, Any]


def chain_faults(links: Iterable[StoredLink]) -> list[ChainFault]:
    """Every fault of one order's chain; an empty list means that it holds from the first event to the last."""
    faults: list[ChainFault] = []
    prev_hash, seq = FIRST_PREVIOUS_HASH, 0
    for link in links:
        seq += 1
        faults += [ChainFault(link.seq, problem) for problem in link_problems(link, seq, prev_hash)]
        prev_hash, seq = link.hash, link.seq
    return faults


def link_problems(link: StoredLink, expected_seq: int, expected_prev: str) -> list[str]:
    """What is wrong with one event where number `expected_seq` after the hash `expected_prev` should stand."""
    problems = []
    if link.seq != expected_seq:
        problems.append(f"event {expected_seq} is missing")
    if link.prev_hash != expected_prev:
        problems.append("prev_hash is not the hash of the event before")
    if link.hash != chain_hash(link.prev_hash, link.canonical):
        problems.append("hash does not fit the text")
    body = json.loads(link.canonical)
    problems += [f"column {name} differs from the text" for name, value in link.columns.items() if body[name] != value]
    return problems
