"""An edited copy comes back: compared cell by cell first, applied order by order when its person confirms it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.access.actor import Actor
from domain.access.fields import hidden_fields
from domain.exports.returning import Present, Rows, patch_of, proposals, read_copy
from domain.exports.sheets import base_of
from domain.orders.change_request import typed_patch
from domain.orders.events import instant_text
from domain.refusals.exports import EXPORT_EXPIRED, EXPORT_NOT_READY, RETURN_CONFLICT, RETURN_GONE
from domain.refusals.general import FIELD_INVALID, NOT_FOUND
from domain.refusals.kinds import FieldProblem, Nature, Refusal
from domain.refusals.people import RIGHT_MISSING
from domain.text import Text
from persistence import exports
from persistence.tx import Tx
from usecases.door import Door, Key, Outcome, use_case
from usecases.exports.export_desk import as_exported
from usecases.exports.own_exports import insist_on_person
from usecases.orders.edit_order import EditOrder, edit_order
from usecases.orders.propose_change import ProposeChange, propose_change
from usecases.people.previews import insist_on_feature

_REASON = Text("Excel 交回", "returned from Excel")
_PASSING = (Nature.UNAVAILABLE, Nature.FULL)


@dataclass(frozen=True, slots=True)
class ReturnCopy:
    """The sheets of a returned copy, as rows of text by title."""

    export_id: UUID
    file_name: str
    sheets: Mapping[str, Rows]


@dataclass(frozen=True, slots=True)
class ReturnAsked:
    """One returned copy."""

    export_id: UUID
    return_id: UUID


@dataclass(frozen=True, slots=True)
class Pick:
    """An order whose proposal is confirmed; `overwrite`: also where the order moved meanwhile."""

    order_no: str
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmOne:
    """The proposal for one order of a returned copy, confirmed."""

    asked: ReturnAsked
    pick: Pick


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the proposal for one order was not applied."""

    asked: ReturnAsked
    order_no: str
    problem: Mapping[str, Any]


@use_case(right="exports.own")
async def return_copy(tx: Tx, command: ReturnCopy) -> dict[str, Any]:
    """What the copy asks for; nothing is applied.

    Raises NOT_FOUND, EXPORT_NOT_READY, EXPORT_EXPIRED, FEATURE_NOT_GIVEN.
    """
    await insist_on_feature(tx, "excel_return")
    await _insist_on_export(tx, command.export_id)
    hidden = hidden_fields(tx.actor)
    kept = {row["order_no"]: row for row in await exports.bases(tx, command.export_id)}
    base = {order_no: _seen(row["base"], hidden) for order_no, row in kept.items()}
    returned = read_copy(command.sheets, base)
    wanted = sorted({order_no for order_no, _ in returned.values})
    now = {row["order_no"]: _present(row, hidden) for row in await exports.present(tx, wanted)}
    versions = {order_no: row["version"] for order_no, row in kept.items()}
    asked = [one.as_json() for one in proposals(returned, base, versions, now)]
    return_id = tx.new_id()
    faults = [fault.as_json() for fault in returned.faults[:_MOST_FAULTS]]
    await exports.add_return(tx, return_id, command.export_id, command.file_name, asked, faults)
    return return_view(await exports.find_return(tx, command.export_id, return_id))


@use_case(right="exports.own")
async def read_return(tx: Tx, asked: ReturnAsked) -> dict[str, Any]:
    """A returned copy with what became of it. Raises NOT_FOUND."""
    insist_on_person(tx.actor)
    return return_view(await exports.find_return(tx, asked.export_id, asked.return_id))


@use_case(right="exports.own")
async def confirm_one(tx: Tx, command: ConfirmOne) -> None:
    """Apply the proposal for one order, once. Raises what editing or asking for a change raises, RETURN_CONFLICT."""
    insist_on_person(tx.actor)
    row = await exports.find_return(tx, command.asked.export_id, command.asked.return_id, lock=True)
    proposal = _proposal(row, command.pick.order_no)
    if row is None or row["results"].get(command.pick.order_no, {}).get("state") in _APPLIED:
        return
    if proposal["state"] == "gone":
        raise RETURN_GONE(order_no=command.pick.order_no)
    if proposal["state"] == "conflict" and not command.pick.overwrite:
        raise RETURN_CONFLICT(order_no=command.pick.order_no)
    apply = _edit if proposal["way"] == "edit" else _ask_change
    result = await apply(tx, proposal, row["id"])
    await exports.note_result(tx, row["id"], command.pick.order_no, result)


@use_case(right="exports.own")
async def note_refused(tx: Tx, refused: Refused) -> None:
    """Keep why a proposal was not applied; it may be confirmed again."""
    row = await exports.find_return(tx, refused.asked.export_id, refused.asked.return_id, lock=True)
    if row is not None and row["results"].get(refused.order_no, {}).get("state") not in _APPLIED:
        result = {"state": "refused", "problem": dict(refused.problem)}
        await exports.note_result(tx, row["id"], refused.order_no, result)


