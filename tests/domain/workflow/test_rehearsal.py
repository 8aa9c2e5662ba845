"""Rehearsing: the version that made a history reproduces it; what a draft changes is found, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.orders.ledger import Ledger
from domain.refusals.orders import ACTION_NOT_ALLOWED_IN_STAGE, DELIVERABLE_MISSING
from domain.workflow.document import Workflow
from domain.workflow.engine import Move, decide
from domain.workflow.engine_actions import ENGINE_ACTIONS
from domain.workflow.rehearsal import History, Played, Terms, play
from domain.workflow.rehearsal_report import report
from tests.domain.workflow.shapes import a_document, a_stage, a_transition, the_end
from tests.domain.workflow.test_properties import FORMS, able, accepted, workflows

BEGAN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def an_event(seq: int, start: str | None, end: str, workflow: Workflow, **more: Any) -> dict[str, Any]:
    plain = {
        "seq": seq,
        "type": "ActionPerformed",
        "action": None,
        "from": start,
        "to": end,
        "held": False,
        "actor": {"kind": "user", "id": "1", "role": "sales"},
        "evidence": [],
        "payload": {},
        "recorded_at": (BEGAN + timedelta(hours=seq)).isoformat(),
        "revision": 1,
        "workflow": workflow.reference,
    }
    return {**plain, **more}


def opened(workflow: Workflow) -> dict[str, Any]:
    lines = [{"line": 1, "quantity": "2"}]
    return an_event(1, None, workflow.start, workflow, type="OrderOpened", payload={"total": "1", "lines": lines})


def with_papers(workflow: Workflow) -> list[dict[str, Any]]:
    """An order that has every paper that anybody asks for, which stays where it is meanwhile."""
    papers = [{"kind": kind} for kind in ("drawing", "contract") for _ in range(9)]
    start = workflow.start
    return [opened(workflow), an_event(2, start, start, workflow, type="PaperAttached", evidence=papers)]


@st.composite
def lives(draw: st.DrawFn, workflow: Workflow) -> Sequence[Mapping[str, Any]]:
    """A history that the engine itself wrote, step by step, of whatever it allowed."""
    events = with_papers(workflow)
    own = sorted({one.action for one in workflow.transitions})
    actions = own + sorted(ENGINE_ACTIONS.keys() - {"split", "ship_part", "receive_return"})
    for _ in range(draw(st.integers(0, 12))):
        last = events[-1]
        action, way = draw(st.sampled_from(actions)), draw(st.integers(0, 2))
        visited = [event["to"] for event in events]
        payload = {"way": way} if action in own else {"reason": "x"}
        standing = able(last["to"], way, held=last["held"], shippable=True, visited=visited)
        move = decide(workflow, action, standing._replace(payload=payload), FORMS)
        if isinstance(move, Move):
            actor = {"kind": "user", "id": "1", "role": draw(st.sampled_from(move.roles))}
            told = {"action": action, "held": move.held, "actor": actor, "payload": payload}
            events.append(an_event(len(events) + 1, last["to"], move.to_stage, workflow, **told))
    return events


def rehearsed(draft: Workflow, events: Sequence[Any], *made_by: Workflow, open_: bool = True) -> Played:
    terms = Terms(
        draft=draft,
        forms=FORMS,
        published={one.reference: one for one in made_by or (draft,)},
        roles={},
        overdue=lambda since, until, hours: until - since > timedelta(hours=hours),
        now=BEGAN + timedelta(hours=100),
    )
    return play(terms, History("SO1", {}, events, Ledger(), open_))


@given(st.data())
def test_the_version_that_made_a_history_reproduces_it(data: st.DataObject) -> None:
    workflow = data.draw(workflows())
    assume(accepted(workflow))
    events = data.draw(lives(workflow))
    played = rehearsed(workflow, events)
    assert played.stuck is None
    assert played.rights == ()
    assert played.detour is None
    assert played.stage == events[-1]["to"]
    assert played.events == len(events)
    assert played.alerts == played.alerted


@given(st.data())
def test_a_role_that_is_taken_away_stops_nobody_and_is_named(data: st.DataObject) -> None:
    workflow = data.draw(workflows())
    assume(accepted(workflow))
    events = data.draw(lives(workflow))
    body = workflow.as_json()
    for way in body["transitions"]:
        way["roles"] = ["admin" if role == "sales" else role for role in way["roles"]]
    played = rehearsed(Workflow.parse(body), events, workflow)
    assert {missing.role for missing in played.rights} <= {"sales"}
    assert played.stuck is None
    assert played.stage == events[-1]["to"]


def made(**changes: Any) -> Workflow:
    """A line of three stages."""
    plain = a_document(
        stages=[a_stage("begin"), a_stage("made", "in_production", service_hours=10), the_end()],
        transitions=[a_transition("begin", "start", "made"), a_transition("made", "finish", "end")],
    )
    return Workflow.parse({**plain, **changes})


def a_life(workflow: Workflow) -> list[Any]:
    return [
        opened(workflow),
        an_event(2, "begin", "made", workflow, action="start"),
        an_event(8, "made", "end", workflow, action="finish"),
    ]


def test_a_stage_in_between_leaves_orders_standing_before_it() -> None:
    draft = made(
        stages=[a_stage("begin"), a_stage("checked"), a_stage("made", "in_production"), the_end()],
        transitions=[
            a_transition("begin", "check", "checked"),
            a_transition("checked", "start", "made"),
            a_transition("made", "finish", "end"),
        ],
    )
    played = rehearsed(draft, a_life(made()), made())
    assert played.stuck is not None
    assert (played.stuck.seq, played.stuck.stage, played.stuck.action) == (2, "begin", "start")
    assert played.stuck.refusal.kind is ACTION_NOT_ALLOWED_IN_STAGE
    told = report(draft, [played])
    assert told["stuck"]["count"] == 1
    assert told["stuck"]["reasons"][0]["order_nos"] == ["SO1"]
    assert told["as_before"] == 0


def test_a_paper_that_is_asked_for_now_is_looked_for_where_it_came() -> None:
    stages = [a_stage("begin", deliverables=[{"kind": "drawing"}]), a_stage("made", "in_production"), the_end()]
    draft = made(stages=stages)
    without = rehearsed(draft, a_life(made()), made())
    assert without.stuck is not None
    assert without.stuck.refusal.kind is DELIVERABLE_MISSING
    opening, *rest = a_life(made())
    paper = an_event(1, "begin", "begin", made(), type="PaperAttached", evidence=[{"kind": "drawing"}])
    assert rehearsed(draft, [opening, paper, *rest], made()).as_before


def test_who_may_not_any_more_is_named_once_with_how_many_orders() -> None:
    draft = made(
        transitions=[
            a_transition("begin", "start", "made", roles=["production", "management"]),
            a_transition("made", "finish", "end"),
        ]
    )
    told = report(draft, [rehearsed(draft, a_life(made()), made()) for _ in range(3)])
    (missing,) = told["rights"]
    assert (missing["role"], missing["action"], missing["may"]) == ("sales", "start", ["production", "management"])
    assert told["stuck"]["count"] == 0


def test_a_shorter_service_level_would_have_told_somebody() -> None:
    stages = [a_stage("begin"), a_stage("made", "in_production", service_hours=4), the_end()]
    (alert,) = report(made(stages=stages), [rehearsed(made(stages=stages), a_life(made()), made())])["alerts"]
    assert (alert["stage"], alert["count"], alert["before"], alert["service_hours"]) == ("made", 1, 0, 4)


def test_an_order_that_still_stands_somewhere_counts_up_to_now() -> None:
    still = a_life(made())[:2]
    assert rehearsed(made(), still).alerts == ("made",)
    assert rehearsed(made(), still, open_=False).alerts == ()


def test_another_way_is_told_at_its_first_step() -> None:
    draft = made(
        transitions=[a_transition("begin", "start", "end"), a_transition("made", "finish", "end")],
    )
    played = rehearsed(draft, a_life(made())[:2], made())
    assert played.detour is not None
    assert (played.detour.seq, played.detour.was, played.detour.would) == (2, "made", "end")
    assert report(draft, [played])["otherwise"]["count"] == 1
