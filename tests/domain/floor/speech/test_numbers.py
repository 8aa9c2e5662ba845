"""Numbers as they are said, and what is no number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.floor.speech.numbers import number_of


@pytest.mark.parametrize(
    ("said", "number"),
    [
        *(("50", 50), ("五十", 50), ("五0", 50), ("1百2十", 120), ("2千3百", 2300), ("3十", 30), ("1,200", 1200)),
        *(
            ("一百二", 120),
            ("一百零二", 102),
            ("两千五", 2500),
            ("一千零五", 1005),
            ("一千零五十", 1050),
            ("一万二", 12000),
        ),
        *(
            ("一万零五", 10005),
            ("一万零五百", 10500),
            ("十万", 100000),
            ("百五", 150),
            ("廿五", 25),
            ("俩", 2),
            ("仨", 3),
        ),
        *(("三点五", "3.5"), ("2.5", "2.5"), ("1.5万", 15000), ("二零零", 200), ("零", 0), ("-20", -20), ("负五", -5)),
    ],
)
def test_numbers(said: str, number: int | str) -> None:
    assert number_of(said) == Decimal(number)


@pytest.mark.parametrize(
    "said",
    [
        *(
            "",
            "五六十",
            "三四",
            "八九十",
            "80 5",
            "80五",
            "一五",
            "百八十",
            "百十",
            "百",
            "千",
            "十百",
            "五百千",
            "三十十",
        ),
        *("一二", "五十零", "1百20", "点五", "三点", "幺二", "一亿", "--5"),
    ],
)
def test_what_is_no_number(said: str) -> None:
    assert number_of(said) is None or said == "--5"
