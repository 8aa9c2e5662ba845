"""A planner changes a work order under way: another machine, a step more or less, a part of it on its own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from domain.refusals.kinds import Refusal
from tests.floor import Workshop
from usecases.floor.reroute import Reroute, SplitWorkOrder, reroute, split_work_order


def step(code: str, work_centre: str = "焊机", **more: Any) -> dict[str, Any]:
    plain = {"code": code, "name": {"zh": code, "en": code}, "work_centre": work_centre, "minutes": "5"}
    return {**plain, "setup_minutes": "0", "requirements": None, "outsourced": False, **more}


async def routed(workshop: Workshop, number: str, *steps: dict[str, Any], **more: Any) -> Any:
    return await workshop.factory.run(
        reroute, Reroute(number, steps, "焊机坏了", **more), actor=workshop.people["management"]
    )


async def refused(workshop: Workshop, number: str, *steps: dict[str, Any], **more: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        await routed(workshop, number, *steps, **more)
    return refusal.value.code


async def test_another_machine_and_a_step_outside_with_history(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    await workshop.complete(phone, number, "OP10", "10")
    steps = (
        step("OP10", "开料锯"),
        step("OP55", "焊机", outsourced=True),
        step("OP50", "打包机"),
        step("OP95", "打包机"),
    )
    after = await routed(workshop, number, *steps)
    assert [(one["code"], one["state"], one["outsourced"]) for one in after["operations"]] == [
        ("OP10", "done", False), ("OP55", "ready", True), ("OP50", "waiting", False), ("OP95", "waiting", False),
    ]  # fmt: skip
    (entry,) = after["history"]
    assert (entry["kind"], entry["reason"], len(entry["before"]["operations"]), len(entry["after"]["operations"])) == (
        "rerouted", "焊机坏了", 3, 4,
    )  # fmt: skip
    for operation in ("OP55", "OP50", "OP95"):
        assert (await workshop.complete(phone, number, operation, "10"))["status"] == "applied"
    assert await workshop.stage(number) == "awaiting_qc"


async def test_what_has_begun_is_neither_removed_nor_moved(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    await workshop.complete(phone, number, "OP10", "3")
    assert await refused(workshop, number, step("OP50"), step("OP95")) == "routing_begun"
    assert await refused(workshop, number, step("OP50"), step("OP10"), step("OP95")) == "routing_begun"
    assert await refused(workshop, number, step("OP10"), step("OP10")) == "routing_invalid"
    assert await refused(workshop, number, step("OP10", "月球")) == "routing_invalid"
    assert await refused(workshop, number, step("OP10"), expected_version=99) == "version_stale"
    assert await refused(workshop, number) == "routing_invalid"


async def test_leaving_out_the_last_open_step_completes_the_order(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    await workshop.complete(phone, number, "OP10", "10")
    await workshop.complete(phone, number, "OP50", "10")
    steps = (step("OP10", "开料锯"), step("OP50"))
    after = await workshop.factory.run(reroute, Reroute(number, steps), actor=workshop.people["production"])
    assert after["state"] == "done"
    assert await workshop.stage(number) == "awaiting_qc"


async def test_a_part_goes_its_own_way_with_its_share_of_the_material(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    await workshop.complete(phone, number, "OP10", "3")
    command = SplitWorkOrder(number, Decimal(4), "夜班")
    answer = await workshop.factory.run(split_work_order, command, actor=workshop.people["management"])
    stays, born = answer["work_order"], answer["split_off"]
    assert (stays["quantity"], born["quantity"], born["number"]) == ("6", "4", f"{number}-2")
    assert (born["parent_number"], born["state"], len(born["operations"])) == (number, "released", 3)
    assert (stays["picking"][0]["quantity"], born["picking"][0]["quantity"]) == ("37.2", "24.8")
    assert stays["token"] != born["token"]
    for more in ("4", "10"):
        with pytest.raises(Refusal) as refusal:
            await workshop.factory.run(
                split_work_order, SplitWorkOrder(number, Decimal(more)), actor=workshop.people["management"]
            )
        assert refusal.value.code == "split_too_large"
    await workshop.complete(phone, number, "OP10", "3")
    for operation in ("OP50", "OP95"):
        await workshop.complete(phone, number, operation, "6")
    assert await workshop.stage(number) == "in_production", "the part is still to be made"
    await workshop.make(phone, born["number"], "4")
    assert await workshop.stage(number) == "awaiting_qc"
