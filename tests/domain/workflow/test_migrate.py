"""Moving running orders to a new version: seen before it is done."""

import itertools

import pytest

from domain.workflow.document import Workflow
from domain.workflow.migrate import preview
from tests.domain.workflow.shapes import a_stage, a_transition, a_workflow, the_end


def chain(*stages: tuple[str, str]) -> Workflow:
    keys = [key for key, _ in stages] + ["end"]
    return a_workflow(
        start=keys[0],
        stages=[*(a_stage(key, category) for key, category in stages), the_end()],
        transitions=[a_transition(one, "go_on", other) for one, other in itertools.pairwise(keys)],
    )


OLD = chain(("review", "not_started"), ("making", "in_production"), ("checking", "quality"))
NEW = chain(
    ("review", "not_started"), ("sawing", "in_production"), ("welding", "in_production"), ("checking", "shipping")
)


def test_orders_land_in_the_stage_of_the_same_key_unless_mapped() -> None:
    orders = [("SO1", "making"), ("SO2", "review"), ("SO3", "making"), ("SO4", "checking")]
    plan = preview(OLD, NEW, {"making": "welding"}, orders)
    assert plan.refusal is None
    assert [landing.as_json() for landing in plan.landings] == [
        {"from": "review", "to": "review", "note": "same", "count": 1, "order_nos": ["SO2"]},
        {"from": "making", "to": "welding", "note": "moved", "count": 2, "order_nos": ["SO1", "SO3"]},
        {"from": "checking", "to": "checking", "note": "forward", "count": 1, "order_nos": ["SO4"]},
    ]
    assert plan.moves == {"SO1": "welding", "SO2": "review", "SO3": "welding", "SO4": "checking"}


def test_going_back_is_pointed_out() -> None:
    plan = preview(OLD, NEW, {"making": "review"}, [("SO1", "making")])
    assert [landing.note for landing in plan.landings] == ["back"]


def test_finished_and_cancelled_orders_keep_their_version() -> None:
    plan = preview(OLD, NEW, {}, [("SO1", "end"), ("SO2", "cancelled")])
    assert [landing.note for landing in plan.landings] == ["ended", "ended"]
    assert plan.moves == {}
    assert plan.refusal is None


def test_orders_without_a_place_stop_it() -> None:
    plan = preview(OLD, NEW, {}, [("SO1", "making"), ("SO2", "review")])
    assert plan.refusal is not None
    assert plan.refusal.code == "stage_has_no_place"
    assert [(field.pointer, field.code) for field in plan.refusal.fields] == [("/stage_mapping/making", "no_place")]
    assert "making" in plan.refusal.detail.zh
    assert plan.moves == {"SO2": "review"}


@pytest.mark.parametrize(
    ("mapping", "pointer"),
    [
        ({"nowhere": "review"}, "/stage_mapping/nowhere"),
        ({"making": "nowhere"}, "/stage_mapping/making"),
        ({"making": "end"}, "/stage_mapping/making"),
        ({"making": "cancelled"}, "/stage_mapping/making"),
    ],
)
def test_a_mapping_that_leads_nowhere_is_named_once(mapping: dict[str, str], pointer: str) -> None:
    plan = preview(OLD, NEW, {"making": "sawing", **mapping}, [("SO1", "making")])
    assert plan.refusal is not None
    assert [field.pointer for field in plan.refusal.fields] == [pointer]


def test_an_order_in_a_stage_that_the_old_version_never_had_is_not_forgotten() -> None:
    plan = preview(OLD, NEW, {}, [("SO1", "lost")])
    assert [landing.note for landing in plan.landings] == ["no_place"]
    assert plan.refusal is not None
