"""Every order against its history: two ordered streams read side by side, so that memory holds one order at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from domain.orders.ledger import Ledger
from domain.orders.order import Order
from domain.orders.proof import Finding, Proof
from domain.refusals.kinds import Refusal
from domain.text import Text
from domain.workflow.document import Workflow
from persistence import documents, proofs
from persistence.proofs import StoredEvent
from persistence.tx import Tx
from usecases.maintenance.tally import Tally

_LABELS = {
    "chains": Text("历史链完整", "histories are whole chains"),
    "standings": Text("订单状态等于历史推演", "orders stand where their histories say"),
    "transitions": Text("每一步流程都允许", "every step was one that its workflow allows"),
    "ledger": Text("数量与金额等于历史推演", "quantities and totals are what the histories say"),
    "money": Text("金额合计相符", "lines, discounts and fees add up to the totals"),
    "rights": Text("没有越权修改", "no field was written without the right to"),
}
_OF_EVENTS = {"chains", "transitions", "rights"}


async def prove_orders(tx: Tx) -> list[Tally]:
    """Six checks in one pass. Only inside a snapshot."""
    tallies = {key: Tally(key, label) for key, label in _LABELS.items()}
    roles = await proofs.roles_by_person(tx)
    events = _Peekable(proofs.events(tx))
    async for order in proofs.orders(tx):
        await _strays(events, order, tallies["chains"])
        await _prove(tx, order, events, roles, tallies)
    await _strays(events, None, tallies["chains"])
    return list(tallies.values())


async def _prove(
    tx: Tx, order: Order, events: _Peekable, roles: Mapping[str, frozenset[str]], tallies: Mapping[str, Tally]
) -> None:
    proof = Proof(ledger=await _ledger(tx, order, tallies["ledger"]))
    while (event := await events.peek()) is not None and event.order_id == order.id:
        await events.skip()
        if event.body.get("order_no") != order.order_no:
            tallies["chains"].add("events", _at(order, event.link.seq), f"tells of {event.body.get('order_no')}")
        workflow = await _workflow(tx, str(event.body.get("workflow")))
        actor = roles.get(str((event.body.get("actor") or {}).get("id")), frozenset())
        _note(tallies, order, proof.take(event.link, event.body, workflow, actor))
        for key in _OF_EVENTS:
            tallies[key].counted += 1
    _note(tallies, order, proof.close(order, await _workflow(tx, order.workflow)))
    for key in tallies.keys() - _OF_EVENTS:
        tallies[key].counted += 1


async def _ledger(tx: Tx, order: Order, tally: Tally) -> Ledger:
    """An empty one; for an order that was split off, with the lines that its parent gave."""
    ledger = Ledger()
    if order.parent_no is not None:
        given = await proofs.given_by_parent(tx, order)
        if given is None:
            tally.add("orders", order.order_no, f"no split of {order.parent_no} tells of it")
        ledger.ordered.update(given or {})
    return ledger


async def _strays(events: _Peekable, order: Order | None, tally: Tally) -> None:
    """Events before those of this order (None: all that are left) belong to no order at all."""
    while (event := await events.peek()) is not None and (order is None or event.order_id < order.id):
        tally.counted += 1
        tally.add(
            "events",
            f"{event.link.columns['id']} (#{event.link.seq} of {event.body.get('order_no')})",
            "belongs to no order",
        )
        await events.skip()


def _note(tallies: Mapping[str, Tally], order: Order, findings: Any) -> None:
    for finding in findings:
        tallies[finding.check].add(*_place(order, finding), finding.problem)


def _place(order: Order, finding: Finding) -> tuple[str, str]:
    of_event = finding.check in _OF_EVENTS
    return ("events", _at(order, finding.seq)) if of_event else ("orders", order.order_no)


def _at(order: Order, seq: int) -> str:
    return f"{order.order_no} #{seq}"


async def _workflow(tx: Tx, reference: str) -> Workflow | None:
    key, _, version = reference.partition("@")
    try:
        return await documents.workflow(tx, key, int(version))
    except (LookupError, ValueError, Refusal):
        return None


class _Peekable:
    """A stream of which the next one can be looked at without taking it."""

    def __init__(self, source: AsyncIterator[StoredEvent]) -> None:
        self._source = source
        self._next: StoredEvent | None = None
        self._looked = False

    async def peek(self) -> StoredEvent | None:
        """The next one, or None at the end."""
        if not self._looked:
            self._next = await anext(self._source, None)
            self._looked = True
        return self._next

    async def skip(self) -> None:
        """Go on to the one after."""
        self._looked = False
