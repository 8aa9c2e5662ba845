"""Reports that wait for a person: both versions shown, decided once, with the history of who decided."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.actor import TheActor, TheDoor
from api.keys import TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, router
from api.v1.types import BothLanguages, Facts, Page, SafeText, Sent, Shown
from persistence.queries.conflict_list import ConflictFilter
from usecases.floor.settle_conflict import SettleConflict, list_conflicts, read_conflict, settle_conflict

routes = router("floor")

Number = Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9-]*$")]


class Somebody(Shown):
    """A person or a device by its id and name."""

    id: str
    name: str | None


class ReportInConflict(Shown):
    """The report as it came; `corrected_at` is when it happened by our clock."""

    id: str
    v: int
    seq: int | None
    kind: str
    person: Somebody | None
    body: dict[str, Any]
    occurred_at: str
    corrected_at: str
    received_at: str


class ConflictOut(Shown):
    """`then` is how the work order stood when the report came, `now` how it stands at present."""

    id: str
    code: str
    texts: BothLanguages
    state: Literal["open", "resolved"]
    raised_at: str
    work_order: str | None
    order_no: str | None
    device: Somebody | None
    report: ReportInConflict
    then: dict[str, Any] | None
    now: dict[str, Any] | None
    decision: Literal["apply", "apply_corrected", "discard"] | None
    reason: str | None
    applied_report: str | None
    decided_by: str | None
    decided_by_name: str | None
    decided_at: str | None


class ResolveIn(Sent):
    """`apply` as it is, `apply_corrected` with another `body`, or `discard` with a `reason`."""

    decision: Literal["apply", "apply_corrected", "discard"]
    reason: Annotated[SafeText, Field(max_length=1000)] = ""
    body: Facts | None = None


@routes.get("/conflicts", response_model=Page[ConflictOut])
async def get_conflicts(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    state: Annotated[Literal["open", "resolved", ""], Query(description="empty is both 空为全部")] = "open",
    device_id: UUID | None = None,
    work_order: Number = "",
    order_no: Number = "",
    code: Annotated[str, Query(max_length=64, pattern=r"^[a-z_]*$")] = "",
) -> Any:
    """Reports that wait for a person, oldest first."""
    after = UUID(page.after[0]) if page.after else None
    wanted = ConflictFilter(state, device_id, work_order, order_no, code, after, page.fetch)
    return page.page(await door.read(actor, list_conflicts, wanted), lambda one: [one["id"]])


@routes.get("/conflicts/{conflict_id}", response_model=ConflictOut)
async def get_conflict(conflict_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """One, with both versions."""
    return await door.read(actor, read_conflict, conflict_id)


@routes.post("/conflicts/{conflict_id}/resolve", response_model=ConflictOut)
async def resolve_conflict(conflict_id: UUID, body: ResolveIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Decide it, once. What is applied is a report of its own that names the one that waited."""
    command = SettleConflict(conflict_id, body.decision, body.reason, body.body)
    return answer_of(await door.run(actor, settle_conflict, command, key=key))
