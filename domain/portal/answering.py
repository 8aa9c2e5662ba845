"""Answering customers: how soon, and who does while the merchandiser is away."""

from __future__ import annotations

from datetime import timedelta

# Until then an unanswered message should have been answered; what follows is for alert rules to say.
ANSWER_WITHIN = timedelta(hours=4)
# Whoever is not looking is mailed about an answer, once until they look again.
MAILED_AFTER = timedelta(minutes=5)
LONGEST_TEXT = 4000
MOST_FILES = 10
