import pytest

from domain.portal.contacts import contact_email, contact_language, folded_email


@pytest.mark.parametrize(
    ("email", "found"),
    [
        (" Eleanor@Example.COM ", "eleanor@example.com"),
        ("李@例子.中国", "李@例子.中国"),
        ("e***r@example.com", None),
        ("a@b.c, d@e.f", None),
        ("no address", None),
        ("x" * 250 + "@example.com", None),
        (None, None),
    ],
)
def test_only_what_a_code_can_be_sent_to_is_an_address(email: str | None, found: str | None) -> None:
    assert contact_email({"email": email}) == found


def test_who_is_masked_has_no_address() -> None:
    assert contact_email({"email": "eleanor@example.com", "masked": True}) is None


@pytest.mark.parametrize(("country", "language"), [("CN", "zh"), ("HK", "zh"), (None, "zh"), ("DE", "en")])
def test_the_language_follows_the_country(country: str | None, language: str) -> None:
    assert contact_language({"address": {"country": country}}) == language
    assert contact_language({}) == "zh"


def test_addresses_are_compared_in_one_form() -> None:
    assert folded_email(" A@B.com") == folded_email("a@b.COM ")
