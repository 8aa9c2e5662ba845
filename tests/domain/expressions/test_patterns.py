import pytest

from domain.expressions.patterns import MAX_WEIGHT, weight


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", 0),
        ("abc", 3),
        ("^[A-Z]{2,4}-[0-9]+$", 6),
        ("^[0-9]{6,10}$", 10),
        (r"\d", 10),
        (r"\.", 1),
        ("(ab){3}c", 7),
        ("(?:(x{10}){10}){10}", 1000),
        ("[]a]{3}", 3),
        ("[^a]", 10),
        (r"[\pL\pN]{30}", 300),
        ("a{3,}", 3),
    ],
)
def test_weight_is_the_size_once_written_out(pattern: str, expected: int) -> None:
    assert weight(pattern) == expected


@pytest.mark.parametrize("pattern", [r"(\w{9}){99}", "((x{100}){100}){100}", "a{999999999999}", r"\w{41}"])
def test_bombs_weigh_too_much(pattern: str) -> None:
    assert weight(pattern) > MAX_WEIGHT
