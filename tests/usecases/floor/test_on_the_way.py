"""Inspection, delivery, stock and lots: reports that move the order or the material."""

from __future__ import annotations

from typing import Any

from tests.floor import Workshop
from usecases.floor.keep_photo import KeepPhoto, keep_photo
from usecases.floor.report_work import ReportWork, report_work
from usecases.floor.trace_lots import Lot, lots_of_order, orders_of_lot
from usecases.orders.attach_paper import AttachPaper, attach_paper, list_papers
from usecases.orders.read_orders import HistoryPage, read_history

PHOTO, SIGNATURE = "a" * 64, "b" * 64
# What brings custom furniture to the stage from which it is delivered, with what each stage waits for.
FURNITURE = (
    ("accept_enquiry", "sales", "requirement_sheet"),
    ("approve_design", "design", "rendering_3d"),
    ("sign_quotation", "sales", "signed_quotation"),
    ("materials_arrived", "warehouse", "purchase_list"),
    ("completion_reported", "production", "cutting_list"),
    ("pass_inspection", "quality", "packing_photo"),
)


async def made(workshop: Workshop) -> tuple[str, str]:
    """A work order whose order awaits inspection, and the order's number."""
    (number,) = await workshop.released()
    await workshop.make(await workshop.phone(), number)
    return number, (await workshop.work_order(number))["order_no"]


async def photos(workshop: Workshop) -> None:
    for sha256 in (PHOTO, SIGNATURE):
        await workshop.factory.run(keep_photo, KeepPhoto(sha256, "image/png", 10), actor=workshop.people["driver"])


async def events(workshop: Workshop, order_no: str) -> list[dict[str, Any]]:
    return await workshop.factory.read(read_history, HistoryPage(order_no, 0, 100))  # type: ignore[no-any-return]


async def test_a_failed_inspection_opens_rework_and_the_next_one_passes(workshop: Workshop) -> None:
    number, order_no = await made(workshop)
    inspector, worker = await workshop.phone("quality"), await workshop.phone()
    defects = [{"code": "leak", "quantity": "2", "note": "接头"}]
    body = {"work_order": number, "result": "fail", "quantity": "2", "defects": defects, "rework_operation": "OP50"}
    failed = await workshop.tell(inspector, "inspect", body)
    assert (failed["status"], await workshop.stage(number)) == ("applied", "in_production")
    found = await workshop.work_order(number)
    assert [step["state"] for step in found["operations"]] == ["done", "ready", "ready"]
    assert found["inspection"]["passed"] is False
    told = (await events(workshop, order_no))[-1]
    assert (told["action"], told["payload"]["defects"]) == ("fail_inspection", defects)
    for operation in ("OP50", "OP95"):
        assert (await workshop.complete(worker, number, operation, "2"))["status"] == "applied"
    assert await workshop.stage(number) == "awaiting_qc"
    passed = await workshop.tell(inspector, "inspect", {"work_order": number, "result": "pass"})
    assert (passed["status"], await workshop.stage(number)) == ("applied", "qc_passed")


async def test_an_order_passes_when_all_of_its_work_orders_have(workshop: Workshop) -> None:
    first, second = await workshop.released("10", "RAD-CU6012-W", ("TWR-E5080-B", "5"))
    phone, inspector = await workshop.phone(), await workshop.phone("quality")
    await workshop.make(phone, first)
    await workshop.make(phone, second, "5")
    await workshop.tell(inspector, "inspect", {"work_order": first, "result": "pass"})
    assert await workshop.stage(first) == "awaiting_qc"
    await workshop.tell(inspector, "inspect", {"work_order": second, "result": "pass"})
    assert await workshop.stage(first) == "qc_passed"


async def test_a_worker_does_not_inspect(workshop: Workshop) -> None:
    number, _ = await made(workshop)
    told = await workshop.tell(await workshop.phone(), "inspect", {"work_order": number, "result": "pass"})
    assert (told["status"], told["code"]) == ("conflict", "report_right_missing")


