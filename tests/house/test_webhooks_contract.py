"""What other systems are told is written down, and is what they are told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from api.v1.webhook_bodies import BODIES
from api.webhooks_contract import webhooks_document
from domain.access.fields import FIELDS
from domain.integrators.webhooks import PING, TYPES

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENT = webhooks_document()


def test_the_committed_document_is_the_one_that_the_code_makes() -> None:
    committed = json.loads((ROOT / "openapi" / "webhooks.json").read_text(encoding="utf-8"))
    assert committed == json.loads(json.dumps(DOCUMENT)), "run `make openapi` and commit openapi/webhooks.json"


def test_every_type_that_can_be_chosen_is_described() -> None:
    assert BODIES.keys() == {*TYPES, PING} == DOCUMENT["webhooks"].keys()


def test_no_body_has_room_for_money() -> None:
    hidable = {name for name, rule in FIELDS.items() if rule.read is not None}
    for schema in DOCUMENT["components"]["schemas"].values():
        assert not hidable & schema["properties"].keys()


@pytest.mark.parametrize("told", BODIES)
def test_a_schema_is_one_and_its_words_are_in_both_languages(told: str) -> None:
    operation = DOCUMENT["webhooks"][told]["post"]
    Draft202012Validator.check_schema(operation["requestBody"]["content"]["application/json"]["schema"])
    assert re.search(r"[\u4e00-\u9fff]", BODIES[told][1].zh)
    assert not re.search(r"[\u4e00-\u9fff]", BODIES[told][1].en)
