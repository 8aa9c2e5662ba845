from typing import Any

import pytest

from domain.messages.templates import builtin_templates, render
from domain.text import Text
from domain.workflow.builtin import builtin_workflows


def named_templates() -> set[str]:
    found = set()
    for workflow in builtin_workflows():
        parts = [*workflow["transitions"], *workflow.get("engine_actions", {}).values()]
        found |= {effect["template"] for part in parts for effect in part.get("effects", ()) if "template" in effect}
    return found


def test_every_message_that_a_workflow_names_has_words_of_its_own() -> None:
    assert named_templates()
    assert named_templates() <= builtin_templates().keys()


@pytest.mark.parametrize("name", sorted(builtin_templates()))
def test_every_template_speaks_both_languages(name: Any) -> None:
    template = builtin_templates()[name]
    for text in (template.subject, template.text):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text.zh)
        assert text.en.isascii()


def test_facts_are_filled_in_the_readers_language() -> None:
    facts = {"order_no": "SO100001", "stage": Text("待质检", "Awaiting QC")}
    assert render("generic", "zh", facts).subject == "订单 SO100001：待质检"
    assert render("generic", "en", facts).text == "Order SO100001 is now in 'Awaiting QC'."


def test_an_unknown_template_still_says_which_order() -> None:
    assert "SO100001" in render("never_written", "en", {"order_no": "SO100001", "stage": "x"}).text


def test_a_missing_fact_is_shown_and_is_no_error() -> None:
    assert "{order_no}" in render("shipped", "en", {}).subject


def test_a_subject_is_one_line_whatever_the_facts_hold() -> None:
    assert render("shipped", "en", {"order_no": "SO1\r\nBcc: x@y.example"}).subject.count("\n") == 0