async def test_from_the_truck_to_the_signature_on_glass(workshop: Workshop) -> None:
    number, order_no = await made(workshop)
    inspector, keeper, driver = [await workshop.phone(who) for who in ("quality", "warehouse", "driver")]
    await photos(workshop)
    await workshop.tell(inspector, "inspect", {"work_order": number, "result": "pass"})
    early = await workshop.tell(driver, "sign", {"order_no": order_no, "signed_by": "李女士"})
    assert (early["status"], early["code"]) == ("conflict", "action_not_allowed_in_stage")
    steps = (
        (keeper, "load", {"order_no": order_no, "vehicle": "沪A12345", "packages": 3}, "shipped"),
        (driver, "depart", {"order_no": order_no, "vehicle": "沪A12345"}, "in_transit"),
        (driver, "position", {"order_no": order_no, "latitude": "31.2304", "longitude": "-0.5"}, "in_transit"),
        (driver, "arrive", {"order_no": order_no, "latitude": "31.2", "longitude": "121.4"}, "in_transit"),
        (
            driver,
            "sign",
            {"order_no": order_no, "signed_by": "李女士", "signature": SIGNATURE, "photos": [PHOTO]},
            "delivered",
        ),
    )
    for phone, kind, body, stage in steps:
        told = await workshop.tell(phone, kind, body)
        assert (told["status"], await workshop.stage(number)) == ("applied", stage), told
    papers = await workshop.factory.read(list_papers, order_no)
    assert {(paper["kind"], paper["sha256"]) for paper in papers} == {
        ("delivery_photo", PHOTO), ("signed_delivery_note", SIGNATURE),
    }  # fmt: skip
    signed = (await events(workshop, order_no))[-1]
    assert (signed["action"], signed["payload"], signed["actor"]["role"]) == (
        "sign_delivery", {"signed_by": "李女士"}, "driver",
    )  # fmt: skip
    assert signed["device_id"] == str(driver.id)


async def test_goods_are_loaded_and_driven_where_the_workflow_knows_no_such_steps(workshop: Workshop) -> None:
    order_no = (await workshop.factory.an_order(order_type="custom_furniture"))["order_no"]
    keeper, driver = await workshop.phone("warehouse"), await workshop.phone("driver")
    early = await workshop.tell(keeper, "load", {"order_no": order_no, "vehicle": "沪A12345"})
    assert (early["status"], early["code"]) == ("conflict", "action_unknown")
    for action, role, paper in FURNITURE:
        await attached(workshop, order_no, paper)
        await workshop.factory.act(order_no, action, role)
    await photos(workshop)
    for phone, kind in ((keeper, "load"), (driver, "depart"), (driver, "arrive")):
        assert (await workshop.tell(phone, kind, {"order_no": order_no}))["status"] == "applied"
    told = await workshop.tell(driver, "sign", {"order_no": order_no, "signed_by": "李", "signature": SIGNATURE})
    assert told["status"] == "applied"
    assert (await events(workshop, order_no))[-1]["action"] == "sign_delivery"


async def attached(workshop: Workshop, order_no: str, kind: str) -> None:
    """A paper that a stage waits for."""
    paper = AttachPaper(order_no, kind, "a.png", "image/png", 3, "0" * 64)
    await workshop.factory.run(attach_paper, paper, actor=workshop.people["management"])


async def test_a_refused_action_leaves_no_paper_behind(workshop: Workshop) -> None:
    _, order_no = await made(workshop)
    await photos(workshop)
    driver = await workshop.phone("driver")
    told = await workshop.tell(driver, "sign", {"order_no": order_no, "signature": SIGNATURE})
    assert told["status"] == "conflict"
    assert await workshop.factory.read(list_papers, order_no) == []


async def test_a_photo_that_never_came_is_flagged_and_may_come_later(workshop: Workshop) -> None:
    number, order_no = await made(workshop)
    inspector = await workshop.phone("quality")
    missing = "c" * 64
    told = await workshop.tell(inspector, "inspect", {"work_order": number, "result": "pass", "photos": [missing]})
    assert (told["status"], told["flags"]) == ("applied", ["photo_missing"])
    body = {"sha256": missing, "order_no": order_no, "photo_kind": "inspection_photo"}
    assert (await workshop.tell(inspector, "photo", body))["code"] == "photo_missing"
    await workshop.factory.run(keep_photo, KeepPhoto(missing, "image/jpeg", 10), actor=workshop.people["quality"])
    assert (await workshop.tell(inspector, "photo", body))["status"] == "applied"
    papers = await workshop.factory.read(list_papers, order_no)
    assert [paper["kind"] for paper in papers] == ["inspection_photo"]


