"""What a phone is given to keep: what is open, and what is made and waits to be inspected."""

from __future__ import annotations

from typing import Any

from tests.floor import Phone, Workshop
from tests.support.frontier import nothing_is_withheld
from usecases.floor.pull_changes import Pull, pull_changes


async def pulled(workshop: Workshop, phone: Phone) -> dict[str, dict[str, Any]]:
    """What somebody's new phone is told, by the numbers of work orders."""
    await nothing_is_withheld(workshop.factory)
    told = (await workshop.factory.run(pull_changes, Pull(), actor=phone.owner))["work_orders"]
    return {work_order["number"]: work_order for work_order in told}


async def test_what_is_made_stays_on_phones_until_an_inspection_has_passed_it(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    worker, inspector = await workshop.phone(), await workshop.phone("quality")
    await workshop.make(worker, number)
    waiting = (await pulled(workshop, inspector))[number]
    assert (waiting["state"], waiting["order_category"], waiting["inspection"]) == ("done", "quality", None)
    defects = [{"code": "leak"}]
    await workshop.tell(inspector, "inspect", {"work_order": number, "result": "fail", "defects": defects})
    assert (await pulled(workshop, inspector))[number]["state"] == "in_progress"
    await workshop.complete(worker, number, "OP95", "10")
    assert (await pulled(workshop, inspector))[number]["inspection"]["passed"] is False
    await workshop.tell(inspector, "inspect", {"work_order": number, "result": "pass"})
    assert number not in await pulled(workshop, inspector)
