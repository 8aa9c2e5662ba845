"""A7: an order changes under its own number, is acknowledged by every department, and leaves nothing stale behind."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.api.support import problem
from tests.flows.line import Line, money_adds_up

MORE = {"lines": [{"line": 1, "quantity": "5"}]}


async def asks(line: Line, order_no: str, patch: dict[str, Any], role: str = "sales", **more: Any) -> dict[str, Any]:
    """Somebody proposes a change; it is kept."""
    body = {"patch": patch, "reason": "客户来电", **more}
    answer = await line.api.post(f"/orders/{order_no}/changes", body, role=role)
    assert answer.status_code == 201, answer.text
    change: dict[str, Any] = answer.json()
    return change


async def decides(
    line: Line, change: dict[str, Any], verb: str = "approve", role: str = "management", **body: Any
) -> Any:
    """Somebody decides about it; what they are answered."""
    return await line.api.post(f"/changes/{change['id']}/{verb}", body, role=role)


async def changed(line: Line, order_no: str, patch: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A change proposed and approved; it is in force."""
    answer = await decides(line, await asks(line, order_no, patch, **more))
    assert answer.status_code == 200, answer.text
    applied: dict[str, Any] = answer.json()
    assert applied["state"] == "applied", applied
    return applied


async def acknowledged(line: Line, change: dict[str, Any]) -> dict[str, Any]:
    """Every touched department acknowledges."""
    for department in change["departments"]:
        answer = await decides(line, change, "acknowledge", department["role"])
        assert answer.status_code == 200, answer.text
        change = answer.json()
    assert change["acknowledged"]
    return change


async def test_more_is_ordered_while_it_is_made(line: Line) -> None:
    order_no = await line.opened()
    await line.goes_on(order_no, until="start_production")
    await line.drain()
    change = await asks(line, order_no, MORE)
    assert (change["number"], change["state"], change["impact"]["amount"]["difference"]) == (1, "proposed", "540.00")
    assert change["diff"]["lines"][0]["fields"]["quantity"]["zh"] == "第 1 行 铜铝复合散热器 数量：2 → 5"
    applied = (await decides(line, change)).json()
    order = await line.order(order_no)
    assert (order["revision"], order["lines"][0]["quantity"], order["total"]) == (2, "5", "900.00")
    assert money_adds_up(order)
    assert [one["role"] for one in applied["departments"]] == ["production", "warehouse"]

    stopped = problem(await line.tries("production", "completion_reported", order_no), 409, "revision_not_acknowledged")
    assert "change 1" in stopped["texts"]["en"]
    await acknowledged(line, applied)
    await line.goes_on(order_no, after="start_production")
    assert (await line.history(order_no))[4]["type"] == "OrderChanged"
    assert Decimal((await line.order(order_no))["lines"][0]["shipped_quantity"]) == 5
