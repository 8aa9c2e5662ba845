"""Who is the same customer: by what identifies, by what only looks alike, and never by what everybody shares."""

from __future__ import annotations

from typing import Any

import pytest

from domain.customers.matching import Candidate, Match, Told, firm_key, match, phone_key, tax_key


def known(number: str, channel: str = "shopify", **customer: Any) -> tuple[Told, str]:
    return Told.of(channel, customer), number


def judged(told: dict[str, Any], *others: tuple[Told, str], channel: str = "taobao") -> Match:
    asked = Told.of(channel, told)
    candidates = []
    for one, number in others:
        by = frozenset(kind for kind, value in one.all_keys() if (kind, value) in asked.all_keys())
        sets = [frozenset(v for k, v in one.all_keys() if k == kind) for kind in ("source", "tax_no", "phone", "name")]
        if by:
            candidates.append(Candidate(number, by, *sets))
    return match(asked, candidates)


@pytest.mark.parametrize(
    "text", ["138 0000 2222", "+86 138-0000-2222", "008613800002222", "１３８００００２２２２", "86 13800002222 转 801"]
)
def test_a_phone_number_is_the_same_however_it_is_written(text: str) -> None:
    assert phone_key(text) == "13800002222"


@pytest.mark.parametrize("text", [None, "", "*******6621", "138****2222", "12345", "no phone"])
def test_what_is_no_whole_number_identifies_nobody(text: str | None) -> None:
    assert phone_key(text) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("宁波海润暖通有限公司", "宁波海润暖通有限责任公司"),
        ("ＡＢＣ Lighting Co., Ltd.", "abc lighting company limited"),
        ("Nordlys Interiør AS", "Nordlys Interiør"),
        ("Haus & Hof GmbH & Co. KG", "haus hof gmbh co kg"),
    ],
)
def test_a_firm_is_the_same_whatever_its_legal_form(one: str, other: str) -> None:
    assert firm_key(one, sure=True) == firm_key(other, sure=True) != ""


def test_a_persons_name_is_no_firms() -> None:
    assert [firm_key(name) for name in ("王芳", "Ingrid Berg", "", None, "王**")] == [None] * 5
    assert firm_key("海润五金厂") == "海润五金厂"
    assert tax_key(" 91330200-MA2AHB1X8K ") == tax_key("91330200ma2ahb1x8k")


HAIRUN = {"name": "海润暖通有限公司", "phone": "13800002222"}


def test_the_same_phone_is_the_same_customer_across_channels() -> None:
    assert judged(
        {"name": "王芳", "phone": "+86 13800002222"}, known("a", name="王小姐", phone="13800002222")
    ) == Match("a")


def test_another_account_of_the_same_channel_is_somebody_else() -> None:
    other = known("a", channel="taobao", **HAIRUN, external_id="B-1")
    assert judged({**HAIRUN, "external_id": "B-2"}, other) == Match()
    assert judged({**HAIRUN, "external_id": "B-1", "phone": "1390000000"}, other) == Match("a")
    assert judged({**HAIRUN, "external_id": "B-2"}, known("a", **HAIRUN, external_id="B-9")) == Match("a")


def test_the_same_firm_under_another_phone_is_for_a_person_to_tell() -> None:
    assert judged({**HAIRUN, "phone": "13999990000"}, known("a", **HAIRUN)).doubt == "customer_other_phone"
    assert judged({"name": HAIRUN["name"]}, known("a", **HAIRUN)) == Match("a")
    assert judged(HAIRUN, known("a", name=HAIRUN["name"])) == Match("a")
    person = {"name": "王芳", "phone": "13999990000"}
    assert judged(person, known("a", name="王芳", phone="13800002222")) == Match()


def test_another_firm_under_the_same_phone_is_for_a_person_to_tell() -> None:
    doubt = judged({**HAIRUN, "name": "别家暖通有限公司"}, known("a", **HAIRUN))
    assert (doubt.doubt, doubt.candidates) == ("customer_other_name", ("a",))


def test_two_who_may_be_meant_are_for_a_person_to_tell() -> None:
    both = (known("a", name=HAIRUN["name"]), known("b", name=HAIRUN["name"]))
    assert judged({"name": HAIRUN["name"]}, *both) == Match(None, "customer_ambiguous", ("a", "b"))
    by_tax = known("b", name="x", tax_no="91330200MA2AHB1X8K")
    doubt = judged({**HAIRUN, "tax_no": "91330200MA2AHB1X8K"}, known("a", **HAIRUN), by_tax)
    assert (doubt.doubt, set(doubt.candidates)) == ("customer_ambiguous", {"a", "b"})


def test_a_tax_number_decides() -> None:
    tax = "91330200MA2AHB1X8K"
    assert judged({"name": "新名字有限公司", "tax_no": tax}, known("a", **HAIRUN, tax_no=tax)) == Match("a")
    assert judged({**HAIRUN, "tax_no": "91330200MA2AHB9Z9Z"}, known("a", **HAIRUN, tax_no=tax)) == Match()


def test_what_is_masked_tells_only_the_account() -> None:
    masked = {"name": "海润暖通有限公司", "phone": "13800002222", "masked": True, "external_id": "B-1"}
    assert judged(masked, known("a", **HAIRUN)) == Match()
    assert judged(masked, known("a", channel="taobao", external_id="B-1", name="?")) == Match("a")