async def test_stock_is_told_in_any_unit_it_is_counted_in(workshop: Workshop) -> None:
    keeper = await workshop.phone("warehouse")
    boxes = await workshop.tell(keeper, "issue_stock", {"sku": "A03", "quantity": "3", "unit": "箱"})
    assert boxes["status"] == "applied"
    for unit, code in (("托盘", "unit_unknown"), (None, None)):
        body = {"sku": "A03", "quantity": "5", **({"unit": unit} if unit else {})}
        assert (await workshop.tell(keeper, "transfer_stock", {**body, "to_location": "B2"}))["code"] == code
    await workshop.tell(keeper, "count_stock", {"sku": "A03", "quantity": "0", "location": "B1"})
    await workshop.tell(keeper, "receive_stock", {"sku": "CU.T", "quantity": "6.2", "lot": "L7"})
    async with workshop.factory.database.connect() as connection:
        rows = await connection.rows(
            "SELECT m.direction, m.sku, m.quantity::text, m.to_location, m.lot FROM material_moves m "
            "JOIN reports r ON r.id = m.report_id WHERE r.device_id = $1 ORDER BY r.seq",
            keeper.id,
        )
    assert [tuple(row.values()) for row in rows] == [
        ("issue", "A03", "150.000000", None, ""),
        ("transfer", "A03", "5.000000", "B2", ""),
        ("count", "A03", "0.000000", None, ""),
        ("receive", "CU.T", "6.200000", None, "L7"),
    ]


async def test_a_recall_is_one_question_in_both_directions(workshop: Workshop) -> None:
    (bracket,) = await workshop.released("10", "TWR-E5080-B")
    (radiator,) = await workshop.released("10")
    phone, keeper = await workshop.phone(), await workshop.phone("warehouse")
    coil = {"sku": "CU.T", "lot": f"COIL-{bracket}", "quantity": "62"}
    part = {"sku": "TWR-E5080-B", "lot": f"PART-{bracket}", "quantity": "10"}
    await workshop.complete(phone, bracket, "OP50", "10", lots=[coil, part])
    await workshop.complete(phone, radiator, "OP10", "10", lots=[part])
    await workshop.tell(keeper, "issue_stock", {**coil, "quantity": "5", "work_order": radiator})
    orders = [(await workshop.work_order(number))["order_no"] for number in (bracket, radiator)]
    reached = await workshop.factory.read(orders_of_lot, Lot("CU.T", coil["lot"]))
    assert [(step["order_no"], step["sku"], step["direction"], step["quantity"]) for step in reached] == [
        (orders[0], "CU.T", "used", "62"),
        (orders[0], "TWR-E5080-B", "made", "10"),
        (orders[1], "CU.T", "issue", "5"),
        (orders[1], "TWR-E5080-B", "used", "10"),
    ]
    inside = await workshop.factory.read(lots_of_order, orders[1])
    assert {(step["sku"], step["lot"], step["direction"]) for step in inside} == {
        ("CU.T", coil["lot"], "used"), ("CU.T", coil["lot"], "issue"), ("TWR-E5080-B", part["lot"], "made"),
        ("TWR-E5080-B", part["lot"], "used"),
    }  # fmt: skip
    assert await workshop.factory.read(orders_of_lot, Lot("CU.T", "NONE")) == []


async def test_reporting_by_hand_is_applied_or_refused_at_once(workshop: Workshop) -> None:
    (number,) = await workshop.released()
    body = {"operation": "OP10", "good": "4"}
    taken = await workshop.factory.run(
        report_work, ReportWork("complete", body, number), actor=workshop.people["production"]
    )
    assert taken["result"]["status"] == "applied"
    assert taken["work_order"]["operations"][0]["good"] == "4"
