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
    """They are not the same; said twice it is said once. Raises CUSTOMERS_THE_SAME, NOT_FOUND."""
    await _both(tx, pair)
    await customers.tell_apart(tx, *sorted((pair.one, pair.other)))
    return {}


@use_case(right="intake.review")
async def tell_apart_no_more(tx: Tx, pair: Pair) -> dict[str, Any]:
    """They may be the same after all. Raises CUSTOMERS_THE_SAME, NOT_FOUND."""
    await _both(tx, pair)
    await customers.tell_apart_no_more(tx, *sorted((pair.one, pair.other)))
    return {}


async def _both(tx: Tx, pair: Pair) -> None:
    if pair.one == pair.other:
        raise CUSTOMERS_THE_SAME()
    if len(await customer_list.some(tx, Scope.of(tx.actor), [pair.one, pair.other])) < 2:
        raise NOT_FOUND()
