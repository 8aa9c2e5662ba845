"""Two questions after delivery: how likely one would recommend us (0 to 10), and why."""

from __future__ import annotations

from datetime import datetime, timedelta

EDITABLE_FOR = timedelta(days=7)
# Asked when the goods have been looked at; not about deliveries of long ago, as after an upgrade.
ASKED_AFTER = timedelta(days=1)
NOT_ASKED_AFTER = timedelta(days=14)
LONGEST_COMMENT = 2000


def may_edit(first_answered_at: datetime | None, now: datetime) -> bool:
    """Whether the answer may still be given, or changed."""
    return first_answered_at is None or now - first_answered_at <= EDITABLE_FOR


def promoter_score(promoters: int, detractors: int, answers: int) -> int | None:
    """The net promoter score, -100 to 100: those who said 9 or 10 less those who said 6 or below; None without any."""
    return round(100 * (promoters - detractors) / answers) if answers else None
