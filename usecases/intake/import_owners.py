"""Whose the orders of a workbook are: one customer for several orders, known ones found, doubtful ones told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.customers.matching import IDENTIFYING, Told, match
from domain.intake.folding import key as folded
from domain.intake.sheet_orders import SheetOrder
from domain.orders.events import SealedEvent
from domain.orders.order import Order
from persistence import customers
from persistence.customers import Known, keys_to_keep
from persistence.opening_many import Opening
from persistence.tx import Tx
from usecases.door import use_case
from usecases.intake.import_facts import CHANNEL
from usecases.orders.whose import delivery_of, whose

Place = tuple[str, ...]


@dataclass(slots=True)
class Owner:
    """One customer of a workbook: `row` as they are known, or as they were made with the first of their orders.

    `doubt` is why a person has to say who it is.
    """

    told: Told
    known: Known
    row: Mapping[str, Any] | None
    doubt: str | None = None


class Owners:
    """The customers of a workbook."""

    def __init__(self, by_place: Mapping[Place, Owner]) -> None:
        self._by_place = by_place
        self._sole: set[tuple[str, str]] = set()

    @staticmethod
    async def of(tx: Tx, orders: Sequence[SheetOrder]) -> Owners:
        """Who is known of them, in two statements. Whoever is told of alike is the same."""
        firsts = {_place_of(order): order for order in reversed(orders)}
        told = [Told.of(CHANNEL, order.content["customer"]) for order in firsts.values()]
        found = await customers.find_many(tx, told)
        named = await customers.by_ids(tx, [UUID(said) for order in firsts.values() if (said := _named(order))])
        owners = map(_owner, firsts.values(), told, found, [named] * len(told))
        return Owners(_joined(dict(zip(firsts, owners, strict=True))))

    def of_order(self, order: SheetOrder) -> Owner:
        """Whose it is."""
        return self._by_place[_place_of(order)]

    def opening(
        self,
        owner: Owner,
        order: Order,
        customer: Mapping[str, Any] | None,
        sealed: SealedEvent,
        told: Mapping[str, Any] | None,
    ) -> Opening:
        """The order to be written; whoever is new is known to the next one."""
        if customer is None:
            return Opening(order, None, False, sealed)
        keys = [self._alone(key) for key in keys_to_keep(owner.told, str(customer["id"]), owner.known)]
        new, owner.row = owner.row is None, customer
        return Opening(order, customer, new, sealed, keys, None if new else delivery_of(customer, told))

    def _alone(self, key: dict[str, Any]) -> dict[str, Any]:
        """A key that two customers of one workbook have is the sole one of neither."""
        shared = (key["kind"], key["value"]) in self._sole
        if key["sole"]:
            self._sole.add((key["kind"], key["value"]))
        return {**key, "sole": key["sole"] and not shared}


@use_case(right="orders.open")
async def doubtful_owners(tx: Tx, orders: Sequence[SheetOrder]) -> list[tuple[SheetOrder, str]]:
    """The orders of which it is not certain whose they are, each with the reason: a doubt, or `customer_unknown`."""
    owners = await Owners.of(tx, orders)
    return [(order, doubt) for order in orders if (doubt := owners.of_order(order).doubt) is not None]


def _owner(order: SheetOrder, told: Told, known: Known, named: Mapping[str, Mapping[str, Any]]) -> Owner:
    said = order.content.get("owner") or {}
    if said.get("customer_id"):
        row = named.get(said["customer_id"])
        return Owner(told, known, row, None if row else "customer_unknown")
    new = bool(said.get("new"))
    return Owner(told, known, whose(told, known, new=new), None if new else match(told, known.candidates).doubt)


def _joined(owners: Mapping[Place, Owner]) -> dict[Place, Owner]:
    """Customers of the workbook who are new and share what identifies them are one."""
    by_key: dict[tuple[str, str], Owner] = {}
    joined: dict[Place, Owner] = {}
    for place, owner in owners.items():
        same = _same(owner, (by_key.get(key) for key in _identifying(owner)))
        joined[place] = same if place[0] not in ("id", "new") and owner.row is None and same else owner
        for key in _identifying(owner):
            by_key.setdefault(key, joined[place])
    return joined


def _same(owner: Owner, others: Iterable[Owner | None]) -> Owner | None:
    """The first of them who is no other firm."""
    return next((one for one in others if one and not _other_firm(owner.told, one.told)), None)


def _other_firm(one: Told, other: Told) -> bool:
    return bool(one.firms and other.firms and not set(one.firms) & set(other.firms))


def _identifying(owner: Owner) -> list[tuple[str, str]]:
    return [key for key in owner.told.all_keys() if key[0] in IDENTIFYING]


def _named(order: SheetOrder) -> str | None:
    """The customer whom the sheet itself names."""
    said: str | None = (order.content.get("owner") or {}).get("customer_id")
    return said


def _place_of(order: SheetOrder) -> Place:
    """What makes customers of one workbook the same: what the sheet says, what identifies them, else their names."""
    said = order.content.get("owner") or {}
    if said.get("customer_id"):
        return ("id", said["customer_id"])
    told, customer = Told.of(CHANNEL, order.content["customer"]), order.content["customer"]
    names = told.firms or tuple(folded(customer.get(name) or "") for name in ("name", "company"))
    return ("new" if said.get("new") else "told", told.tax_no or "", told.phone or "", *names)
