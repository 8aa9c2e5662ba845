from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.expressions.places import NAMES, place_of
from domain.expressions.wanted import papers_named, wanted_in


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("江苏省南京市江宁区秣陵街道将军大道33号", ("江苏省", "南京市", "江宁区", "秣陵街道", "将军大道33号")),
        ("浙江省宁波市鄞州区首南中路100号", ("浙江省", "宁波市", "鄞州区", None, "首南中路100号")),
        ("山东省临沂市兰山区", ("山东省", "临沂市", "兰山区", None, None)),
        ("中山路8号", (None, None, None, None, "中山路8号")),
    ],
)
def test_an_address_is_split_where_its_words_say_so(written: str, parts: tuple[str | None, ...]) -> None:
    assert place_of(written) == dict(zip(NAMES, parts, strict=True))


@pytest.mark.parametrize("written", ["杭州萧山 老地方", "", None, ["江苏省"]])
def test_what_is_no_address_gives_none(written: object) -> None:
    assert place_of(written) is None


def test_things_wanted_in_a_text_and_their_prices_in_order() -> None:
    found = wanted_in("LMP-CL50-3C 三十盏,LMP-PD30-WRM 一打,单价269/329,送小夜灯十个")
    assert [(one["sku"], one["quantity"], one["price"]) for one in found] == [
        ("LMP-CL50-3C", "30", "269"),
        ("LMP-PD30-WRM", "12", "329"),
    ]


def test_prices_that_cannot_be_told_apart_are_left_open() -> None:
    assert [one["price"] for one in wanted_in("门板3块,柜子2个,铰链5个,单价10/20")] == [None, None, None]


def test_papers_that_a_text_names() -> None:
    assert papers_named("see drawing VDM-LOGO rev B; label per attached artwork; 图号 PK-10") == [
        "VDM-LOGO",
        "artwork",
        "PK-10",
    ]


@given(st.text(max_size=300))
def test_nothing_raises(written: str) -> None:
    place_of(written), wanted_in(written), papers_named(written)
