"""A supplement laid over the order it changes: what is not named stays, what does not add up is said."""

from __future__ import annotations

import json
from typing import Any

from domain.intake.meaning import Meaning
from domain.intake.supplement import completed, is_supplement
from tests.domain.intake.support import body, meaning_of, read_body

BEFORE = meaning_of("project", "project_two_buildings").content


def supplement(**changes: Any) -> Meaning:
    document = json.loads(body("project", "project_change_order")) | changes
    return read_body("project", json.dumps(document, ensure_ascii=False).encode())


def test_a_supplement_is_known_until_it_is_laid_over() -> None:
    read = supplement()
    assert is_supplement(read.content)
    assert not is_supplement(completed(read, BEFORE).content)
    assert not is_supplement(BEFORE)


def test_a_line_that_is_removed_goes() -> None:
    line = {"line_no": "3", "change": "remove", "sku": "ACC-BRK-SET", "name": "挂架套装", "quantity": "2000"}
    line |= {"unit_price": "11.60", "deliver_by": "2026-12-20"}
    whole = completed(supplement(lines=[line], adjustments=[], contract_amount="1063200.00"), BEFORE)
    assert [one["external_id"] for one in whole.content["lines"]] == ["1", "2", "4"]
    assert whole.content["change"]["diff"] == [{"line": "3", "removed": True}]
    assert whole.review_reasons == ()


def test_what_does_not_add_up_after_it_is_said() -> None:
    whole = completed(supplement(contract_amount="1.00"), BEFORE)
    assert whole.review_reasons == ("amounts_do_not_add_up",)
    assert "/review_reasons/amounts_do_not_add_up" in {told.about for told in whole.explanations}


def test_repeated_it_adds_nothing_twice() -> None:
    once = completed(supplement(), BEFORE).content
    twice = completed(supplement(), once).content
    assert (twice["lines"], twice["fees"]) == (once["lines"], once["fees"])
    assert twice["change"]["diff"] == []
