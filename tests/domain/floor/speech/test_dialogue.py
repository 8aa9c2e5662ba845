"""The correction loop: what is said while a card is shown changes the card; and several hearings vote."""

from __future__ import annotations

from typing import Any

import pytest

from domain.floor.speech.cards import card_of
from domain.floor.speech.listen import listen
from tests.domain.floor.speech.support import NOW, lexicon

FIFTY = {"action": "issue_stock", "sku": "A03", "quantity": 50, "unit": "件"}
WHICH = {
    "action": "issue_stock",
    "quantity": 50,
    "unit": "个",
    "needs": ["sku"],
    "alternatives": {"sku": ["B11", "B12", "B13"]},
}
HOW_MANY = {"action": "issue_stock", "sku": "A03", "needs": ["quantity"]}
DONE = {"action": "report_completion", "operation": "开料", "good_qty": 30, "scrap_qty": 2, "unit": "件"}


def said(text: str, *shown: dict[str, Any]) -> list[dict[str, Any]]:
    return list(listen([text], shown, lexicon(), NOW).commands)


@pytest.mark.parametrize(
    ("text", "shown", "command"),
    [
        ("不对，六十", FIFTY, {**FIFTY, "quantity": 60}),
        ("六十", FIFTY, {**FIFTY, "quantity": 60}),
        ("不对，是A13", FIFTY, {**FIFTY, "sku": "A13"}),
        ("不是A03是A13", FIFTY, {**FIFTY, "sku": "A13"}),
        ("五十件", HOW_MANY, FIFTY),
        ("B12", WHICH, {"action": "issue_stock", "sku": "B12", "quantity": 50, "unit": "个"}),
        ("半盖的", WHICH, {"action": "issue_stock", "sku": "B12", "quantity": 50, "unit": "个"}),
        ("给万禾", FIFTY, {**FIFTY, "customer": "万禾家居"}),
        (
            "到三号库",
            {"action": "transfer_stock", "sku": "A03", "quantity": 5, "unit": "件", "needs": ["to_location"]},
            {"action": "transfer_stock", "sku": "A03", "quantity": 5, "unit": "件", "to_location": "3号库"},
        ),
        ("报废三件", DONE, {**DONE, "scrap_qty": 3}),
        ("不对，四十件", DONE, {**DONE, "good_qty": 40}),
        ("大概六十", FIFTY, HOW_MANY),
        ("三百万件", FIFTY, HOW_MANY),
        ("不对，入库", FIFTY, {**FIFTY, "action": "receive_stock"}),
    ],
)
def test_a_card_is_changed(text: str, shown: dict[str, Any], command: dict[str, Any]) -> None:
    assert said(text, shown) == [command]


def test_a_new_command_is_a_new_command() -> None:
    assert said("入库20个B12", FIFTY) == [{"action": "receive_stock", "sku": "B12", "quantity": 20, "unit": "个"}]


@pytest.mark.parametrize(("text", "action"), [("对", "confirm"), ("取消", "cancel"), ("今天好热啊", "unknown")])
def test_yes_no_and_chatter_stay_what_they_are(text: str, action: str) -> None:
    assert said(text, FIFTY) == [{"action": action}]


def test_the_goods_say_which_of_several_cards_is_meant() -> None:
    other = {"action": "issue_stock", "sku": "B12", "quantity": 20, "unit": "个"}
    assert said("A03改成六十件", FIFTY, other) == [{**FIFTY, "quantity": 60}, other]


def test_a_number_that_may_belong_to_several_cards_is_asked_for() -> None:
    other = {"action": "issue_stock", "sku": "B12", "quantity": 20, "unit": "个"}
    changed = said("不对，六十", FIFTY, other)
    assert [command["needs"] for command in changed] == [["quantity"], ["quantity"]]
    assert not any("quantity" in command for command in changed)


def votes(*heard: str) -> list[dict[str, Any]]:
    return list(listen(heard, (), lexicon(), NOW).commands)


def test_most_hearings_win() -> None:
    assert votes("出库50件A03", "出库50件A05", "出库50件A03") == [FIFTY]


def test_one_understood_hearing_is_enough() -> None:
    assert votes("初恋没时间", "出库五十件A03", "楚楚可怜") == [FIFTY]


def test_hearings_that_differ_in_the_number_are_asked() -> None:
    assert votes("出库50件A03", "出库15件A03") == [HOW_MANY]
    assert votes("出库五十件A03", "出库A03", "出库武十件A03") == [HOW_MANY]


def test_a_card_says_what_will_be_done_and_asks_for_what_is_missing() -> None:
    card = card_of(FIFTY, lexicon().catalogue)
    assert card.spoken.zh == "出库，物料 A03 L型支架，数量 50 件，对吗？"
    assert card.spoken.en == "Issue, article A03 L型支架, quantity 50 件, right?"
    asking = card_of(WHICH, lexicon().catalogue)
    assert asking.question is not None
    assert asking.question.zh == "哪种物料？"
    assert asking.choices[0] == ("B11", "B11 全盖铰链")
