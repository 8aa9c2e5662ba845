"""What devices report: applied exactly once, in order, and whatever does not fit waits for a person."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.floor import Workshop
from usecases.floor.devices import Revoke, revoke_device
from usecases.orders.perform_action import PerformAction, perform_action


def verdicts(results: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    return [(result["status"], result["code"]) for result in results]


async def kept(workshop: Workshop, sql: str, *values: Any) -> list[Any]:
    async with workshop.factory.database.connect() as connection:
        return [dict(row) for row in await connection.rows(sql, *values)]


async def test_a_work_order_is_made_by_three_reports_and_moves_its_order(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    started = await workshop.tell(phone, "start", {"work_order": number, "operation": "OP10", "revision": 1})
    assert verdicts([started]) == [("applied", None)]
    assert (await workshop.stage(number), len(started["event_ids"])) == ("in_production", 1)
    for operation in ("OP10", "OP50"):
        assert (await workshop.complete(phone, number, operation, "10"))["status"] == "applied"
    done = await workshop.complete(phone, number, "OP95", "10")
    assert await workshop.stage(number) == "awaiting_qc"
    assert len(done["event_ids"]) == 1
    found = await workshop.work_order(number)
    assert (found["state"], found["good"], found["scrap"]) == ("done", "10", "0")
    assert [step["state"] for step in found["operations"]] == ["done"] * 3


async def test_a_report_is_applied_once_however_often_it_is_sent(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone, other = await workshop.phone(), await workshop.phone()
    body = {"work_order": number, "operation": "OP10", "good": "4"}
    report = phone.report("complete", workshop.factory.clock, body)
    assert verdicts(await workshop.push(phone, report, report)) == [("applied", None), ("duplicate", None)]
    again = await asyncio.gather(*(workshop.push(phone, report) for _ in range(8)), workshop.push(other, report))
    assert {result["status"] for results in again for result in results} == {"duplicate"}
    assert (await workshop.work_order(number))["operations"][0]["good"] == "4"
    (row,) = await kept(workshop, "SELECT repeats, status FROM reports WHERE device_id = $1", phone.id)
    assert (row["repeats"], row["status"]) == (9, "applied")


async def test_the_same_report_at_the_same_moment_from_many_is_applied_once(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    at = {"work_order": number, "operation": "OP10"}
    reports = [
        phone.report("complete", workshop.factory.clock + timedelta(minutes=n), {**at, "good": str(n)})
        for n in (1, 2, 3)
    ]
    answers = await asyncio.gather(*(workshop.push(phone, *reports) for _ in range(6)))
    statuses = [result["status"] for results in answers for result in results]
    assert (statuses.count("applied"), statuses.count("duplicate")) == (3, 15)
    assert (await workshop.work_order(number))["operations"][0]["good"] == "6"


async def test_other_work_told_at_the_same_moment_is_all_counted(workshop: Workshop) -> None:
    (number,) = await workshop.released("100")
    phones = [await workshop.phone() for _ in range(6)]
    at = {"work_order": number, "operation": "OP10"}
    told = await asyncio.gather(
        *(workshop.tell(phone, "complete", {**at, "good": str(n)}) for n, phone in enumerate(phones, 1))
    )
    assert {result["status"] for result in told} == {"applied"}
    assert (await workshop.work_order(number))["operations"][0]["good"] == "21"


async def test_two_who_finish_the_last_two_work_orders_at_once_complete_the_order_once(workshop: Workshop) -> None:
    first, second = await workshop.released("10", "RAD-CU6012-W", ("5", "TWR-E5080-B")[::-1])
    phones = [await workshop.phone(), await workshop.phone()]
    for operation in ("OP10", "OP50"):
        await workshop.complete(phones[0], first, operation, "10")
    await workshop.complete(phones[1], second, "OP50", "5")
    results = await asyncio.gather(
        workshop.tell(phones[0], "complete", {"work_order": first, "operation": "OP95", "good": "10"}),
        workshop.tell(phones[1], "complete", {"work_order": second, "operation": "OP95", "good": "5"}),
    )
    assert sorted(len(result["event_ids"]) for result in results) == [0, 1]
    assert await workshop.stage(first) == "awaiting_qc"


async def test_one_bad_report_never_blocks_the_next(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    good = [phone.report("start", workshop.factory.clock, {"work_order": number, "operation": "OP10"})]
    bad = [
        {"id": str(uuid4()), "kind": "complete", "occurred_at": "2026-11-23T01:00:00Z", "body": {"good": 1.5}},
        {"id": str(uuid4()), "kind": "dance", "occurred_at": "2026-11-23T01:00:00Z", "body": {}},
        {"id": "no id", "kind": "start"},
        "nothing at all",
        None,
        {"id": str(uuid4()), "v": 7, "kind": "start", "occurred_at": "2026-11-23T01:00:00Z", "body": {}},
        phone.report("note", workshop.factory.clock, {"text": "half a letter \ud83d and nothing \0"}),
    ]
    last = phone.report("complete", workshop.factory.clock, {"work_order": number, "operation": "OP10", "good": "3"})
    results = await workshop.push(phone, *good, *bad, last)
    assert [result["status"] for result in results] == ["applied", *["rejected"] * 7, "applied"]
    assert [result["code"] for result in results[1:8]] == [
        "report_unreadable", "report_version_unknown", "report_unreadable", "report_unreadable", "report_unreadable",
        "report_version_unknown", "report_unreadable",
    ]  # fmt: skip
    assert all(set(result["detail"]) == {"zh", "en"} for result in results[1:8])
    assert (
        len(await kept(workshop, "SELECT 1 FROM reports WHERE status = 'rejected' AND device_id = $1", phone.id)) == 4
    )
    assert len(await kept(workshop, "SELECT 1 FROM refused_reports WHERE device_id = $1", phone.id)) == 3
    assert [r["status"] for r in await workshop.push(phone, *bad)] == ["rejected"] * 7
    assert len(await kept(workshop, "SELECT 1 FROM refused_reports WHERE device_id = $1", phone.id)) == 3


async def test_an_id_that_names_another_report_is_refused_and_kept(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    first = phone.report("complete", workshop.factory.clock, {"work_order": number, "operation": "OP10", "good": "3"})
    other = {**first, "body": {**first["body"], "good": "4"}}
    assert verdicts(await workshop.push(phone, first, other)) == [("applied", None), ("rejected", "report_id_reused")]
    assert verdicts(await workshop.push(phone, other)) == [("rejected", "report_id_reused")]
    assert (await workshop.work_order(number))["operations"][0]["good"] == "3"
    assert len(await kept(workshop, "SELECT 1 FROM refused_reports WHERE device_id = $1", phone.id)) == 1


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"operation": "OP50", "good": "1"}, "operation_out_of_order"),
        ({"operation": "OP99", "good": "1"}, "operation_unknown"),
        ({"operation": "OP10", "good": "11"}, "over_reported"),
        ({"operation": "OP10", "good": "9", "scrap": "2"}, "over_reported"),
        ({"operation": "OP10", "good": "1", "scrap": "1"}, "scrap_reasons_differ"),
        ({"operation": "OP10", "good": "1", "lots": [{"sku": "X", "lot": "1", "quantity": "1"}]}, "article_unknown"),
        ({"operation": "OP10", "good": "1", "work_order": "WO1"}, "work_order_unknown"),
    ],
)
async def test_what_does_not_fit_waits_for_a_person_and_changes_nothing(
    workshop: Workshop, told: dict[str, Any], code: str
) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    result = await workshop.tell(phone, "complete", {"work_order": number, **told})
    assert verdicts([result]) == [("conflict", code)]
    assert (await workshop.work_order(number))["state"] == "released"
    (conflict,) = await kept(workshop, "SELECT * FROM conflicts WHERE device_id = $1", phone.id)
    assert (str(conflict["id"]), conflict["state"], conflict["code"]) == (result["conflict_id"], "open", code)
    again = (await workshop.push(phone, {**(await _raw(workshop, result["id"]))}))[0]
    assert (again["status"], again["conflict_id"]) == ("rejected", None) or again["status"] == "conflict"


async def _raw(workshop: Workshop, report_id: str) -> dict[str, Any]:
    (row,) = await kept(workshop, "SELECT id, kind, body FROM reports WHERE id = $1", UUID(report_id))
    return {"id": str(row["id"]), "kind": row["kind"], "occurred_at": "2026-11-23T01:00:00Z", "body": row["body"]}


async def test_scrap_makes_the_next_step_smaller_and_the_order_short(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    reasons = [{"code": "scratch", "quantity": "2"}]
    await workshop.complete(phone, number, "OP10", "8", scrap="2", scrap_reasons=reasons)
    over = await workshop.complete(phone, number, "OP50", "9")
    assert verdicts([over]) == [("conflict", "over_reported")]
    await workshop.complete(phone, number, "OP50", "8")
    last = await workshop.complete(phone, number, "OP95", "8")
    assert last["flags"] == ["short"]
    assert (await workshop.work_order(number))["good"] == "8"
    assert await workshop.stage(number) == "awaiting_qc"


async def test_the_same_work_told_by_two_phones_is_held_for_a_person(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    one, other = await workshop.phone(), await workshop.phone()
    body = {"work_order": number, "operation": "OP10", "good": "3"}
    assert (await workshop.tell(one, "complete", body))["status"] == "applied"
    workshop.factory.later(minutes=2)
    assert verdicts([await workshop.tell(other, "complete", body)]) == [("conflict", "possible_duplicate")]
    assert (await workshop.tell(one, "complete", body))["status"] == "applied", "the next three pieces, two minutes on"
    workshop.factory.later(seconds=3)
    assert verdicts([await workshop.tell(one, "complete", body)]) == [("conflict", "possible_duplicate")]


async def test_a_wrong_clock_is_corrected_and_flagged(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    phone.off = timedelta(days=3)
    happened = workshop.factory.clock
    report = phone.report("complete", happened, {"work_order": number, "operation": "OP10", "good": "1"})
    workshop.factory.later(hours=5)
    (result,) = await workshop.push(phone, report)
    assert result["flags"] == ["clock_skewed"]
    (row,) = await kept(workshop, "SELECT * FROM reports WHERE device_id = $1", phone.id)
    assert row["corrected_at"] == happened
    assert row["occurred_at"] == happened + timedelta(days=3)
    assert (row["shift"], row["shift_date"].isoformat()) == ("day", "2026-11-23")
    (device,) = await kept(workshop, "SELECT skew_seconds FROM devices WHERE id = $1", phone.id)
    assert device["skew_seconds"] == -3 * 24 * 3600


async def test_gaps_in_the_numbers_are_seen_until_they_are_filled(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    made = [phone.report("note", workshop.factory.clock, {"work_order": number, "text": str(n)}) for n in range(6)]
    assert (await workshop.push_whole(phone, made[1], made[4]))["gaps"] == [[1, 1], [3, 4]]
    assert (await workshop.push_whole(phone, made[0], made[2]))["gaps"] == [[4, 4]]
    assert (await workshop.push_whole(phone, made[3], made[5]))["gaps"] == []
    (device,) = await kept(workshop, "SELECT seen_through, last_seq FROM devices WHERE id = $1", phone.id)
    assert (device["seen_through"], device["last_seq"]) == (6, 6)


async def test_reports_are_taken_in_the_order_of_the_device_and_answered_in_that_of_the_call(
    workshop: Workshop,
) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    at = workshop.factory.clock
    made = [
        phone.report("complete", at, {"work_order": number, "operation": "OP10", "good": "10"}),
        phone.report("complete", at, {"work_order": number, "operation": "OP50", "good": "10"}),
    ]
    results = await workshop.push(phone, made[1], made[0])
    assert [result["id"] for result in results] == [made[1]["id"], made[0]["id"]]
    assert verdicts(results) == [("applied", None)] * 2


async def test_a_revoked_device_is_quarantined_and_nothing_of_it_is_lost(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    await workshop.factory.run(revoke_device, Revoke(phone.id, "丢失"), actor=workshop.people["management"])
    told = await workshop.tell(phone, "complete", {"work_order": number, "operation": "OP10", "good": "1"})
    assert verdicts([told]) == [("conflict", "device_revoked")]


async def test_each_report_carries_the_name_of_whoever_made_it(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    anna, terminal = await workshop.hire("anna", "production"), await workshop.phone("production")
    body = {"work_order": number, "operation": "OP10", "good": "1"}
    stranger = await workshop.tell(terminal, "complete", body, by=anna.id)
    assert verdicts([stranger]) == [("conflict", "person_not_enrolled")]
    terminal = await workshop.phone("production", "anna", "driver")
    assert (await workshop.tell(terminal, "complete", body, by=anna.id))["status"] == "applied"
    driver = await workshop.tell(terminal, "complete", body, by=workshop.people["driver"].id)
    assert verdicts([driver]) == [("conflict", "report_right_missing")]
    rows = await kept(
        workshop, "SELECT person_id, sent_by FROM reports WHERE status = 'applied' AND device_id = $1", terminal.id
    )
    assert [(str(row["person_id"]), row["sent_by"]) for row in rows] == [(anna.id, workshop.people["production"].id)]


async def test_a_held_order_lets_no_work_be_reported(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    order_no = (await workshop.work_order(number))["order_no"]
    await workshop.factory.act(order_no, "hold", "sales")
    phone = await workshop.phone()
    told = await workshop.tell(phone, "start", {"work_order": number, "operation": "OP10"})
    assert verdicts([told]) == [("conflict", "work_order_held")]


async def test_pause_resume_and_handover_say_who_is_at_it(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    anna = await workshop.hire("anna", "production")
    phone = await workshop.phone("production", "anna")
    at = {"work_order": number, "operation": "OP10"}
    for kind, more, state in (
        ("start", {}, "running"),
        ("pause", {"reason": "换模"}, "paused"),
        ("resume", {}, "running"),
        ("fault", {"machine": "焊机", "stops_work": True}, "paused"),
        ("resume", {}, "running"),
        ("handover", {"to": anna.id}, "running"),
    ):
        assert (await workshop.tell(phone, kind, {**at, **more}))["status"] == "applied"
        assert (await workshop.work_order(number))["operations"][0]["state"] == state
    people = (await workshop.work_order(number))["operations"][0]["people"]
    assert people == [{"id": anna.id, "name": "测试 anna"}]
    again = await workshop.tell(phone, "resume", at)
    assert (again["status"], again["flags"]) == ("applied", ["out_of_step"])


async def test_rework_sends_pieces_back_and_the_work_order_is_open_again(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    await workshop.complete(phone, number, "OP10", "10")
    await workshop.complete(phone, number, "OP50", "10")
    too_many = await workshop.tell(phone, "rework", {"work_order": number, "operation": "OP10", "quantity": "11"})
    assert verdicts([too_many]) == [("conflict", "rework_too_large")]
    assert (await workshop.tell(phone, "rework", {"work_order": number, "operation": "OP10", "quantity": "4"}))[
        "status"
    ] == "applied"
    steps = (await workshop.work_order(number))["operations"]
    assert [(step["good"], step["rework"], step["state"]) for step in steps[:2]] == [
        ("6", "4", "ready"), ("6", "4", "ready"),
    ]  # fmt: skip
    for operation in ("OP10", "OP50"):
        assert (await workshop.complete(phone, number, operation, "4"))["status"] == "applied"
    assert [step["state"] for step in (await workshop.work_order(number))["operations"]] == ["done", "done", "ready"]


async def test_a_last_report_closes_an_operation_that_is_short(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    await workshop.complete(phone, number, "OP10", "7", last=True)
    assert (await workshop.work_order(number))["operations"][0]["state"] == "done"


async def test_the_database_refuses_to_rewrite_what_was_decided(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    await workshop.complete(phone, number, "OP10", "7")
    for sql in (
        "UPDATE reports SET good = 70",
        "UPDATE reports SET status = 'rejected', repeats = 1",
        "DELETE FROM reports",
        "UPDATE work_orders SET good = good WHERE false",
    ):
        async with workshop.factory.database.connect() as connection:
            if "false" in sql:
                await connection.run(sql)
            else:
                with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.RestrictViolationError)):
                    await connection.run(sql)


async def test_completion_by_somebody_who_may_not_move_the_order_is_kept_and_flagged(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone("quality")
    order_no = (await workshop.work_order(number))["order_no"]
    await workshop.factory.run(
        perform_action, PerformAction(order_no, "start_production"), actor=workshop.people["production"]
    )
    await workshop.complete(phone, number, "OP10", "10")
    await workshop.complete(phone, number, "OP50", "10")
    last = await workshop.complete(phone, number, "OP95", "10")
    assert (last["status"], last["code"], last["flags"]) == ("applied", "role_not_allowed", ["order_not_moved"])
    assert await workshop.stage(number) == "in_production"
