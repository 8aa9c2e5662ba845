"""Month's end: orders with what each department says of them, and the list of those where they disagree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.orders.reconciliation import order_view, totals_view
from domain.refusals.general import FIELD_INVALID
from domain.refusals.kinds import FieldProblem
from domain.text import Text
from persistence.queries import reconciliation
from persistence.queries.reconciliation import Basis, ReconciliationFilter
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case

LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Reconcile:
    """From one day to another, both counted; `after` is the id of the last order seen."""

    basis: Basis
    from_date: date
    to_date: date
    only_disagreements: bool = False
    after: UUID | None = None
    limit: int = 50


@use_case(right="kpis.read")
async def reconcile_orders(tx: Tx, asked: Reconcile) -> dict[str, Any]:
    """`{"items", "totals"}`, items each with its `id` beside it as (id, view). One statement."""
    if not 0 <= (asked.to_date - asked.from_date).days <= LONGEST_DAYS:
        text = Text("须在 from 之后，且不超过一年", "after from, and within a year of it")
        raise FIELD_INVALID(FieldProblem("/query/to", "invalid", text), summary="/query/to")
    wanted = ReconciliationFilter(
        asked.basis,
        asked.from_date,
        asked.to_date,
        tx.zone.key,
        tx.now,
        asked.only_disagreements,
        asked.after,
        asked.limit,
    )
    found = await reconciliation.reconcile(tx, Scope.of(tx.actor), wanted)
    return {
        "items": [{"id": row["id"], **order_view(row)} for row in found["items"]],
        "totals": [totals_view(row) for row in found["totals"]],
    }
