"""The engine's decision by itself: beside a dict written by hand, with a form, and with a guard in CEL.

A server builds everything about an order anew for each request, so that here too each decision gets its own objects.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from domain.expressions.schema import FormSchema
from domain.workflow.builtin import builtin_form_schemas, builtin_workflows
from domain.workflow.document import Workflow
from domain.workflow.engine import Situation, decide

# Decisions a second of CPU, measured on 22 Nov 2026 with new objects each time: a dict by hand, `transitions` 0.9.3.
DICT_THEN, TRANSITIONS_THEN = 2_910_000, 33_000
_BATCHES = 7
_SECONDS = 0.25
GOAL_US, GOAL_OF_DICT, GOAL_OF_TRANSITIONS, GOAL_GUARD_US = 2.0, 5.0, 30.0, 100.0
GUARD = 'order.total_minor <= 5000000 && "design" in actor.roles && !(order.channel in ["export", "project"])'


@dataclass(frozen=True)
class Timing:
    """Microseconds of process CPU for one decision; the median of the batches."""

    name: str
    microseconds: float


def main() -> int:
    """Measure and print; 0 always, for a missed goal is told and no failure."""
    timings = {timing.name: timing for timing in (_time(name, call) for name, call in _cases().items())}
    by_dict, engine = timings["dict table"].microseconds, timings["engine"].microseconds
    guard = timings["engine, CEL guard"].microseconds
    for timing in timings.values():
        print(f"{timing.name:28} {timing.microseconds:8.2f} us {1e6 / timing.microseconds:12,.0f}/s")
    print(_judged("engine", engine, "us", GOAL_US))
    print(_judged("engine : dict table", engine / by_dict, "x", GOAL_OF_DICT))
    # What the guard adds: the rest is the engine's own.
    print(_judged("CEL guard", guard - engine, "us", GOAL_GUARD_US))
    faster, how = _of_transitions(timings, by_dict, engine)
    print(_judged(f"engine : transitions ({how})", faster, "x faster", GOAL_OF_TRANSITIONS, at_least=True))
    return 0


def _judged(what: str, figure: float, unit: str, goal: float, *, at_least: bool = False) -> str:
    met = figure >= goal if at_least else figure <= goal
    word = "met" if met else f"missed by {abs(figure - goal) / goal:.0%}"
    return f"{what:40} {figure:8.2f} {unit:9} goal {'>=' if at_least else '<='} {goal:g}: {word}"


def _of_transitions(timings: Mapping[str, Timing], by_dict: float, engine: float) -> tuple[float, str]:
    if "transitions" in timings:
        return timings["transitions"].microseconds / engine, "measured"
    return DICT_THEN / TRANSITIONS_THEN * by_dict / engine, "reckoned"


def _cases() -> dict[str, Callable[[], Any]]:
    cases = {
        "dict table": _by_dict,
        "engine": _by_engine(form=None, guard=None),
        "engine, form": _by_engine(form="completion@1", guard=None),
        "engine, CEL guard": _by_engine(form=None, guard=GUARD),
        "engine, refused by role": _by_engine(form=None, guard=None, role="driver"),
    }
    if importlib.util.find_spec("transitions"):
        cases["transitions"] = _by_transitions()
    return cases


@dataclass
class _Standing:
    stage: str
    roles: frozenset[str]
    total: int


_ROLES = frozenset({"production", "design"})
_TABLE: dict[tuple[str, str], tuple[str, frozenset[str], Callable[[_Standing], bool]]] = {
    ("in_production", "completion_reported"): ("awaiting_qc", _ROLES, lambda order: order.total <= 5_000_000),
    ("awaiting_qc", "pass_inspection"): ("qc_passed", frozenset({"quality"}), lambda _: True),
}


def _by_dict() -> str | None:
    order = _Standing("in_production", _ROLES, 214_320)
    found = _TABLE.get((order.stage, "completion_reported"))
    if found is None or not found[1] & order.roles or not found[2](order):
        return None
    order.stage = found[0]
    return order.stage


def _by_engine(*, form: str | None, guard: str | None, role: str = "production") -> Callable[[], Any]:
    document = next(body for body in builtin_workflows() if body["key"] == "standard")
    for transition in document["transitions"]:
        if transition["action"] == "completion_reported":
            transition.pop("form")
            transition |= {**({"form": form} if form else {}), **({"guard": guard} if guard else {})}
    roles = frozenset({"driver"} if role == "driver" else {role, "design"})
    return _deciding(Workflow.parse(document), builtin_form_schemas(), roles, with_payload=form is not None)


def _deciding(
    workflow: Workflow, forms: Mapping[str, FormSchema], roles: frozenset[str], *, with_payload: bool
) -> Callable[[], Any]:
    actor = {"kind": "user", "id": "1", "roles": sorted(roles)}

    def call() -> Any:
        order = {"total_minor": 214_320, "channel": "taobao", "stage": "in_production", "held": False}
        payload = {"good": "28", "scrap": "2", "note": "夜班"} if with_payload else {}
        situation = Situation("in_production", False, roles, {}, order, payload, {}, actor, shippable=True)
        return decide(workflow, "completion_reported", situation, forms)

    return call


def _by_transitions() -> Callable[[], Any]:
    machine_of: Any = __import__("transitions").Machine

    class Order:
        def __init__(self) -> None:
            self.roles, self.total = _ROLES, 214_320

        def may(self) -> bool:
            return bool(self.roles & _ROLES) and self.total <= 5_000_000

    machine = machine_of(states=["in_production", "awaiting_qc", "qc_passed"], initial="in_production")
    machine.add_transition("completion_reported", "in_production", "awaiting_qc", conditions="may")

    def call() -> Any:
        order: Any = Order()
        machine.add_model(order)
        done = order.completion_reported()
        machine.remove_model(order)
        return done

    return call


def _time(name: str, call: Callable[[], Any]) -> Timing:
    if call() is None:
        raise SystemExit(f"{name} decided nothing")
    times = _count(call)
    batches = []
    for _ in range(_BATCHES):
        began = time.process_time()
        for _ in range(times):
            call()
        batches.append((time.process_time() - began) / times * 1e6)
    return Timing(name, median(batches))


def _count(call: Callable[[], Any]) -> int:
    """How many calls take about one batch's time."""
    times = 1
    while True:
        began = time.process_time()
        for _ in range(times):
            call()
        spent = time.process_time() - began
        if spent > _SECONDS / 10:
            return max(1, int(times * _SECONDS / spent))
        times *= 4


if __name__ == "__main__":
    sys.exit(main())
