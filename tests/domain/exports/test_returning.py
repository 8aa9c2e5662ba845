"""An edited copy against what was exported and what stands now."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.exports.returning import Present, Proposal, patch_of, proposals, read_copy, same
from domain.exports.sheets import LINES, ORDERS

ORDER_HEADS = [column.label.zh for column in ORDERS.columns]
LINE_HEADS = [column.label.en for column in LINES.columns]
BASE: dict[str, Any] = {
    "SO1": {
        "fields": {"promised_date": "2026-12-01", "requested_date": None, "priority": "0"},
        "lines": {"1": {"sku": "007", "name": "散热器", "quantity": "2", "unit": "组", "unit_price": "180.00"}},
    }
}


def order_row(**changed: str) -> list[str]:
    values = {"order_no": "SO1", **{name: text or "" for name, text in BASE["SO1"]["fields"].items()}, **changed}
    return [str(values.get(column.key, "")) for column in ORDERS.columns]


def line_row(**changed: str) -> list[str]:
    values = {"order_no": "SO1", "line": "1", **BASE["SO1"]["lines"]["1"], **changed}
    return [str(values.get(column.key, "")) for column in LINES.columns]


def returned(
    *rows: list[str], lines: list[list[str]] | None = None, now: dict[str, Any] | None = None, **standing: Any
) -> list[Proposal]:
    copy = read_copy({"订单": [ORDER_HEADS, *rows], "lines": [LINE_HEADS, *(lines or [])]}, BASE)
    assert copy.faults == []
    present = Present(**{"version": 7, "started": False, "over": False, **standing, "values": now or BASE["SO1"]})
    return proposals(copy, BASE, {"SO1": 7}, {"SO1": present})


def changed_now(**fields: Any) -> dict[str, Any]:
    return {**BASE["SO1"], "fields": {**BASE["SO1"]["fields"], **fields}}


def test_a_copy_that_nobody_edited_asks_for_nothing() -> None:
    assert returned(order_row(), lines=[line_row(quantity="2.0", unit_price="180")]) == []


def test_what_was_changed_is_a_proposal_in_the_words_of_a_merge_patch() -> None:
    (asked,) = returned(order_row(promised_date="2026/12/5"), lines=[line_row(quantity="3")])
    assert (asked.way, asked.state, asked.moved) == ("edit", "ready", False)
    assert patch_of(asked.as_json()) == {"promised_date": "2026-12-05", "lines": [{"line": 1, "quantity": "3"}]}
    (cleared,) = returned(order_row(promised_date="", priority="2"))
    assert patch_of(cleared.as_json()) == {"promised_date": None, "priority": 2}


def test_where_both_came_to_something_else_a_person_decides() -> None:
    edited = order_row(promised_date="2026-12-05")
    (conflict,) = returned(edited, now=changed_now(promised_date="2026-12-09"), version=8)
    assert (conflict.state, conflict.moved) == ("conflict", True)
    assert [(cell.base, cell.yours, cell.now) for cell in conflict.cells] == [
        ("2026-12-01", "2026-12-05", "2026-12-09")
    ]
    (elsewhere,) = returned(edited, now=changed_now(priority="3"), version=8)
    assert (elsewhere.state, elsewhere.moved) == ("ready", True)
    assert returned(edited, now=changed_now(promised_date="2026-12-05")) == []
    (over,) = returned(edited, over=True)
    assert over.state == "gone"
    (begun,) = returned(edited, started=True)
    assert begun.way == "change"


def test_a_number_that_is_a_name_stays_a_name() -> None:
    (asked,) = returned(lines=[line_row(sku="7")])
    assert [(cell.field, cell.yours) for cell in asked.cells] == [("sku", "7")]


def test_what_cannot_be_read_is_named_by_sheet_row_and_column() -> None:
    copy = read_copy(
        {
            "订单": [ORDER_HEADS, order_row(priority="12"), order_row(), ["SO9"]],
            "lines": [LINE_HEADS, line_row(quantity="-1"), line_row(line="2"), line_row(name="")],
        },
        BASE,
    )
    told = [(fault.sheet, fault.row, fault.column, fault.code) for fault in copy.faults]
    assert told == [
        ("订单", 2, "I", "out_of_range"),
        ("订单", 3, "A", "row_twice"),
        ("订单", 4, "A", "unknown_row"),
        ("明细", 2, "E", "out_of_range"),
        ("明细", 3, "A", "unknown_row"),
        ("明细", 4, "A", "row_twice"),
    ]
    assert [fault.code for fault in read_copy({"订单": [["乱写"]]}, BASE).faults] == ["column_missing"]


def test_what_was_hidden_from_the_export_cannot_be_changed_by_its_copy() -> None:
    lines = {"1": {name: text for name, text in BASE["SO1"]["lines"]["1"].items() if name != "unit_price"}}
    base = {"SO1": {**BASE["SO1"], "lines": lines}}
    copy = read_copy({"明细": [LINE_HEADS, line_row(unit_price="1")]}, base)
    now = {"SO1": Present(7, started=False, over=False, values=base["SO1"])}
    assert proposals(copy, base, {"SO1": 7}, now) == []


VALUES = st.sampled_from(["1", "2", "2.50", "3"])


@given(VALUES, VALUES, VALUES)
def test_of_three_versions_only_a_change_counts_and_only_two_changes_conflict(base: str, yours: str, now: str) -> None:
    known = {"SO1": {**BASE["SO1"], "lines": {"1": {**BASE["SO1"]["lines"]["1"], "quantity": base}}}}
    copy = read_copy({"明细": [LINE_HEADS, line_row(quantity=yours)]}, known)
    stands = {**known["SO1"], "lines": {"1": {**known["SO1"]["lines"]["1"], "quantity": now}}}
    found = proposals(copy, known, {"SO1": 1}, {"SO1": Present(1, started=False, over=False, values=stands)})
    cells = [cell for one in found for cell in one.cells]
    assert bool(cells) == (not same("number", yours, base) and not same("number", yours, now))
    assert [cell.conflict for cell in cells] == [not same("number", now, base) for _ in cells]
