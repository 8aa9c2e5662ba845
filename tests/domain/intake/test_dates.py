"""Days in remarks and attributes: which count, in which year, and when nobody can tell."""

from __future__ import annotations

from datetime import date

import pytest

from domain.expressions.values import ascii_fold
from domain.intake.clauses import clauses_of
from domain.intake.dates import DateSaid, chosen, day_of, read_dates
from domain.intake.said import Side

PLACED = date(2026, 11, 20)


def said(side: Side, text: str, placed: date | None = PLACED) -> tuple[DateSaid, ...]:
    return read_dates(clauses_of(text), side, placed)


@pytest.mark.parametrize(
    ("text", "day", "purpose"),
    [
        ("12月5日前发货", "2026-12-05", "ship"),
        ("12.3前发", "2026-12-03", "ship"),
        ("12/10要", "2026-12-10", "arrive"),
        ("12月10号之前送到", "2026-12-10", "arrive"),
        ("尽量12月8日前送到", "2026-12-08", "arrive"),
        ("最晚12-15发出", "2026-12-15", "ship"),
        ("发货时间：12月6日", "2026-12-06", "ship"),
        ("5号前发货", "2026-12-05", "ship"),
        ("25号前发货", "2026-11-25", "ship"),
        ("1月5日前发货", "2027-01-05", "ship"),
        ("２０２７年１月１５日前安装", "2027-01-15", "arrive"),
        ("十二月十号前要用", "2026-12-10", "arrive"),
        ("12月8日生日要用", "2026-12-08", "arrive"),
        ("希望12月5号到8号之间送", "2026-12-08", "arrive"),
        ("预计12月15日进场", "2026-12-15", "arrive"),
        ("2月28日前送到", "2027-02-28", "arrive"),
        ("Please deliver by 10 December", "2026-12-10", "arrive"),
        ("need it by Dec 10th, 2026", "2026-12-10", "arrive"),
        ("please ship before 12/18", "2026-12-18", "ship"),
        ("Delivery on 2026-12-18 please", "2026-12-18", "arrive"),
        ("Need delivery by Friday 12 December please", "2026-12-12", "arrive"),
        ("Required on site 15/12/2026", "2026-12-15", "arrive"),
        ("Deliver between 10 and 12 December", "2026-12-12", "arrive"),
        ("Bitte vor dem 18.12.2026 liefern", "2026-12-18", "arrive"),
        ("must arrive no later than the 3rd of January", "2027-01-03", "arrive"),
    ],
)
def test_a_day_with_a_purpose(text: str, day: str, purpose: str) -> None:
    found = said("seller", text)
    assert [(str(d.day), d.purpose) for d in found] == [(day, purpose)]
    assert found[0].words.text in ascii_fold(text)


@pytest.mark.parametrize(
    "text",
    [
        "11-16 小敏：赠手套",
        "尺寸2.0m*1.5m，3.5元一个",
        "我家12号楼5单元",
        "12月8日家里没人",
        "周末家里有人",
        "will collect friday",
        "Please ring before delivery",
        "1-2个",
        "版本 3.2",
        "10.5公斤",
        "24小时内发货",
    ],
)
def test_numbers_that_are_no_dates(text: str) -> None:
    assert said("seller", text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "月底前送到",
        "年前发货",
        "周五前能到吗",
        "加急，周五要用",
        "11月18日前发",
        "2月30日前送到",
        "deliver before 12/11/2026",
        "before christmas",
        "by end of November please",
    ],
)
def test_what_no_day_can_be_taken_from(text: str) -> None:
    assert [d.day for d in said("buyer", text)] == [None]


def test_without_the_order_s_day_no_year_is_guessed() -> None:
    assert [d.day for d in said("seller", "12月5日前发货", placed=None)] == [None]
    assert [str(d.day) for d in said("seller", "2026年12月5日前发货", placed=None)] == ["2026-12-05"]


def test_a_customer_s_wish_in_the_seller_s_memo_stays_a_wish() -> None:
    assert said("seller", "客户要求12月10日前送到")[0].wished
    assert not said("seller", "已答应客户12月8日前到货")[0].wished
    assert not said("seller", "已和客户确认，12月8日前到货")[0].wished


def test_not_before() -> None:
    assert said("buyer", "12月10日以后再发货")[0].not_before
    assert said("buyer", "not before 5 January")[0].not_before


def test_of_several_days_the_one_for_the_purpose_binds() -> None:
    dates = said("seller", "12月5日前发货，12月8日前送到")
    assert chosen(dates, "ship") == (dates[0], False)
    assert chosen(dates, "arrive") == (dates[1], False)


def test_two_days_for_one_purpose_are_open_and_the_earlier_stands() -> None:
    dates = said("seller", "先发的12月5日前发货，其余12月20日前发货")
    best, is_open = chosen(dates, "ship")
    assert (best and str(best.day), is_open) == ("2026-12-05", True)


def test_a_changed_day_replaces_the_earlier_one() -> None:
    best, is_open = chosen(said("seller", "12月5日前发货；改到12月20日发货"), "ship")
    assert (best and str(best.day), is_open) == ("2026-12-20", False)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-12-18", "2026-12-18"),
        ("2026/12/18", "2026-12-18"),
        ("2026-12-18 10:00-12:00", "2026-12-18"),
        ("2026年12月8日", "2026-12-08"),
        ("12月8日", "2026-12-08"),
        ("Dec 18, 2026", "2026-12-18"),
        ("18 December", "2026-12-18"),
        ("18/12/2026", "2026-12-18"),
        ("18.12.2026", "2026-12-18"),
    ],
)
def test_an_attribute_s_day(value: str, day: str) -> None:
    assert day_of(value, PLACED) == (date.fromisoformat(day), False)


@pytest.mark.parametrize("value", ["12/11/2026", "asap", "tomorrow", "2026-13-40", "12-11"])
def test_an_attribute_that_is_no_single_day(value: str) -> None:
    assert day_of(value, PLACED) == (None, True)
