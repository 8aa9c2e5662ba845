"""Photos and spoken notes go before the reports that name them, by the SHA-256 of their bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.refusals.general import NOT_FOUND
from persistence import reports
from persistence.reports import Photo
from persistence.tx import Tx
from usecases.door import use_case
from usecases.floor.devices import REPORTING
from usecases.rights import require_any


@dataclass(frozen=True, slots=True)
class KeepPhoto:
    """A photo whose bytes the store holds."""

    sha256: str
    media_type: str
    size_bytes: int


@use_case(right="orders.read")
async def keep_photo(tx: Tx, command: KeepPhoto) -> dict[str, Any]:
    """Answers the photo; sent again, nothing more happens."""
    require_any(tx, *REPORTING)
    await reports.add_photo(tx, Photo(command.sha256, command.media_type, command.size_bytes))
    return {"sha256": command.sha256, "media_type": command.media_type, "size_bytes": command.size_bytes}


@use_case(right="orders.read")
async def find_photo(tx: Tx, sha256: str) -> Photo:
    """What is known of a photo or a spoken note. Raises RIGHT_MISSING, NOT_FOUND."""
    require_any(tx, *REPORTING, "floor.plan")
    found = await reports.photos(tx, [sha256])
    if sha256 not in found:
        raise NOT_FOUND()
    return found[sha256]


@use_case(right="orders.read")
async def may_keep_photo(tx: Tx, _: None) -> None:
    """Asked before the bytes are stored. Raises RIGHT_MISSING."""
    require_any(tx, *REPORTING)
