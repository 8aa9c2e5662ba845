"""Workflows, types and forms are edited as drafts and published as versions that never change."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from domain.refusals.kinds import Refusal
from domain.workflow.builtin import builtin_workflows
from tests.factory import Factory
from usecases.workflows.edit_documents import (
    Named,
    SaveDraft,
    Version,
    list_documents,
    publish_draft,
    read_draft,
    read_version,
    save_draft,
    validate_draft,
)
from usecases.workflows.install_builtin import install_builtin
from usecases.workflows.move_orders import MoveOrders, move_orders, preview_move

STANDARD = Named("workflow", "standard")


def standard(**changes: Any) -> dict[str, Any]:
    body = next(copy.deepcopy(w) for w in builtin_workflows() if w["key"] == "standard")
    return {**body, **changes}


async def publish(factory: Factory, body: dict[str, Any]) -> int:
    await factory.run(save_draft, SaveDraft("workflow", body["key"], body))
    published: dict[str, Any] = await factory.run(publish_draft, Named("workflow", body["key"]))
    return int(published["version"])


async def test_the_built_in_documents_are_published_once(factory: Factory) -> None:
    assert (await factory.run(install_builtin, None))["published"] == 0
    keys = {row["key"] for row in await factory.read(list_documents, "workflow")}
    assert keys == {"standard", "simple", "custom_furniture"}


async def test_every_built_in_document_is_valid(factory: Factory) -> None:
    for body in builtin_workflows():
        draft = await factory.run(save_draft, SaveDraft("workflow", body["key"], body))
        assert [problem for problem in draft["problems"] if problem["severity"] == "error"] == []


async def test_a_published_draft_is_the_next_version_and_running_orders_keep_theirs(factory: Factory) -> None:
    before = await factory.an_order()
    assert await publish(factory, standard(label={"zh": "新", "en": "new"})) == 2
    after = await factory.an_order()
    assert (before["workflow"], after["workflow"]) == ("standard@1", "standard@2")
    assert (await factory.act(before["order_no"], "submit_review", "sales"))["order"]["workflow"] == "standard@1"
    assert (await factory.read(read_version, Version("workflow", "standard", 2)))["version"] == 2


async def test_a_draft_may_be_wrong_but_is_not_published(factory: Factory) -> None:
    body = standard()
    body["transitions"] = [t for t in body["transitions"] if t["action"] != "sign_delivery"]
    draft = await factory.run(save_draft, SaveDraft("workflow", "standard", body))
    assert not draft["valid"]
    assert not (await factory.read(validate_draft, STANDARD))["valid"]
    with pytest.raises(Refusal) as refused:
        await factory.run(publish_draft, STANDARD)
    assert refused.value.code == "document_invalid"
    assert refused.value.fields
    assert (await factory.read(read_draft, STANDARD))["body"] == body


async def test_a_draft_that_somebody_else_saved_is_not_overwritten(factory: Factory) -> None:
    await factory.run(save_draft, SaveDraft("workflow", "standard", standard()))
    await factory.run(save_draft, SaveDraft("workflow", "standard", standard(), expected_version=1))
    with pytest.raises(Refusal) as refused:
        await factory.run(save_draft, SaveDraft("workflow", "standard", standard(), expected_version=1))
    assert refused.value.code == "version_stale"


async def test_a_new_field_of_an_order_type_needs_no_code(factory: Factory) -> None:
    body = {
        "key": "standard",
        "label": {"zh": "标准", "en": "Standard"},
        "workflow": "standard",
        "lead_time_days": 20,
        "fields": {
            "type": "object",
            "additionalProperties": False,
            "required": ["glass_colour"],
            "properties": {"glass_colour": {"type": "string", "enum": ["clear", "grey"]}},
        },
    }
    await factory.run(save_draft, SaveDraft("order_type", "standard", body))
    await factory.run(publish_draft, Named("order_type", "standard"))
    with pytest.raises(Refusal) as refused:
        await factory.an_order(extension={"glass_colour": "pink"})
    assert refused.value.fields[0].pointer == "/extension/glass_colour"
    assert (await factory.an_order(extension={"glass_colour": "grey"}))["extension"] == {"glass_colour": "grey"}


async def test_running_orders_move_when_they_are_told_to(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    await factory.play(order_no, "approve_review")
    body = standard()
    for stage in body["stages"]:
        stage["key"] = "queued" if stage["key"] == "scheduled" else stage["key"]
    for transition in body["transitions"]:
        transition.update({end: "queued" for end in ("from", "to") if transition[end] == "scheduled"})
    version = await publish(factory, body)
    stuck = await factory.read(preview_move, MoveOrders("standard", version))
    assert [(row["from"], row["to"], row["count"]) for row in stuck["landings"]] == [("scheduled", None, 1)]
    with pytest.raises(Refusal):
        await factory.run(move_orders, MoveOrders("standard", version))
    moved = await factory.run(move_orders, MoveOrders("standard", version, {"scheduled": "queued"}))
    assert (moved["moved"], moved["remaining"]) == (1, 0)
    started = await factory.act(order_no, "start_production", "production")
    assert (started["event"]["from"], started["order"]["workflow"]) == ("queued", f"standard@{version}")
