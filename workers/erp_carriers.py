"""What happens between an ERP and this house: effect -> port. The workers do not know which system it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from domain.erp.differences import order_differences
from domain.erp.told import ToldOrder, ToldShipment
from integrations.ports import Erp, ErpFailed, NotDoneThere, SendFailed
from persistence.outbox import Claimed
from persistence.tx import Tx
from usecases.door import Door
from usecases.erp.compare_orders import (
    Compared,
    ComparisonFailed,
    keep_comparison,
    note_failed_comparison,
    read_comparable,
)
from usecases.erp.pull_ledger import LedgerRead, keep_ledger, note_silent_ledger
from usecases.erp.tell_orders import Telling, Told, keep_told, read_telling
from usecases.outgoing.settle_effect import Follow
from usecases.warning.pull_stock import Page, keep_materials, keep_stock, keep_substitutes
from usecases.warning.take_stock import SourceFailed, note_failure
from wiring.outside import Outside
from workers.reactions import RELAY

Noted = Callable[[ErpFailed], tuple[Callable[[Tx, Any], Awaitable[Any]], Any]]


async def pull_page(door: Door, outside: Outside, effect: Claimed) -> Follow:
    """One page of what an ERP counts; where it gives none, the board says why. Raises SendFailed."""
    return await _or_noted(
        door, outside, effect, _stock_page, lambda failed: (note_failure, _source_failed(effect, failed))
    )


async def pull_ledger_page(door: Door, outside: Outside, effect: Claimed) -> Follow:
    """One page of what an ERP billed and was paid. Raises SendFailed."""
    return await _or_noted(
        door, outside, effect, _ledger_page, lambda failed: (note_silent_ledger, _source_failed(effect, failed))
    )


async def compare_page(door: Door, outside: Outside, effect: Claimed) -> Follow:
    """One page of orders, compared. Raises SendFailed."""

    async def compared(erp: Erp, effect: Claimed) -> Follow:
        here = await door.read(RELAY, read_comparable, effect)
        found = await erp.orders([order.order_no for order in here]) if here else {}
        return Follow(effect, keep_comparison, Compared(effect, here, list(order_differences(here, found))))

    return await _or_noted(
        door,
        outside,
        effect,
        compared,
        lambda failed: (note_failed_comparison, ComparisonFailed(effect, _source_failed(effect, failed))),
    )


async def tell_erp(door: Door, outside: Outside, effect: Claimed) -> Follow:
    """One order, as it stands now, and what has left of it. Raises SendFailed; what cannot help is left to a person."""
    telling: Telling | None = await door.read(RELAY, read_telling, effect)
    if telling is None:
        raise SendFailed("there is no such order", final=True)
    try:
        numbers = await _tell(_erp_of(outside, effect), telling)
    except ErpFailed as failed:
        raise SendFailed(str(failed), final=not failed.retryable) from failed
    return Follow(effect, keep_told, Told(effect, numbers, telling.order.version))


async def _tell(erp: Erp, telling: Telling) -> list[str]:
    """Tell what it does not know yet; which documents that were."""
    order, told = telling.order, []
    if telling.known.get(order.order_no, 0) < order.version:
        await erp.tell_order(order)
        told.append(order.order_no)
    for shipment in order.shipments:
        if shipment.number in telling.known:
            continue
        if await _tell_shipment(erp, order, shipment):
            told.append(shipment.number)
    return told


async def _tell_shipment(erp: Erp, order: ToldOrder, shipment: ToldShipment) -> bool:
    """False where the system is told of orders alone."""
    try:
        await erp.tell_shipment(order, shipment)
    except NotDoneThere:
        return False
    return True


async def _stock_page(erp: Erp, effect: Claimed) -> Follow:
    start = effect.body["start"]
    match effect.body["phase"]:
        case "materials":
            found = await erp.materials(effect.body.get("since"), start)
            return Follow(effect, keep_materials, Page(effect, found.next_start, found.materials, found.until))
        case "substitutes":
            return Follow(effect, keep_substitutes, Page(effect, None, substitutes=await erp.substitutes()))
        case _:
            counted = await erp.stock(start)
            rows = [(row.row, row.material, row.quantity) for row in counted.rows]
            return Follow(effect, keep_stock, Page(effect, counted.next_start, counted=rows))


async def _ledger_page(erp: Erp, effect: Claimed) -> Follow:
    page = await erp.ledger(effect.body.get("since"), effect.body.get("place"))
    read = LedgerRead(effect, page.entries, page.next_place, page.until, page.unassigned)
    return Follow(effect, keep_ledger, read)


async def _or_noted(
    door: Door,
    outside: Outside,
    effect: Claimed,
    read: Callable[[Erp, Claimed], Awaitable[Follow]],
    noted: Noted,
) -> Follow:
    """What was read; a failure is kept for people to see, and tried again where that may help. Raises SendFailed."""
    try:
        return await read(_erp_of(outside, effect), effect)
    except ErpFailed as failed:
        verb, command = noted(failed)
        if not failed.retryable:
            return Follow(effect, verb, command)
        await door.run(RELAY, verb, command)
        raise SendFailed(str(failed)) from failed


def _erp_of(outside: Outside, effect: Claimed) -> Erp:
    erp = outside.erps.get(effect.channel)
    if erp is None:
        raise ErpFailed("not_connected", "its settings were taken away", alert=True)
    return erp


def _source_failed(effect: Claimed, failed: ErpFailed) -> SourceFailed:
    return SourceFailed(effect.channel, failed.reason, failed.problem, needs_person=failed.alert)