class ReturnDesk:
    """Applies what was confirmed, each order in a transaction of its own: one that is refused holds up no other."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def confirm(self, actor: Actor, asked: ReturnAsked, picks: Sequence[Pick], key: Key | None) -> Outcome:
        """The returned copy with what became of each, refusals too. Raises NOT_FOUND, FIELD_INVALID."""
        if (known := await self._door.given_before(actor, key)) is not None:
            return known
        _insist_on_asked(picks, await self._door.read(actor, read_return, asked))
        for pick in picks:
            try:
                await self._door.run(actor, confirm_one, ConfirmOne(asked, pick))
            except Refusal as refusal:
                if refusal.kind.nature in _PASSING:
                    raise
                await self._door.run(actor, note_refused, Refused(asked, pick.order_no, _problem(refusal)))
        return await self._door.run(actor, read_return, asked, key=key)


_APPLIED = ("edited", "proposed")
_MOST_FAULTS = 1000


def _insist_on_asked(picks: Sequence[Pick], found: Mapping[str, Any]) -> None:
    asked = {one["order_no"] for one in found["items"]}
    text = Text("这份文件没有改动该订单", "the copy asks nothing of this order")
    unknown = [
        FieldProblem(f"/orders/{index}/order_no", "unknown_reference", text)
        for index, pick in enumerate(picks)
        if pick.order_no not in asked
    ]
    if unknown:
        raise FIELD_INVALID(*unknown, summary=unknown[0].pointer)


async def _insist_on_export(tx: Tx, export_id: UUID) -> None:
    row = await exports.find(tx, export_id, insist_on_person(tx.actor))
    if row is None:
        raise NOT_FOUND()
    if row["state"] in ("queued", "making"):
        raise EXPORT_NOT_READY()
    if not row["present"] or row["expires_at"] <= tx.now:
        raise EXPORT_EXPIRED()


def _seen(base: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """Without what its reader may not see any more."""
    return {
        "fields": {name: value for name, value in base["fields"].items() if name not in hidden},
        "lines": {
            line: {name: value for name, value in values.items() if name not in hidden}
            for line, values in base["lines"].items()
        },
    }


def _present(row: Mapping[str, Any], hidden: frozenset[str]) -> Present:
    order = as_exported(row)
    started = row["category"] != "not_started" or row["released"]
    over = row["category"] in ("done", "cancelled")
    return Present(row["version"], started, over, base_of(order, order["lines"], hidden))


def _proposal(row: Mapping[str, Any] | None, order_no: str) -> Mapping[str, Any]:
    found = [one for one in (row["proposals"] if row else ()) if one["order_no"] == order_no]
    if not found:
        raise NOT_FOUND()
    proposal: Mapping[str, Any] = found[0]
    return proposal


async def _edit(tx: Tx, proposal: Mapping[str, Any], return_id: UUID) -> dict[str, Any]:
    del return_id
    _insist_on(tx, "orders.edit")
    command = EditOrder(proposal["order_no"], typed_patch(patch_of(proposal)), proposal["version"])
    edited = await edit_order(tx, command)
    return {"state": "edited", "version": edited["order"]["version"]}


async def _ask_change(tx: Tx, proposal: Mapping[str, Any], return_id: UUID) -> dict[str, Any]:
    _insist_on(tx, "orders.change")
    command = ProposeChange(
        proposal["order_no"],
        patch_of(proposal),
        f"{_REASON.zh} {_REASON.en}",
        asked_by="us",
        order_version=proposal["version"],
        cause=f"export:{return_id}:{proposal['order_no']}",
    )
    change = await propose_change(tx, command)
    return {"state": "proposed", "change_id": change["id"], "number": change["number"]}


def _insist_on(tx: Tx, right: str) -> None:
    if not tx.actor.may(right):
        raise RIGHT_MISSING(right=right)


def _problem(refusal: Refusal) -> dict[str, Any]:
    return {"code": refusal.code, "detail": refusal.detail.as_json()}


def return_view(row: Mapping[str, Any] | None) -> dict[str, Any]:
    """A returned copy as the API shows it. Raises NOT_FOUND where there is none."""
    if row is None:
        raise NOT_FOUND()
    results = row["results"]
    return {
        "id": str(row["id"]),
        "export_id": str(row["export_id"]),
        "file_name": row["file_name"],
        "created_at": instant_text(row["created_at"]),
        "confirmed_at": row["confirmed_at"] and instant_text(row["confirmed_at"]),
        "items": [{**one, "result": results.get(one["order_no"])} for one in row["proposals"]],
        "faults": row["faults"],
    }
