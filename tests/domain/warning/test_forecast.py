from __future__ import annotations

from domain.warning.forecast import Ahead, hours_ahead
from domain.workflow.builtin import builtin_workflows
from domain.workflow.document import Workflow

STANDARD = Workflow.parse(next(body for body in builtin_workflows() if body["key"] == "standard"))
HOURS = {"signed": 4.0, "in_review": 8.0, "scheduled": 48.0, "in_production": 72.0, "awaiting_qc": 6.0}


def test_the_shortest_way_to_the_end_counts() -> None:
    ahead = hours_ahead(STANDARD, HOURS)
    assert ahead["awaiting_qc"] == Ahead(6.0, 0.0)
    assert ahead["in_production"] == Ahead(72.0, 6.0)
    assert ahead["signed"] == Ahead(4.0, 8.0 + 48.0 + 72.0 + 6.0)


def test_finished_orders_need_nothing_and_unknown_stages_count_nothing() -> None:
    ahead = hours_ahead(STANDARD, {})
    assert "delivered" not in ahead
    assert set(ahead.values()) == {Ahead(0.0, 0.0)}
