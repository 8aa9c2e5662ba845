from __future__ import annotations

from typing import Any

import pytest

from domain.messages.about import About, about
from domain.messages.templates import builtin_templates

ORDER = {"order_no": "SO100001"}


@pytest.mark.parametrize(
    ("template", "facts", "found"),
    [
        ("awaiting_qc", ORDER, About("order")),
        ("a_factorys_own", ORDER, About("order")),
        ("message_posted", ORDER, About("message")),
        ("change_proposed", {**ORDER, "change_id": "c-1"}, About("change", "c-1")),
        ("change_proposed", ORDER, About("change")),
        ("complaint_filed", {**ORDER, "complaint_id": "k-1"}, About("complaint", "k-1")),
        ("complaint_assigned", ORDER, About("complaint")),
        ("alert", {"alerts": ["a-1"]}, About("alert", "a-1")),
        ("alert_digest", {"alerts": ["a-1", "a-2"]}, About("alert")),
        ("webhook_gone", {"endpoint": "ERP"}, About("endpoint")),
        ("generic", {}, None),
    ],
)
def test_it_leads_to_the_thing_itself(template: str, facts: dict[str, Any], found: About | None) -> None:
    assert about(template, facts) == found


def test_whatever_is_told_of_an_order_leads_somewhere() -> None:
    assert [name for name in builtin_templates() if about(name, ORDER) is None] == []
