"""Reasons for scrap and defects: the factory's own words, offered to phones, and no fence around what is told."""

from __future__ import annotations

import pytest

from domain.refusals.kinds import Refusal
from tests.factory import person
from tests.floor import Workshop
from usecases.floor.pull_changes import Pull, pull_changes
from usecases.floor.read_output import OutputDays, read_output
from usecases.floor.reason_codes import SaveReason, list_reasons, save_reason


async def offered(workshop: Workshop, kind: str) -> list[str]:
    """What a phone offers after it has asked what is new."""
    phone = await workshop.phone()
    pulled = await workshop.factory.run(pull_changes, Pull(device_id=phone.id), actor=phone.owner)
    return [one["code"] for one in pulled["reasons"] if one["kind"] == kind and one["active"]]


async def test_a_planner_or_an_inspector_names_them_and_phones_offer_them(workshop: Workshop) -> None:
    assert (await offered(workshop, "defect"))[:2] == ["scratch", "dent"]
    named = SaveReason("defect", "orange_peel", "橘皮", "Orange peel", place=1)
    saved = await workshop.factory.run(save_reason, named, actor=person("quality"))
    assert (saved["name"], saved["name_en"], saved["active"]) == ("橘皮", "Orange peel", True)
    gone = SaveReason("defect", "leak", "漏水", "Leak", active=False)
    await workshop.factory.run(save_reason, gone, actor=person("production"))
    now = await offered(workshop, "defect")
    assert ("orange_peel" in now, "leak" in now, "leak" in await offered(workshop, "scrap")) == (True, False, False)
    known = {one["code"]: one["active"] for one in await workshop.factory.read(list_reasons, "defect")}
    assert known["leak"] is False, "what was told under it keeps its name"
    with pytest.raises(Refusal) as refusal:
        await workshop.factory.run(save_reason, named, actor=person("warehouse"))
    assert refusal.value.code == "right_missing"


async def test_what_no_list_has_is_kept_as_it_was_told(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    phone = await workshop.phone()
    reasons = [
        {"code": "surface", "quantity": "1"},
        {"code": "被叉车撞了", "quantity": "1", "note": "三号通道"},
    ]
    told = await workshop.complete(phone, number, "OP10", "8", scrap="2", scrap_reasons=reasons)
    assert (told["status"], told["code"]) == ("applied", None)
    day = await workshop.factory.read(read_output, OutputDays("product"))
    lost = {one["code"]: one["label"] for row in day["items"] for one in row["scrap_reasons"]}
    assert lost["surface"] == {"zh": "表面不良", "en": "Surface"}
    assert lost["被叉车撞了"] == {"zh": "被叉车撞了", "en": "被叉车撞了"}
    for operation in ("OP10", "OP50", "OP95"):
        await workshop.complete(phone, number, operation, "2" if operation == "OP10" else "8", last=True)
    inspector = await workshop.phone("quality")
    body = {"work_order": number, "result": "fail", "defects": [{"code": "没见过的毛病", "note": "一圈发白"}]}
    assert (await workshop.tell(inspector, "inspect", body))["status"] == "applied"
    async with workshop.factory.database.connect() as connection:
        kept = await connection.value(
            "SELECT body->'defects' FROM reports WHERE kind = 'inspect' AND work_order = $1", number
        )
    assert kept == body["defects"]
