"""Who had an order, hour by hour: from its history alone, so that nobody has to be asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from domain.kpis.custody import Span, Stay, stays, total
from domain.kpis.handovers import Step
from domain.orders.events import instant_text
from domain.refusals.general import NOT_FOUND
from domain.warning.working_time import WorkingTime
from persistence.queries import order_history
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.warning.rulebook import factory_calendar

_HOURS = ("hours", "working_hours", "held_hours", "waited_hours")


@use_case(right="orders.read")
async def who_had_it(tx: Tx, order_no: str) -> dict[str, Any]:
    """`{"order_no", "items": stays, "roles": sums by role}`; hours are decimals with two places."""
    rows = await order_history.custody(tx, Scope.of(tx.actor), order_no)
    if not rows:
        raise NOT_FOUND()
    labels = {row["stage"]: row["label"] or {"zh": row["stage"], "en": row["stage"]} for row in rows}
    found = stays([_step(row) for row in rows], tx.now)
    working = WorkingTime.spanning(await factory_calendar(tx), rows[0]["at"], tx.now)
    items = [_view(stay, labels[stay.stage], working) for stay in found]
    return {"order_no": order_no, "items": items, "roles": _by_role(items)}


def _step(row: Mapping[str, Any]) -> Step:
    return Step(row["at"], row["stage"], row["role"], row["held"], row["by"], row["cancelled"])


def _view(stay: Stay, label: Any, working: WorkingTime) -> dict[str, Any]:
    return {
        "stage": stay.stage,
        "stage_label": label,
        "role": stay.role,
        "since": instant_text(stay.since),
        "until": stay.until and instant_text(stay.until),
        "taken_at": stay.taken_at and instant_text(stay.taken_at),
        "hours": _hours(total(stay.spans)),
        "working_hours": _hours(_worked(stay.spans, working.between)),
        "held_hours": _hours(total(stay.held)),
        "waited_hours": _hours(_worked(stay.waits, working.between)),
    }


def _worked(spans: Iterable[Span], between: Callable[..., timedelta]) -> timedelta:
    return sum((between(begin, end) for begin, end in spans), timedelta())


def _hours(time: timedelta) -> float:
    return round(time / timedelta(hours=1), 2)


def _by_role(items: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What each role comes to, the one that had it longest first."""
    sums: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(_HOURS, 0.0))
    for item in items:
        for name in _HOURS:
            sums[item["role"]][name] = round(sums[item["role"]][name] + item[name], 2)
    return sorted(({"role": role, **hours} for role, hours in sums.items()), key=lambda one: -one["hours"])
