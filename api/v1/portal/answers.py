"""What all answers to customers share: nobody between us and her browser keeps them."""

from __future__ import annotations

from typing import Any

from api.route import Answer

PRIVATE = {"cache-control": "private, no-store"}


def private(body: Any, *, status: int | None = None, replayed: bool = False) -> Answer:
    """An answer with an ETag that no cache may store."""
    return Answer(body, status, replayed=replayed, headers=PRIVATE)
