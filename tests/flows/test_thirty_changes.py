"""A7: thirty order changes, at every stage and of every kind, and nothing stale is left of any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.flows.changing import Changing
from tests.flows.line import Line
from tests.support.files import pdf

Patch = Mapping[str, Any]


def line_of(number: int, **changes: Any) -> dict[str, Any]:
    """A patch of one line."""
    return {"lines": [{"line": number, **changes}]}


ADDED = {"lines": [{"name": "散热器 B", "sku": "RAD-B", "quantity": "3", "unit_price": "95.50"}]}
BOUGHT = {"lines": [{"name": "阀门", "sku": "VALVE", "quantity": "20", "unit_price": "18.00"}]}
ADDRESS = {"address": {"province": "浙江省", "city": "宁波市", "street": "海晏北路 1 号"}}
SUBSTITUTE = {"substitutes": [{"material": "TUBE", "substitute": "TUBE-X", "ratio": "1.1"}]}
GLASS = line_of(1, technical={"colour": "RAL 9016"})
OFF = {"cancel": True}


@dataclass(frozen=True)
class Script:
    """One change: how far the order had come, what is asked, and how it stands then."""

    name: str
    until: str | None
    patch: Patch
    stage: str
    begun: int = 0
    whole: bool = False
    shipped: str = ""
    drawing: bool = False
    held: bool = False
    role: str = "sales"
    lines: Mapping[int, str] = field(default_factory=dict)


SCRIPTS = (
    Script("more, before anything", None, line_of(1, quantity="15"), "signed", lines={1: "15"}),
    Script("less, before anything", None, line_of(2, quantity="1"), "signed", lines={2: "1"}),
    Script("a line more, in review", "submit_review", ADDED, "in_review", lines={3: "3"}),
    Script("other data, in review", "submit_review", GLASS, "in_review", role="design"),
    Script("called off, in review", "submit_review", OFF, "cancelled"),
    Script("another price, in review", "submit_review", line_of(1, unit_price="175.50"), "in_review"),
    Script("more, released", "approve_review", line_of(1, quantity="12.5"), "scheduled", lines={1: "12.5"}),
    Script("less, released", "approve_review", line_of(1, quantity="7"), "scheduled", lines={1: "7"}),
    Script("a line more, released", "approve_review", ADDED, "scheduled", lines={3: "3"}),
    Script("goods besides, released", "approve_review", BOUGHT, "scheduled", lines={3: "20"}),
    Script("a line less, released", "approve_review", line_of(2, cancel=True), "scheduled", lines={2: "0"}),
    Script("another article, released", "approve_review", line_of(1, sku="RAD-B", name="散热器 B"), "scheduled"),
    Script("a new drawing, released", "approve_review", {}, "scheduled", drawing=True),
    Script("a substitute, released", "approve_review", SUBSTITUTE, "scheduled", role="production"),
    Script("another address, released", "approve_review", ADDRESS, "scheduled"),
    Script("another date, released", "approve_review", {"promised_date": "2027-02-20"}, "scheduled"),
    Script("other data, on hold", "approve_review", GLASS, "scheduled", held=True),
    Script("called off, released", "approve_review", OFF, "cancelled"),
    Script("more, begun", "start_production", line_of(1, quantity="18"), "in_production", 4, lines={1: "18"}),
    Script("less, begun", "start_production", line_of(1, quantity="6"), "in_production", 4, lines={1: "6"}),
    Script("less than is made", "start_production", line_of(1, quantity="3"), "in_production", 5, True, lines={1: "3"}),
    Script("a line less, begun", "start_production", line_of(1, cancel=True), "in_production", 4, lines={1: "0"}),
    Script("more, of a line that is made", "start_production", line_of(1, quantity="14"), "in_production", 10, True),
    Script("other data, begun", "start_production", GLASS, "in_production", 4),
    Script("a new drawing, begun", "start_production", {}, "in_production", 4, drawing=True),
    Script("a substitute, begun", "start_production", SUBSTITUTE, "in_production", 4),
    Script("another article, begun", "start_production", line_of(1, sku="RAD-B", name="B"), "in_production", 4),
    Script("called off, begun", "start_production", OFF, "cancelled", 4),
    Script("more, at inspection", "completion_reported", line_of(1, quantity="11"), "in_production", 10, True),
    Script("less, at inspection", "completion_reported", line_of(2, quantity="2"), "awaiting_qc", 10, True),
    Script("more, partly shipped", "pass_inspection", line_of(1, quantity="13"), "in_production", shipped="6"),
    Script(
        "the rest of a line less", "pass_inspection", line_of(1, cancel=True), "qc_passed", shipped="6", lines={1: "6"}
    ),
    Script("another address, shipped", "dispatch", ADDRESS, "shipped"),
    Script("another address, on the way", "depart", ADDRESS, "in_transit"),
    Script("a price put right, delivered", "sign_delivery", line_of(1, unit_price="171.00"), "delivered"),
)


@pytest.fixture
async def factory(line: Line) -> Changing:
    changing = Changing(line)
    await changing.stocked()
    return changing


@pytest.mark.parametrize("script", [pytest.param(script, id=script.name) for script in SCRIPTS])
async def test_a_change_leaves_nothing_stale(factory: Changing, script: Script) -> None:
    order_no = await prepared(factory, script)
    before = await factory.line.order(order_no)
    change = await factory.changed(order_no, await patch_of(factory, order_no, script), script.role)
    await factory.acknowledged(change)
    order = await factory.leaves_nothing_stale(order_no)
    assert (order["stage"], order["revision"], order["held"]) == (script.stage, before["revision"] + 1, script.held)
    for number, quantity in script.lines.items():
        assert order["lines"][number - 1]["quantity"] == quantity
    event = (await factory.line.history(order_no))[-1]
    assert (event["type"], event["revision"], event["id"]) == ("OrderChanged", order["revision"], change["event_id"])


def test_there_are_more_than_thirty_of_every_kind() -> None:
    assert len(SCRIPTS) >= 30
    kinds: list[Callable[[Script], bool]] = [
        lambda one: one.drawing,
        lambda one: "address" in one.patch,
        lambda one: "substitutes" in one.patch,
        lambda one: "cancel" in one.patch,
        lambda one: any("cancel" in line for line in one.patch.get("lines", ())),
        lambda one: any("line" not in line for line in one.patch.get("lines", ())),
    ]
    assert all(any(kind(script) for script in SCRIPTS) for kind in kinds)


async def prepared(factory: Changing, script: Script) -> str:
    """The order as it stands before."""
    order_no = await factory.stands(script.until, script.begun, whole=script.whole)
    if script.shipped:
        await factory.line.does("warehouse", "ship_part", order_no, lines=[{"line": 1, "quantity": script.shipped}])
    if script.held:
        await factory.line.does("sales", "hold", order_no)
    return order_no


async def patch_of(factory: Changing, order_no: str, script: Script) -> Patch:
    """What is asked; a drawing is attached first."""
    if not script.drawing:
        return script.patch
    paper = await factory.line.attaches("design", "drawing", order_no, pdf("revision B"))
    return {"drawings": [{"attachment_id": paper["attachment"]["id"], "line": 1}]}
