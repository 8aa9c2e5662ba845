"""One call of a device: every report answered, in its order, each exactly once, one bad one never in another's way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from domain.access.actor import Actor
from domain.floor.reading import Report, Unreadable, read_report
from domain.floor.skew import Skew
from domain.refusals.kinds import Refusal
from usecases.door import Door
from usecases.floor.take_reports import NotePush, TakeReports, keep_failed, note_push, take_reports

CHUNK = 250
_log = structlog.stdlib.get_logger("floor")


@dataclass(frozen=True, slots=True)
class Push:
    """What a device sent; `reports` are JSON values of whatever shape."""

    device_id: UUID
    sent_at: datetime
    received_at: datetime
    reports: Sequence[Any]


async def push_reports(door: Door, actor: Actor, push: Push) -> dict[str, Any]:
    """`{"results", "gaps"}`, the results in the order of the reports. Raises DEVICE_UNKNOWN."""
    read = [read_report(raw) for raw in push.reports]
    # The device's own order; what has no number keeps its place among the others.
    order = sorted(range(len(read)), key=lambda index: (read[index].seq or 0, index))
    results: dict[int, dict[str, Any]] = {}
    for start in range(0, len(order), CHUNK):
        indexes = order[start : start + CHUNK]
        told = await _all(door, actor, push, [read[index] for index in indexes])
        results |= dict(zip(indexes, told, strict=True))
    skew = Skew.of(push.sent_at, push.received_at)
    noted = NotePush(push.device_id, _bounded(skew.seconds), max((one.seq or 0 for one in read), default=0))
    gaps = (await door.run(actor, note_push, noted)).answer
    return {"results": [results[index] for index in range(len(read))], "gaps": gaps}


async def _all(door: Door, actor: Actor, push: Push, read: Sequence[Report | Unreadable]) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    together = len(read)
    while len(told) < len(read):
        waiting = read[len(told) : len(told) + together]
        answered = await _some(door, actor, push, waiting)
        if answered is None:
            # Something among them cannot be written: each by itself, so that only that one waits for a person.
            together = 1
        else:
            told += answered
    return told


async def _some(
    door: Door, actor: Actor, push: Push, waiting: Sequence[Report | Unreadable]
) -> list[dict[str, Any]] | None:
    """The results of the first of them; None where several together failed for a reason that is one report's alone."""
    command = TakeReports(push.device_id, push.sent_at, waiting)
    try:
        answered: list[dict[str, Any]] = (await door.run(actor, take_reports, command)).answer
    except Refusal as refusal:
        if refusal.code == "lost_race" and len(waiting) > 1:
            return None
        raise
    except Exception as error:  # noqa: BLE001 - kept for a person; the others go on
        _log.error("reports_failed", exc_info=error, device=str(push.device_id), reports=len(waiting))
        if len(waiting) > 1:
            return None
        answered = (await door.run(actor, keep_failed, command)).answer
    return answered


def _bounded(seconds: int) -> int:
    return max(min(seconds, 2**31 - 1), -(2**31))
