"""A person decides what waited: as it is, corrected, or put aside; once, and both versions stay."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.refusals.kinds import Refusal
from persistence.queries.conflict_list import ConflictFilter
from tests.floor import Phone, Workshop
from usecases.floor.devices import Revoke, revoke_device
from usecases.floor.settle_conflict import SettleConflict, list_conflicts, settle_conflict


async def over_reported(workshop: Workshop) -> tuple[str, Phone, dict[str, Any]]:
    """A work order of ten of which twelve were told."""
    (number,) = await workshop.released()
    phone = await workshop.phone()
    told = await workshop.complete(phone, number, "OP10", "12")
    assert told["status"] == "conflict"
    return number, phone, told


async def settle(
    workshop: Workshop, told: dict[str, Any], decision: Any, login: str = "management", **more: Any
) -> Any:
    command = SettleConflict(UUID(told["conflict_id"]), decision, **more)
    return await workshop.factory.run(settle_conflict, command, actor=workshop.people[login])


async def test_applied_as_it_is_it_counts_and_names_the_report_that_waited(workshop: Workshop) -> None:
    number, phone, told = await over_reported(workshop)
    decided = await settle(workshop, told, "apply", reason="多做了两件")
    assert (decided["state"], decided["decision"], decided["reason"]) == ("resolved", "apply", "多做了两件")
    assert decided["decided_by"] == workshop.people["management"].id
    step = (await workshop.work_order(number))["operations"][0]
    assert (step["good"], step["state"]) == ("12", "done")
    async with workshop.factory.database.connect() as connection:
        applied = await connection.row("SELECT * FROM reports WHERE resolves = $1", UUID(told["id"]))
        waited = await connection.row("SELECT * FROM reports WHERE id = $1", UUID(told["id"]))
    assert applied is not None
    assert waited is not None
    assert (str(applied["id"]), applied["status"], applied["flags"]) == (
        decided["applied_report"], "applied", ["let_through"],
    )  # fmt: skip
    assert (waited["status"], waited["corrected_at"]) == ("conflict", applied["corrected_at"])
    assert (applied["person_id"], applied["device_id"]) == (UUID(phone.owner.id), phone.id)


async def test_applied_corrected_both_versions_are_shown(workshop: Workshop) -> None:
    number, _, told = await over_reported(workshop)
    body = {"work_order": number, "operation": "OP10", "good": "10"}
    decided = await settle(workshop, told, "apply_corrected", body=body)
    assert decided["report"]["body"]["good"] == "12"
    assert decided["now"]["operations"]["OP10"]["good"] == "10"
    assert decided["then"] == {"operations": {}, "inspection": None}


async def test_discarding_needs_a_reason_and_changes_nothing(workshop: Workshop) -> None:
    number, _, told = await over_reported(workshop)
    with pytest.raises(Refusal) as refused:
        await settle(workshop, told, "discard", reason="  ")
    assert [field.pointer for field in refused.value.fields] == ["/reason"]
    assert (await settle(workshop, told, "discard", reason="重复报工"))["state"] == "resolved"
    assert (await workshop.work_order(number))["state"] == "released"


async def test_it_is_decided_once_even_by_two_at_once(workshop: Workshop) -> None:
    number, _, told = await over_reported(workshop)
    answers = await asyncio.gather(*(settle(workshop, told, "apply") for _ in range(4)), return_exceptions=True)
    assert [getattr(answer, "code", "done") for answer in answers].count("done") == 1
    assert [getattr(answer, "code", "done") for answer in answers].count("conflict_decided") == 3
    assert (await workshop.work_order(number))["operations"][0]["good"] == "12"
    async with workshop.factory.database.connect() as connection:
        with pytest.raises((asyncpg.RestrictViolationError, asyncpg.RaiseError)):
            await connection.run("UPDATE conflicts SET decision = 'discard' WHERE id = $1", UUID(told["conflict_id"]))


async def test_what_nobody_can_apply_stays_open_and_says_why(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    told = await workshop.complete(phone, number, "OP99", "1")
    with pytest.raises(Refusal) as refused:
        await settle(workshop, told, "apply")
    assert (refused.value.code, refused.value.data["reason_code"]) == ("conflict_stands", "operation_unknown")
    body = {"work_order": number, "operation": "OP10", "good": "x"}
    with pytest.raises(Refusal) as refused:
        await settle(workshop, told, "apply_corrected", body=body)
    assert [field.pointer for field in refused.value.fields] == ["/body/good"]
    assert (await settle(workshop, told, "apply_corrected", body={**body, "good": "1"}))["state"] == "resolved"


async def test_reports_of_a_revoked_device_are_let_through_one_by_one(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    await workshop.factory.run(revoke_device, Revoke(phone.id), actor=workshop.people["management"])
    told = await workshop.complete(phone, number, "OP10", "10")
    assert told["code"] == "device_revoked"
    await settle(workshop, told, "apply")
    assert (await workshop.work_order(number))["operations"][0]["good"] == "10"


async def test_letting_the_last_completion_through_moves_the_order(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    await workshop.complete(phone, number, "OP10", "10")
    await workshop.complete(phone, number, "OP50", "10")
    told = await workshop.complete(phone, number, "OP95", "11")
    assert told["code"] == "over_reported"
    await settle(workshop, told, "apply")
    assert await workshop.stage(number) == "awaiting_qc"


async def test_a_hold_keeps_nothing_back_that_moves_no_order(workshop: Workshop) -> None:
    number, _ = await workshop.released("10", "RAD-CU6012-W", ("RAD-CU6012-W", "5"))
    await workshop.make(await workshop.phone(), number)
    order_no = (await workshop.work_order(number))["order_no"]
    await workshop.factory.act(order_no, "hold", "sales")
    body = {
        "work_order": number,
        "result": "fail",
        "defects": [{"code": "scratch", "quantity": "2"}],
        "operation": "OP95",
    }
    told = await workshop.tell(await workshop.phone("quality"), "inspect", body)
    assert (told["status"], told["code"]) == ("conflict", "work_order_held")
    await settle(workshop, told, "apply")
    after = await workshop.work_order(number)
    assert (after["inspection"]["passed"], after["order_stage"], after["held"]) == (False, "in_production", True)


async def test_only_a_planner_decides_and_open_ones_are_listed(workshop: Workshop) -> None:
    number, _, told = await over_reported(workshop)
    with pytest.raises(Refusal) as refused:
        await settle(workshop, told, "apply", login="quality")
    assert refused.value.code == "right_missing"
    listed = await workshop.factory.read(list_conflicts, ConflictFilter("open", work_order=number))
    assert [one["id"] for one in listed] == [told["conflict_id"]]
    await settle(workshop, told, "apply")
    assert await workshop.factory.read(list_conflicts, ConflictFilter("open", work_order=number)) == []
