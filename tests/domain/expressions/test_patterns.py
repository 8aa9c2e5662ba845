import pytest

from domain.expressions.cel import matches
from domain.expressions.patterns import MAX_WEIGHT, spelled_out, weight


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", 0),
        ("abc", 3),
        ("^[A-Z]{2,4}-[0-9]+$", 6),
        ("^[0-9]{6,10}$", 10),
        (r"\d", 1),
        (r"\.", 1),
        ("(ab){3}c", 7),
        ("(?:(x{10}){10}){10}", 1000),
        ("[]a]{3}", 3),
        ("[^a]", 1),
        ("a{3,}", 3),
    ],
)
def test_weight_is_the_size_once_written_out(pattern: str, expected: int) -> None:
    assert weight(pattern) == expected


@pytest.mark.parametrize("pattern", [r"(\w{9}){99}", "((x{100}){100}){100}", "a{999999999999}", "(a{20}){21}"])
def test_bombs_weigh_too_much(pattern: str) -> None:
    assert weight(pattern) > MAX_WEIGHT


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        (r"^\d+$", "123", True),
        (r"^\d+$", "１２３", False),
        (r"^\w+$", "a_1", True),
        (r"^\w+$", "订单", False),
        (r"^[\w-]+$", "a-1", True),
        (r"^[^\s]+$", "a b", False),
        (r"^\S+$", "订单", True),
        (r"^[\D]$", "x", True),
        (r"^\s$", "\u3000", True),
        (r"^\\w$", "\\w", True),
        (r"^\.$", ".", True),
        ("^[一-鿿]{2,4}$", "散热器", True),
    ],
)
def test_classes_are_those_of_json_schema(pattern: str, text: str, fits: bool) -> None:
    assert matches(spelled_out(pattern), text) is fits


def test_classes_by_property_are_refused() -> None:
    with pytest.raises(ValueError):
        spelled_out(r"\p{Han}+")
