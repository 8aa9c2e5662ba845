"""Customers who share something and are not the same: said once by a person, so that nobody is asked again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.refusals.customers import CUSTOMERS_THE_SAME
from domain.refusals.general import NOT_FOUND
from persistence import customers
from persistence.queries import customer_list
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case


@dataclass(frozen=True, slots=True)
class Pair:
    """Two customers, in whatever order."""

    one: UUID
    other: UUID


@use_case(right="intake.review")
async def tell_apart(tx: Tx, pair: Pair) -> dict[str, Any]:
    """They are not the same; said twice it is said once. Raises NOT_FOUND, CUSTOMERS_THE_SAME."""
    await _both(tx, pair)
    await customers.tell_apart(tx, *sorted((pair.one, pair.other)))
    return {}


@use_case(right="intake.review")
async def tell_apart_no_more(tx: Tx, pair: Pair) -> dict[str, Any]:
    """They may be the same after all. Raises NOT_FOUND, CUSTOMERS_THE_SAME."""
    await _both(tx, pair)
    await customers.tell_apart_no_more(tx, *sorted((pair.one, pair.other)))
    return {}


async def _both(tx: Tx, pair: Pair) -> None:
    """What is not there, or not the reader's, comes first: nothing else is told of it."""
    wanted = {pair.one, pair.other}
    if len(await customer_list.some(tx, Scope.of(tx.actor), list(wanted))) < len(wanted):
        raise NOT_FOUND()
    if len(wanted) < 2:
        raise CUSTOMERS_THE_SAME()
