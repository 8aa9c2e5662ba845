"""Order changes as the order's customer sees them: what is asked of her, her answer, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.orders.changes import AGREED
from domain.orders.events import instant_text
from domain.refusals.general import NOT_FOUND
from domain.text import Text
from persistence import changes
from persistence.queries import change_inbox, portal_orders
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.orders.decide_change import ConfirmChange, held, settle_confirmation

_FACTORY = Scope()
_STATES: Mapping[str, Text] = {
    "proposed": Text("处理中", "being looked at"),
    "awaiting_customer": Text("待您确认", "waiting for you"),
    "approved": Text("已确认，处理中", "confirmed, being looked at"),
    "rejected": Text("未执行", "not carried out"),
    "withdrawn": Text("已撤回", "withdrawn"),
    "applied": Text("已执行", "carried out"),
}


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """The customer's answer to change `number` of her order; `words` where she says why not."""

    order_no: str
    number: int
    confirmed: bool
    words: str | None = None


@use_case(right="portal.own")
async def list_own_changes(tx: Tx, order_no: str) -> list[dict[str, Any]]:
    """The changes of one of her orders that ask her or are in force, the newest first. Raises NOT_FOUND."""
    await _insist_on_own(tx, order_no)
    rows = await change_inbox.list_changes(tx, _FACTORY, change_inbox.ChangeFilter(order_no=order_no, limit=200))
    return [own_view(row) for row in rows if row["confirm_by_customer"] or row["state"] == "applied"]


@use_case(right="portal.own")
async def answer_own_change(tx: Tx, command: OwnAnswer) -> dict[str, Any]:
    """The change after her answer: carried out, or not. Raises NOT_FOUND, CHANGE_DECIDED where it waits for nobody."""
    await _insist_on_own(tx, command.order_no)
    found = await changes.by_number(tx, command.order_no, command.number)
    if found is None or not found["confirm_by_customer"]:
        raise NOT_FOUND()
    row, loaded = await held(tx, found["id"], _FACTORY)
    await settle_confirmation(tx, row, loaded, ConfirmChange(row["id"], command.confirmed, command.words))
    again = await changes.by_number(tx, command.order_no, command.number)
    if again is None:
        raise NOT_FOUND()
    return own_view(again)


async def _insist_on_own(tx: Tx, order_no: str) -> None:
    if await portal_orders.own_place(tx, tx.actor.customer_ids, order_no) is None:
        raise NOT_FOUND()


def own_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """A change in customer words: what was agreed before and after, nothing of how the factory makes it."""
    impact = row["impact"]
    return {
        "number": row["number"],
        "order_no": row["order_no"],
        "state": row["state"],
        "state_label": _STATES[row["state"]].as_json(),
        "asks_you": row["confirm_by_customer"] and row["confirmation"] is None and row["state"] in _WAITING,
        "diff": {
            "fields": {name: one for name, one in row["diff"]["fields"].items() if name in AGREED},
            "lines": [{**line, "fields": _without_technical(line)} for line in row["diff"]["lines"]],
        },
        "amount": impact["amount"],
        "currency": row["currency"],
        "promised_date": {name: impact["promised_date"][name] for name in ("before", "after")},
        "proposed_at": instant_text(row["proposed_at"]),
        "answered_at": row["confirmation"] and row["confirmation"]["at"],
        "applied_at": row["applied_at"] and instant_text(row["applied_at"]),
    }


def _without_technical(line: Mapping[str, Any]) -> dict[str, Any]:
    """How it is made is told to no customer, only that it will be made otherwise."""
    changed = Text(
        f"第 {line['line']} 行 {line['name']} 技术调整", f"line {line['line']} {line['name']}: made otherwise"
    )
    otherwise = {"before": None, "after": None, **changed.as_json()}
    return {name: otherwise if name == "technical" else one for name, one in line["fields"].items()}


_WAITING = ("proposed", "awaiting_customer")
