"""What an effect's form offers: words in both languages, and whom the factory has."""

from __future__ import annotations

import pytest

from domain.access.actor import Actor
from domain.access.roles import rights_of
from domain.workflow.document_reading import read_document
from domain.workflow.vocabulary import CHANNELS, EFFECTS, PARTIES
from tests.factory import Factory
from usecases.people.add_person import AddPerson, add_person
from usecases.workflows.effect_choices import read_effect_choices

ADMIN = Actor("user", "u-admin", "管理员", frozenset({"admin"}), rights_of(["admin"]))


async def test_it_offers_kinds_channels_and_only_texts_that_an_order_can_fill(factory: Factory) -> None:
    choices = await factory.read(read_effect_choices, None, role="management")
    assert [one["key"] for one in choices["kinds"]] == list(EFFECTS)
    assert [one["key"] for one in choices["channels"]] == list(CHANNELS)
    assert [one["key"] for one in choices["parties"]] == list(PARTIES)
    keys = {one["key"] for one in choices["templates"]}
    assert {"generic", "scheduled", "shipped"} <= keys
    assert not keys & {"login_code", "survey", "alert"}, "they speak of what no order knows"
    assert all(one["subject"]["zh"] and one["text"]["en"] for one in choices["templates"])


async def test_it_offers_the_positions_and_people_that_there_are(factory: Factory) -> None:
    chief = AddPerson("zhao.chief", "赵主任", "!", ("production",), positions=("workshop_chief",))
    await factory.run(add_person, chief, actor=ADMIN)
    choices = await factory.read(read_effect_choices, None, role="management")
    positions = {one["key"]: one["label"]["en"] for one in choices["positions"]}
    assert positions["workshop_chief"] == "workshop_chief"
    assert positions["production_manager"] == "Production manager"
    assert {"login": "zhao.chief", "name": "赵主任"} in choices["people"]


async def test_who_may_not_edit_workflows_is_offered_nothing(factory: Factory) -> None:
    with pytest.raises(Exception, match="right_missing"):
        await factory.read(read_effect_choices, None, role="driver")


@pytest.mark.parametrize("kind", EFFECTS)
def test_every_kind_that_is_offered_is_read(kind: str) -> None:
    effect = {"kind": kind}
    document = {"transitions": [{"from": "a", "action": "go", "to": "b", "roles": [], "effects": [effect]}]}
    _, problems = read_document(document)
    assert "/transitions/0/effects/0/kind" not in {one.pointer for one in problems}
