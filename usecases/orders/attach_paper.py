"""Attach a paper to an order: a deliverable that a stage waits for, or any other document."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from domain.orders.events import instant_text
from domain.orders.view import event_view
from domain.refusals.general import NOT_FOUND
from persistence import orders, papers
from persistence.papers import Paper
from persistence.tx import Tx
from usecases.door import use_case
from usecases.orders.history import acting_role, next_event


@dataclass(frozen=True, slots=True)
class AttachPaper:
    """A file that the store already holds under its `sha256`. `kind` is a deliverable kind or any word of the trade."""

    order_no: str
    kind: str
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str


@use_case(right="orders.read")
async def attach_paper(tx: Tx, command: AttachPaper) -> dict[str, Any]:
    """Answers `{"attachment", "event", "deliverables"}`; the paper's hash stands in the order's history."""
    loaded = await orders.load(tx, command.order_no)
    if loaded is None:
        raise NOT_FOUND()
    paper = Paper(
        tx.new_id(),
        command.kind,
        command.file_name,
        command.media_type,
        command.size_bytes,
        command.sha256,
        tx.actor.id,
    )
    evidence = [{"kind": paper.kind, "attachment_id": paper.id, "sha256": paper.sha256}]
    order = loaded.order
    after, sealed = next_event(
        tx, order, replace(order), event_type="PaperAttached", role=acting_role(tx.actor), evidence=evidence
    )
    await papers.add(tx, order.id, paper)
    await orders.save_move(tx, after, sealed, (), None)
    counted = Counter(loaded.papers) + Counter([paper.kind])
    return {
        "attachment": paper_view(paper, instant_text(tx.now)),
        "event": event_view(sealed),
        "deliverables": dict(counted),
    }


@use_case(right="orders.read")
async def list_papers(tx: Tx, order_no: str) -> list[dict[str, Any]]:
    """The papers of an order, oldest first."""
    loaded = await orders.load(tx, order_no)
    if loaded is None:
        raise NOT_FOUND()
    return [paper_view(paper, instant_text(added_at)) for paper, added_at in await papers.of_order(tx, loaded.order.id)]


@use_case(right="orders.read")
async def find_paper(tx: Tx, paper_id: UUID) -> Paper:
    """What is known of one paper. Raises NOT_FOUND."""
    paper = await papers.find(tx, paper_id)
    if paper is None:
        raise NOT_FOUND()
    return paper


def paper_view(paper: Paper, added_at: str) -> dict[str, Any]:
    """A paper as JSON values."""
    return {
        "id": str(paper.id),
        "kind": paper.kind,
        "file_name": paper.file_name,
        "media_type": paper.media_type,
        "size_bytes": paper.size_bytes,
        "sha256": paper.sha256,
        "added_by": paper.added_by,
        "added_at": added_at,
        "released_at": paper.released_at and instant_text(paper.released_at),
    }
