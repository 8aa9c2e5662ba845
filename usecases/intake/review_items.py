"""What a person decides about what arrived: make the order, reject it with a reason, or have it read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.access.fields import written_between
from domain.customers.matching import DOUBTS
from domain.intake.corrections import corrections as between
from domain.intake.ordering import order_problems
from domain.refusals.customers import CUSTOMER_DOUBTFUL
from domain.refusals.general import NOT_FOUND, VERSION_STALE
from domain.refusals.intake import (
    INTAKE_NOT_IN_REVIEW,
    INTAKE_NOT_REJECTED,
    INTAKE_NOT_REPLAYABLE,
    INTAKE_ORDER_DIFFERS,
    MEANING_INVALID,
    SECOND_PERSON_NEEDED,
)
from domain.refusals.kinds import FieldProblem
from domain.text import Text
from persistence import corrections, known_orders, payloads
from persistence.tx import Tx
from usecases.door import use_case
from usecases.intake.apply_meaning import doubt_of
from usecases.intake.meaning_to_order import Owner, Source, open_from
from usecases.intake.read_items import item_view
from usecases.intake.second_person import had_a_hand, limit_above
from usecases.orders.perform_action import PerformAction, perform_action
from usecases.orders.writing import own_fields, refuse_unwritable

_REPLAYABLE = {"failed", "review", "parsed", "ignored", "kept"}


@dataclass(frozen=True, slots=True)
class ApproveItem:
    """`meaning` is the content as the person corrected it, None where it was right.

    `owner` says whose the order is, where that is doubtful; `seen` is the version that the person looked at.
    """

    intake_id: UUID
    meaning: Mapping[str, Any] | None = None
    owner: Owner | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class CorrectItem:
    """`meaning` is the whole content as it should have been read; `seen` is the version that the person looked at."""

    intake_id: UUID
    meaning: Mapping[str, Any]
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class RejectItem:
    """`reason` is kept with the item."""

    intake_id: UUID
    reason: str


@use_case(right="intake.review")
async def approve_item(tx: Tx, command: ApproveItem) -> dict[str, Any]:
    """The item, `ordered`. Raises NOT_FOUND, INTAKE_NOT_IN_REVIEW, INTAKE_ORDER_DIFFERS, MEANING_INVALID,
    SECOND_PERSON_NEEDED, CUSTOMER_DOUBTFUL, VERSION_STALE, and what opening the order or cancelling it refuses; then
    nothing has changed.
    """
    row = _as_seen(await _in_review(tx, command.intake_id), command.seen)
    content = _content(row, command.meaning)
    corrected = await _corrected(tx, row, content) if command.meaning is not None else []
    reviewed = await _reviewed(tx, row, content, corrected)
    known = await known_orders.find(tx, row["channel"], row["shop"], row["external_id"])
    if known is None:
        await _insist_on_customer(tx, row["channel"], content, command.owner)
        order_no = await open_from(tx, content, _source(row), command.owner, reviewed)
    elif content.get("action") == "cancel":
        order_no = known.order_no
        await perform_action(tx, PerformAction(order_no, "cancel", cause=str(row["id"])))
    else:
        raise INTAKE_ORDER_DIFFERS(order_no=known.order_no)
    await corrections.add(tx, row["id"], corrected)
    await payloads.save_decision(tx, row["id"], "ordered", content, order_no, None)
    return item_view(await _again(tx, row["id"]))


@use_case(right="intake.review")
async def correct_item(tx: Tx, command: CorrectItem) -> dict[str, Any]:
    """The item, still in review, with its corrected meaning, for whoever lets it in.

    Raises NOT_FOUND, INTAKE_NOT_IN_REVIEW, MEANING_INVALID, FIELD_NOT_WRITABLE, VERSION_STALE; then nothing has
    changed.
    """
    row = _as_seen(await _in_review(tx, command.intake_id), command.seen)
    content = _content(row, command.meaning)
    problems = order_problems(content)
    if problems:
        raise MEANING_INVALID(*problems, summary=", ".join(problem.pointer for problem in problems[:10]))
    corrected = await _corrected(tx, row, content)
    if corrected:
        await corrections.add(tx, row["id"], corrected)
        await corrections.rewrite(tx, row["id"], content)
    return item_view(await _again(tx, row["id"]))


@use_case(right="intake.review")
async def reject_item(tx: Tx, command: RejectItem) -> dict[str, Any]:
    """The item, `ignored`, with who rejected it and why. Raises NOT_FOUND, INTAKE_NOT_IN_REVIEW."""
    row = await _in_review(tx, command.intake_id, "failed")
    await payloads.save_decision(tx, row["id"], "ignored", row["meaning"], row["order_no"], command.reason)
    return item_view(await _again(tx, row["id"]))


@use_case(right="intake.review")
async def reopen_item(tx: Tx, intake_id: UUID) -> dict[str, Any]:
    """The item as it was before somebody rejected it. Raises NOT_FOUND, INTAKE_NOT_REJECTED."""
    row = await _locked(tx, intake_id)
    if row["status"] != "ignored" or row["decided_by"] is None:
        raise INTAKE_NOT_REJECTED(status=row["status"])
    is_order = (row["meaning"] or {}).get("kind") == "order"
    await payloads.reopen(tx, intake_id, "review" if is_order else "failed")
    return item_view(await _again(tx, intake_id))


@use_case(right="intake.review")
async def reparse_item(tx: Tx, intake_id: UUID) -> dict[str, Any]:
    """The item, `kept` and queued for reading by today's template. Raises NOT_FOUND, INTAKE_NOT_REPLAYABLE."""
    row = await _locked(tx, intake_id)
    if row["status"] not in _REPLAYABLE or row["decided_by"] is not None:
        raise INTAKE_NOT_REPLAYABLE(status=row["status"])
    await payloads.queue_again(tx, intake_id)
    return item_view(await _again(tx, intake_id))


