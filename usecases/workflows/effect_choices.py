"""What an effect of a transition may be made of: kinds, channels, recipients, and the texts that are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.messages.templates import order_templates
from domain.text import Text
from domain.workflow.vocabulary import CHANNELS, EFFECTS, PARTIES, POSITIONS
from persistence import people
from persistence.tx import Tx
from usecases.door import use_case


@use_case(right="workflows.edit")
async def read_effect_choices(tx: Tx, _: None) -> dict[str, Any]:
    """`{"kinds", "channels", "parties", "positions", "people", "templates"}`, each with its key and its words.

    Roles and forms are read where they are kept, in `GET roles` and `GET forms`.
    """
    given = {key: Text(key, key) for key in await people.positions(tx)}
    return {
        "kinds": _named(EFFECTS),
        "channels": _named(CHANNELS),
        "parties": _named(PARTIES),
        "positions": _named({**given, **POSITIONS}),
        "people": [{"login": row["login"], "name": row["name"]} for row in await people.at_work(tx)],
        "templates": [
            {"key": key, "subject": one.subject.as_json(), "text": one.text.as_json()}
            for key, one in order_templates().items()
        ],
    }


def _named(words: Mapping[str, Text]) -> list[dict[str, Any]]:
    return [{"key": key, "label": label.as_json()} for key, label in words.items()]
