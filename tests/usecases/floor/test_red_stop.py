"""The stop on an old revision: refused where the device had heard of the change, kept for a person where it had not."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from domain.orders.events import instant_text
from tests.floor import Workshop
from usecases.floor.pull_changes import Pull, pull_changes


async def stopped(workshop: Workshop, number: str) -> dict[str, Any]:
    """What a change of the order does to a work order that it alters."""
    stop = {
        "change_id": str(uuid4()),
        "number": 1,
        "revision": 2,
        "text": {"zh": "第 1 号改单：标签换新", "en": "change 1: another label"},
        "announced_at": instant_text(workshop.factory.clock),
    }
    async with workshop.factory.database.connect() as connection:
        await connection.run(
            "UPDATE work_orders SET stop = $2, revision = 2, altered_revision = 2, version = version + 1 "
            "WHERE number = $1",
            number,
            stop,
        )
    return stop


async def test_work_told_before_the_phone_heard_waits_and_after_it_is_refused(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    at = {"work_order": number, "operation": "OP10", "good": "1", "revision": 1}
    early = phone.report("complete", workshop.factory.clock, at)
    workshop.factory.later(minutes=5)
    stop = await stopped(workshop, number)
    workshop.factory.later(minutes=5)
    (told,) = await workshop.push(phone, early)
    assert (told["status"], told["code"]) == ("conflict", "revision_not_acknowledged")
    pulled = await workshop.factory.run(pull_changes, Pull(device_id=phone.id), actor=phone.owner)
    (shown,) = [one for one in pulled["work_orders"] if one["number"] == number]
    assert (shown["current"], shown["change"]) == (False, stop)
    workshop.factory.later(minutes=5)
    told = await workshop.tell(phone, "complete", at)
    assert (told["status"], told["code"]) == ("rejected", "revision_not_acknowledged")
    assert "第 1 号改单：标签换新" in told["detail"]["zh"]
    assert "change 1: another label" in told["detail"]["en"]
    assert (await workshop.work_order(number))["operations"][0]["good"] == "0"


async def test_naming_the_new_revision_does_not_help_before_it_is_acknowledged(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    await stopped(workshop, number)
    body = {"work_order": number, "operation": "OP10", "good": "1", "revision": 2}
    assert (await workshop.tell(phone, "complete", body))["status"] == "rejected"
    fault = {"work_order": number, "operation": "OP10", "machine": "焊机", "stops_work": True}
    assert (await workshop.tell(phone, "fault", fault))["status"] == "applied", "what is no work goes on"
    async with workshop.factory.database.connect() as connection:
        await connection.run("UPDATE work_orders SET stop = NULL, version = version + 1 WHERE number = $1", number)
    async with workshop.factory.database.connect() as connection:
        revision = await connection.value("SELECT revision FROM work_orders WHERE number = $1", number)
    assert (await workshop.tell(phone, "complete", {**body, "revision": revision}))["status"] == "applied"
    old = await workshop.tell(phone, "complete", {**body, "good": "2", "revision": 1})
    assert (old["status"], old["code"]) == ("conflict", "revision_not_acknowledged")


async def test_a_change_that_does_not_exist_is_not_acknowledged(workshop: Workshop) -> None:
    phone = await workshop.phone()
    told = await workshop.tell(phone, "ack_change", {"change_id": str(uuid4())})
    assert (told["status"], told["code"]) == ("conflict", "not_found")
