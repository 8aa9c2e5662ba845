"""Any part of a number, a name or an article is found, Chinese included."""

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.orders.search import folded, grams, query_grams, search_words

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)


@given(st.lists(words, min_size=1, max_size=4), st.data())
def test_every_substring_of_a_part_is_found(parts: list[str], data: st.DataObject) -> None:
    text = search_words(parts)
    part = data.draw(st.sampled_from(text.split("\n")))
    assume(part.strip())
    start = data.draw(st.integers(0, len(part) - 1))
    piece = part[start : data.draw(st.integers(start + 1, len(part)))]
    assume(folded(piece) == piece)
    assert set(query_grams(piece)) <= set(grams(text))
    assert piece in text


def test_two_chinese_characters_are_enough() -> None:
    text = search_words(["上海暖筑设计有限公司"])
    assert set(query_grams("暖筑")) <= set(grams(text))
    assert not set(query_grams("筑暖")) <= set(grams(text))


def test_full_width_and_case_do_not_matter() -> None:
    assert folded("ＳＯ１００００１  Abc") == "so100001 abc"
