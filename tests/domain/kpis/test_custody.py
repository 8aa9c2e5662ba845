"""Who had an order, against asking every minute who holds it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from domain.kpis.custody import stays, total
from domain.kpis.handovers import handovers
from tests.domain.kpis.test_handovers import MINUTE, STEPS, told


@given(STEPS)
def test_every_minute_is_in_the_stay_of_who_has_it(
    history: list[tuple[int, str, str | None, bool]],
) -> None:
    steps = told(history)
    now = steps[-1].at + 5 * MINUTE
    found = stays(steps, now)
    minute = steps[0].at
    while minute < now:
        standing = [one for one in steps if one.at <= minute][-1]
        having = [(stay.stage, stay.role) for stay in found if stay.since <= minute < (stay.until or now)]
        assert having == ([(standing.stage, standing.role)] if standing.role else [])
        minute += MINUTE


@given(STEPS)
def test_hours_add_up_and_waiting_is_what_handovers_say(history: list[tuple[int, str, str | None, bool]]) -> None:
    steps = told(history)
    now = steps[-1].at + 5 * MINUTE
    found = stays(steps, now)
    for stay in found:
        assert total(stay.spans) == (stay.until or now) - stay.since
        assert timedelta() <= total(stay.held) <= total(stay.spans)
    waited = {stay.since: (stay.waits, stay.taken_at) for stay in found if stay.taken_at is not None}
    assert set(waited.values()) <= {(one.waits, one.taken_at) for one in handovers(steps)}
    assert [stay for stay in found if stay.until is None] in ([], found[-1:])
