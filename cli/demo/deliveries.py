"""What the web shops deliver in the demo: the published samples, byte for byte or under a number of their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cli.demo.samples import sample_bytes
from usecases.intake.keep_payload import KeepPayload


def arrival_of(told: Mapping[str, Any]) -> KeepPayload:
    """A delivery of the past, under a number of its own, so that the sample itself is still new to the factory."""
    name = told["sample"]
    body = renumbered(sample_bytes(f"samples/{name}"), told["number"], told["as"])
    content_type = "application/xml" if name.endswith(".xml") else "application/json"
    return KeepPayload(
        told["channel"], body, content_type, {"content-type": content_type}, f"seed-{told['as']}", told["shop"]
    )


def renumbered(body: bytes, number: str, new: str) -> bytes:
    """The same order under another number of the shop's, wherever it stands in the body."""
    if not (number.isdecimal() and new.isdecimal()) or number.encode() not in body:
        raise ValueError(f"{number} cannot become {new} here")
    return body.replace(number.encode(), new.encode())


def fresh_number(number: str, now: datetime) -> str:
    """A number of the same length that no delivery has had: the last digits tell the present microsecond."""
    told = f"{int(now.timestamp() * 1_000_000):d}"
    return number[: -len(told)] + told if len(number) > len(told) else number[0] + told[-(len(number) - 1) :]
