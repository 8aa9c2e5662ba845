from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cli.demo.plan import CLOSING_HOUR, OPENING_HOUR, Step, plan
from cli.demo.samples import story
from domain.orders.types import builtin_order_types
from domain.workflow.builtin import builtin_workflows
from domain.workflow.document import Workflow

PRESENT = datetime(2026, 11, 24, 15, 3, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
WORKFLOWS = {document["key"]: Workflow.parse(document) for document in builtin_workflows()}
TYPES = {document["key"]: document["workflow"] for document in builtin_order_types()}


def planned(*orders: dict[str, Any], seed: int = 1) -> list[Step]:
    return plan(orders, WORKFLOWS, TYPES, PRESENT, SHANGHAI, Random(seed))


def an_order(*path: Any, kind: str = "standard", days: float = 30, **more: Any) -> dict[str, Any]:
    return {
        "key": "o1", "type": kind, "by": "sales", "days": days, "quiet": 2, "lines": [["RAD", 4]], "path": path, **more
    }  # fmt: skip


def done(steps: list[Step]) -> list[tuple[str, str]]:
    return [(step.what, step.login) for step in steps if step.kind == "act"]


def test_walks_the_workflow_with_the_role_of_each_action() -> None:
    steps = planned(an_order("to in_production"))
    assert done(steps) == [("submit_review", "sales"), ("approve_review", "sales"), ("start_production", "production")]
    assert [step.kind for step in steps[:2]] == ["open", "price"]


def test_attaches_the_papers_that_a_stage_waits_for_before_it_is_left() -> None:
    steps = planned(an_order("to quotation", kind="custom_furniture"))
    assert [(step.kind, step.what) for step in steps if step.kind in ("paper", "act")] == [
        ("paper", "requirement_sheet"),
        ("act", "accept_enquiry"),
        ("paper", "rendering_3d"),
        ("act", "approve_design"),
    ]


def test_does_what_the_engine_adds_with_lines_and_reason() -> None:
    steps = planned(an_order("to qc_passed", "ship 1=2 先发一半", "to delivered", "return 1=1 划伤", "rework 返喷"))
    payloads = {step.what: step.payload for step in steps}
    assert payloads["ship_part"] == {"lines": [{"line": 1, "quantity": "2"}], "note": "先发一半"}
    assert payloads["receive_return"] == {"lines": [{"line": 1, "quantity": "1"}], "reason": "划伤"}
    assert payloads["open_rework"] == {"reason": "返喷"}


def test_after_a_failed_inspection_the_order_goes_its_way_again() -> None:
    actions = [what for what, _ in done(planned(an_order("to awaiting_qc", "fail 渗漏", "to qc_passed")))]
    assert actions[-3:] == ["fail_inspection", "completion_reported", "pass_inspection"]


def test_a_split_child_lives_on_after_the_split() -> None:
    steps = planned(an_order("to scheduled", "split 1=2", {"child": ["to in_production"]}, "to awaiting_qc"))
    split_at = next(step.at for step in steps if step.what == "split")
    child = [step for step in steps if step.order == "o1/child"]
    assert [step.what for step in child] == ["start_production"]
    assert all(step.at > split_at for step in child)


def test_a_stage_that_does_not_exist_is_a_fault_of_the_story() -> None:
    with pytest.raises(KeyError):
        planned(an_order("to heaven"))


def test_each_order_takes_its_time_one_step_after_the_other() -> None:
    steps = planned(an_order("to delivered", days=30, quiet=3))
    assert all(earlier.at < later.at for earlier, later in pairwise(steps))
    assert steps[0].at == pytest.approx(PRESENT - timedelta(days=30), abs=timedelta(days=1))
    assert steps[-1].at == pytest.approx(PRESENT - timedelta(days=3), abs=timedelta(days=1))


def test_the_whole_story_lies_in_the_past_and_in_working_hours() -> None:
    steps = planned(*story("orders"))
    assert steps == sorted(steps, key=lambda step: step.at)
    assert all(step.at < PRESENT for step in steps)
    early = [step for step in steps if not OPENING_HOUR <= step.at.astimezone(SHANGHAI).hour < CLOSING_HOUR]
    assert len(early) < len(steps) / 10


def test_the_same_chance_gives_the_same_story_and_keys_are_unique() -> None:
    first, again, other = (planned(*story("orders"), seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert len({step.key for step in first}) == len(first)
