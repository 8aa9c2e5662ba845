"""Publish the documents that come with the product, where a database does not hold them yet."""

from __future__ import annotations

from typing import Any

from domain.intake.templates import builtin_templates
from domain.orders.types import builtin_order_types
from domain.warning.builtin import builtin_calendar, builtin_rules
from domain.workflow.builtin import builtin_forms, builtin_workflows
from persistence import library
from persistence.tx import Tx
from usecases.door import use_case


@use_case(right="workflows.publish")
async def install_builtin(tx: Tx, _: None) -> dict[str, Any]:
    """Answers how many documents were published; running it again publishes nothing."""
    wanted: list[tuple[str, str, int, dict[str, Any]]] = [
        *(("form", body["key"], body["version"], body) for body in builtin_forms()),
        *(("workflow", body["key"], body["version"], body) for body in builtin_workflows()),
        *(("order_type", body["key"], 1, body) for body in builtin_order_types()),
        *(("alert_rule", body["key"], 1, body) for body in builtin_rules()),
        ("calendar", builtin_calendar()["key"], 1, builtin_calendar()),
        *(("intake_template", body["channel"], body["version"], body) for body in builtin_templates()),
    ]
    published = 0
    for kind, key, version, body in wanted:
        published += await library.publish_if_new(tx, kind, key, version, body)
    return {"published": published}