async def _corrected(tx: Tx, row: Mapping[str, Any], content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the actor corrects, each field of which they may write."""
    before = row["meaning"] or {}
    await _refuse_unwritable(tx, before, content)
    return [one.as_json() for one in between(before, content)]


async def _reviewed(
    tx: Tx, row: Mapping[str, Any], content: Mapping[str, Any], corrected: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Who entered, corrected and lets it in, for the order's history. Raises SECOND_PERSON_NEEDED."""
    kept = await corrections.of_payload(tx, row["id"])
    by = {one["corrected_by"] for one in kept} | ({tx.actor.id} if corrected else set())
    limit = await limit_above(tx, content)
    if limit is not None and had_a_hand(tx.actor, by, row["body"]):
        raise SECOND_PERSON_NEEDED(limit=f"{limit:f}", currency=content["currency"])
    return {"corrected_by": sorted(by), "approved_by": tx.actor.id}


async def _insist_on_customer(tx: Tx, channel: str, content: Mapping[str, Any], owner: Owner | None) -> None:
    """Where it is doubtful whose the order is, the person who lets it in says so."""
    if owner is None and (doubt := await doubt_of(tx, channel, content)) is not None:
        raise CUSTOMER_DOUBTFUL(reason=DOUBTS[doubt].as_json())


async def _locked(tx: Tx, intake_id: UUID) -> Mapping[str, Any]:
    row = await payloads.lock(tx, intake_id)
    if row is None:
        raise NOT_FOUND()
    return row


async def _in_review(tx: Tx, intake_id: UUID, *also: str) -> Mapping[str, Any]:
    row = await _locked(tx, intake_id)
    if row["status"] not in ("review", *also):
        raise INTAKE_NOT_IN_REVIEW(status=row["status"])
    return row


def _as_seen(row: Mapping[str, Any], seen: int | None) -> Mapping[str, Any]:
    """Nobody decides about what another corrected meanwhile."""
    if seen not in (None, row["version"]):
        raise VERSION_STALE(version=row["version"])
    return row


async def _again(tx: Tx, intake_id: UUID) -> Mapping[str, Any]:
    row = await payloads.find(tx, intake_id)
    if row is None:
        raise NOT_FOUND()
    return row


def _content(row: Mapping[str, Any], corrected: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """What to open: the corrected content under the sender's own number, which nobody may change."""
    content: Mapping[str, Any] = row["meaning"] or {}
    if corrected is None:
        return content
    if corrected.get("external_id", row["external_id"]) != row["external_id"]:
        text = Text("来源单号不能改", "the sender's number cannot be changed")
        raise MEANING_INVALID(FieldProblem("/meaning/external_id", "not_writable", text), summary="/external_id")
    kept = {name: content.get(name) for name in ("kind", "action", "source", "external_id")}
    return {**corrected, **kept}


async def _refuse_unwritable(tx: Tx, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """What the channel said, the channel wrote; what a person corrects, they must be allowed to write themselves."""
    own = await own_fields(tx, str(after.get("order_type")))
    names = {field.name for field in own.fields} if own else ()
    changed = [name for name in names if before.get(name) != after.get(name)]
    refuse_unwritable(tx.actor, written_between(before, after, "/meaning"), changed, own, "/meaning")


def _source(row: Mapping[str, Any]) -> Source:
    return Source(row["channel"], row["shop"], row["external_id"], row["external_version"], str(row["id"]))
