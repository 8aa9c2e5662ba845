"""A7: thirty order changes, at every stage and of every kind, and nothing stale is left of any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from tests.flows.changing import ACTIONS, LINES, Changing
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
    Script("a line more, before anything", None, ADDED, "signed", lines={3: "3"}),
    Script("a line less, before anything", None, line_of(2, cancel=True), "signed", lines={2: "0"}),
    Script("another address, before anything", None, ADDRESS, "signed"),
    Script("called off, before anything", None, OFF, "cancelled"),
    Script("more, before anything", None, line_of(1, quantity="15"), "signed", lines={1: "15"}),
    Script("less, before anything", None, line_of(2, quantity="1"), "signed", lines={2: "1"}),
    Script("less, in review", "submit_review", line_of(1, quantity="9"), "in_review", lines={1: "9"}),
    Script("a new drawing, in review", "submit_review", {}, "in_review", drawing=True),
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
    Script("a line more, begun", "start_production", ADDED, "in_production", 4, lines={3: "3"}),
    Script("another address, begun", "start_production", ADDRESS, "in_production", 4),
    Script("the rest is made", "start_production", line_of(2, cancel=True), "awaiting_qc", 10, True, lines={2: "0"}),
    Script("called off, begun", "start_production", OFF, "cancelled", 4),
    Script("more, at inspection", "completion_reported", line_of(1, quantity="11"), "in_production", 10, True),
    Script("less, at inspection", "completion_reported", line_of(2, quantity="2"), "awaiting_qc", 10, True),
    Script("a line more, at inspection", "completion_reported", ADDED, "in_production", 10, True, lines={3: "3"}),
    Script("a new drawing, at inspection", "completion_reported", {}, "awaiting_qc", 10, True, drawing=True),
    Script("called off, at inspection", "completion_reported", OFF, "cancelled", 10, True),
    Script("called off, inspected", "pass_inspection", OFF, "cancelled"),
    Script("a line more, inspected", "pass_inspection", ADDED, "in_production", lines={3: "3"}),
    Script("more, partly shipped", "pass_inspection", line_of(1, quantity="13"), "in_production", shipped="6"),
    Script(
        "the rest of a line less", "pass_inspection", line_of(1, cancel=True), "qc_passed", shipped="6", lines={1: "6"}
    ),
    Script("another address, shipped", "dispatch", ADDRESS, "shipped"),
    Script("another address, on the way", "depart", ADDRESS, "in_transit"),
    Script("a price put right, delivered", "sign_delivery", line_of(1, unit_price="171.00"), "delivered"),
)


@pytest.fixture(scope="module")
async def factory(shared_line: Line) -> Changing:
    """One factory for all of them, as it would be."""
    changing = Changing(shared_line)
    await changing.stocked()
    await changing.runs_short()
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
    (event,) = [one for one in await factory.line.history(order_no) if one["id"] == change["event_id"]]
    assert (event["type"], event["revision"]) == ("OrderChanged", order["revision"])


def kind_of(script: Script) -> str:
    """What is asked, by the first thing that is another."""
    (first, *_) = script.patch or {"drawing": True}
    line: Mapping[str, Any] = next(iter(script.patch.get("lines", ())), {})
    if first != "lines":
        return str(first)
    if "line" not in line or "cancel" in line:
        return "line added" if "line" not in line else "line cancelled"
    if "quantity" in line:
        was = LINES[line["line"] - 1]["quantity"]
        return "quantity up" if Decimal(line["quantity"]) > Decimal(was) else "quantity down"
    return str(next(name for name in line if name != "line"))


def test_they_are_of_every_kind_at_every_stage() -> None:
    stages: dict[str, set[str | None]] = {}
    for script in SCRIPTS:
        stages.setdefault(kind_of(script), set()).add(script.until)
    assert len(SCRIPTS) >= 30
    early = {None, "submit_review", "approve_review", "start_production"}
    for kind in ("quantity down", "line added", "line cancelled", "address", "cancel", "drawing", "quantity up"):
        assert len(stages[kind] & early) >= 3, kind
        assert stages[kind] - early, kind
    assert stages["substitutes"] >= {"approve_review", "start_production"}
    assert {"sku", "technical", "unit_price", "promised_date"} <= stages.keys()
    assert set.union(*stages.values()) == {None, *ACTIONS}


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
