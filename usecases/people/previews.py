"""Who has which feature: told to everybody about themselves, said by whoever keeps the staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.access.previews import PREVIEWS, Audience, is_given
from domain.orders.events import instant_text
from domain.refusals.general import FIELD_INVALID, NOT_FOUND
from domain.refusals.kinds import FieldProblem
from domain.refusals.people import FEATURE_NOT_GIVEN
from domain.text import Text
from persistence import previews
from persistence.tx import Tx
from usecases.door import use_case


@dataclass(frozen=True, slots=True)
class GiveFeature:
    """Whose a feature is from now on; `people` count where the audience is people."""

    key: str
    audience: Audience
    people: Sequence[UUID] = ()


@use_case(right="people.read")
async def list_features(tx: Tx, _: None) -> list[dict[str, Any]]:
    """Every feature with whose it is."""
    said = {row["key"]: row for row in await previews.rows(tx)}
    return [_view(key, said.get(key)) for key in PREVIEWS]


@use_case(right="people.edit")
async def give_feature(tx: Tx, command: GiveFeature) -> dict[str, Any]:
    """The feature as it stands then. Raises NOT_FOUND, FIELD_INVALID."""
    if command.key not in PREVIEWS:
        raise NOT_FOUND()
    people = list(dict.fromkeys(command.people)) if command.audience == "people" else []
    unknown = await previews.unknown_people(tx, people)
    if unknown or (command.audience == "people" and not people):
        text = Text("查无此人，或没有选人", "nobody with this id, or nobody chosen")
        raise FIELD_INVALID(FieldProblem("/people", "unknown_reference", text), summary="/people")
    await previews.save(tx, command.key, command.audience, people)
    said = {row["key"]: row for row in await previews.rows(tx)}
    return _view(command.key, said[command.key])


async def own_features(tx: Tx) -> list[str]:
    """The features that the actor has."""
    said = await previews.given(tx)
    return [key for key, preview in PREVIEWS.items() if is_given(preview, said.get(key), tx.actor.id)]


async def insist_on_feature(tx: Tx, key: str) -> None:
    """Raises FEATURE_NOT_GIVEN."""
    if key not in await own_features(tx):
        raise FEATURE_NOT_GIVEN(feature=PREVIEWS[key].label.as_json())


def _view(key: str, row: Any) -> dict[str, Any]:
    preview = PREVIEWS[key]
    return {
        "key": key,
        "label": preview.label.as_json(),
        "audience": row["audience"] if row else preview.audience,
        "people": [str(person) for person in row["people"]] if row else [],
        "changed_at": instant_text(row["changed_at"]) if row else None,
    }
