"""Which materials may stand for which others, as one source says; its whole list at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.warning.substitutes import Substitute
from persistence import substitutes
from persistence.tx import Tx
from usecases.door import use_case

__all__ = ["ReplaceSubstitutes", "Substitute", "replace_substitutes"]


@dataclass(frozen=True, slots=True)
class ReplaceSubstitutes:
    """Everything that `source` allows now."""

    source: str
    allowed: Sequence[Substitute]


@use_case(right="stock.write")
async def replace_substitutes(tx: Tx, command: ReplaceSubstitutes) -> dict[str, Any]:
    """Answers `{"allowed", "gone"}`, how many there are, and how many are no longer allowed."""
    gone = await substitutes.save_substitutes(tx, command.source, command.allowed)
    return {"allowed": len(command.allowed), "gone": gone}
