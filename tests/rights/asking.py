"""What one request of the matrix is made of: an example of an operation, and who sends it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from domain.access.actor import Actor
from domain.access.fields import hidden_fields, standing


@dataclass(frozen=True)
class Operation:
    """One operation of the OpenAPI document."""

    id: str
    method: str
    path: str
    described: Mapping[str, Any]

    @property
    def safe(self) -> bool:
        """Whether it only reads."""
        return self.method == "get"

    @property
    def doors(self) -> set[str]:
        """How one may come in: names of security schemes; none where it asks nobody who is there."""
        return {name for way in self.described.get("security", ()) for name in way}


@dataclass(frozen=True)
class Example:
    """A request that succeeds for whoever may send it. Path parameters come from the stock unless given here."""

    json: Any = None
    content: bytes | None = None
    data: Mapping[str, str] | None = None
    files: Mapping[str, tuple[str, bytes]] | None = None
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def sent_to(self, operation: Operation, stock: Mapping[str, Any]) -> dict[str, Any]:
        """As httpx sends it."""
        address = operation.path
        for parameter in operation.described.get("parameters", ()):
            if parameter["in"] == "path":
                name = parameter["name"]
                value = self.path.get(name, stock.get(name))
                assert value is not None, f"the stock has no {name}, which {operation.id} names"
                address = address.replace(f"{{{name}}}", quote(str(value), safe=""))
        sent = {"json": self.json, "content": self.content, "data": self.data, "files": self.files}
        return {
            "method": operation.method.upper(),
            "url": address,
            "params": dict(self.query) or None,
            "headers": dict(self.headers),
            **{name: value for name, value in sent.items() if value is not None},
        }


@dataclass(frozen=True)
class Identity:
    """Somebody who asks. `owners` are those whose secrets they may see (None is everybody's)."""

    name: str
    headers: Mapping[str, str]
    actor: Actor | None
    owners: frozenset[str] | None = None

    @property
    def roles(self) -> frozenset[str]:
        """The roles that count for fields; `key` stands for a key that acts in nobody's place."""
        if self.actor is None:
            return frozenset()
        return standing(self.actor) | ({"key"} if self.is_key else frozenset())

    @property
    def is_key(self) -> bool:
        """Whether it is an API key."""
        return self.actor is not None and self.actor.kind == "key"

    @property
    def hidden(self) -> frozenset[str]:
        """The names of the table that this one may not read."""
        return hidden_fields(self.actor)


@dataclass(frozen=True)
class Canary:
    """A value found nowhere else: in a field of one owner. `readers` overrides the table for documents' own fields."""

    field: str
    text: bytes
    owner: str
    readers: frozenset[str] | None = None

    def stands_in(self, blob: bytes) -> bool:
        """Whether it is told there. Bare digits count as a number of their own, as ids and hashes hold any of them."""
        if not self.text.isdigit():
            return self.text in blob
        return re.search(rb"(?<![0-9A-Za-z])%b(?![0-9A-Za-z])" % self.text, blob) is not None

    def forbidden_to(self, who: Identity) -> bool:
        """Whether no byte of it may reach this one."""
        if who.owners is not None and self.owner not in who.owners:
            return True
        if self.readers is not None:
            return not who.roles & self.readers
        return self.field in who.hidden


def bytes_of(answer: httpx.Response) -> bytes:
    """All bytes of an answer, headers too."""
    head = b"".join(name + b": " + value + b"\n" for name, value in answer.headers.raw)
    return head + answer.content
