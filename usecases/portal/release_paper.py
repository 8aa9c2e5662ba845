"""Show a paper to the order's customer, or take it back: an event of the order either way, so that it can be proved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from domain.orders.view import event_view
from domain.refusals.general import NOT_FOUND
from persistence import orders, papers
from persistence.tx import Tx
from usecases.door import use_case
from usecases.orders.history import acting_role, next_event


@dataclass(frozen=True, slots=True)
class ReleasePaper:
    """`released` False takes the paper back."""

    order_no: str
    paper_id: UUID
    released: bool = True


@use_case(right="portal.answer")
async def release_paper(tx: Tx, command: ReleasePaper) -> dict[str, Any]:
    """Answers `{"id", "released", "event"}`; the event is None where it stood so already. Raises NOT_FOUND."""
    loaded = await orders.load(tx, command.order_no)
    paper = await papers.find_of_order(tx, loaded.order.id, command.paper_id) if loaded else None
    if loaded is None or paper is None:
        raise NOT_FOUND()
    answer: dict[str, Any] = {"id": str(paper.id), "released": command.released, "event": None}
    if not await papers.release(tx, paper.id, released=command.released):
        return answer
    after, sealed = next_event(
        tx,
        loaded.order,
        replace(loaded.order),
        event_type="PaperReleased" if command.released else "PaperWithdrawn",
        role=acting_role(tx.actor),
        evidence=[{"kind": paper.kind, "attachment_id": paper.id, "sha256": paper.sha256}],
    )
    await orders.save_move(tx, after, sealed, (), None)
    return {**answer, "event": event_view(sealed)}
