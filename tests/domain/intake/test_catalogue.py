"""Looking articles up however people write them."""

from __future__ import annotations

import pytest

from domain.expressions.numerals import number_of
from domain.intake.catalogue import EMPTY
from domain.intake.folding import fold
from tests.domain.intake.support import CATALOGUE


@pytest.mark.parametrize("sku", ["RAD-CU6010-W", "rad-cu6010-w", "RAD CU6010 W", "ＲＡＤ－ＣＵ6010－Ｗ", "radcu6010w"])
def test_by_number(sku: str) -> None:
    article = CATALOGUE.by_number(sku)
    assert article is not None
    assert article.sku == "RAD-CU6010-W"


@pytest.mark.parametrize("sku", [None, "", "RAD", "RAD-CU6010", "6010"])
def test_no_number(sku: str | None) -> None:
    assert CATALOGUE.by_number(sku) is None


@pytest.mark.parametrize(
    ("name", "unit", "sku"),
    [
        ("小夜灯", None, "GIFT-NL01"),
        ("Night Light", None, "GIFT-NL01"),
        ("night lights", None, "GIFT-NL01"),
        ("mugs", None, "GIFT-CUP"),
        ("Ceramic mug", None, "GIFT-CUP"),
        ("合页", "只", "HW-HNG-110"),
        ("合页", "副", "GIFT-HNG2"),
        ("铰链一对", None, "GIFT-HNG2"),
        ("膜", None, "GIFT-FILM"),
    ],
)
def test_by_name(name: str, unit: str | None, sku: str) -> None:
    article = CATALOGUE.by_name(name, unit)
    assert article is not None
    assert article.sku == sku


def test_the_longest_words_are_the_mention() -> None:
    text = "客服说好送一个磁吸小夜灯 and two Vent Keys"
    assert [text[m.start : m.end] for m in CATALOGUE.mentions(text)] == ["磁吸小夜灯", "Vent Keys"]


def test_a_single_character_is_no_mention() -> None:
    assert CATALOGUE.mentions("手机膜") == []


def test_an_empty_list_knows_nothing() -> None:
    assert (EMPTY.by_name("小夜灯"), EMPTY.mentions("小夜灯 GIFT-CUP")) == (None, [])


def test_folding_keeps_every_place() -> None:
    text = "ＡＢ（赠品）小夜燈×２ — “x”【y】\u3000z"
    assert fold(text) == "ab(赠品)小夜灯x2 -  x (y) z"
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("2", 2),
        ("两", 2),
        ("壹", 1),
        ("俩", 2),
        ("十二", 12),
        ("二十五", 25),
        ("一百二十", 120),
        ("廿四", 24),
        ("a", 1),
        ("dozen", 12),
    ],
)
def test_numerals(written: str, number: int) -> None:
    assert number_of(written) == number


@pytest.mark.parametrize("written", ["两三", "一两", "几", "", "十x"])
def test_what_is_no_single_number(written: str) -> None:
    assert number_of(written) is None
