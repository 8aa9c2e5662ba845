"""Complaints and what customers said after delivery, for the staff."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.requests import Request

from api.actor import TheActor, TheDoor, parts_of
from api.keys import IfMatch, TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, router
from api.v1.complaint_shapes import ComplaintState, StaffComplaintOut, StaffMove, Surveys
from api.v1.types import Instant, Page
from persistence.queries.complaint_list import ComplaintPage
from usecases.portal.complain import MoveComplaint, list_complaints, read_complaint, work_on_complaint
from usecases.portal.survey import SurveyPage, list_surveys

routes = router("customers")

_BEGINNING, _END = datetime(1970, 1, 1, tzinfo=UTC), datetime(2199, 1, 1, tzinfo=UTC)


@routes.get("/complaints", response_model=Page[StaffComplaintOut])
async def find_complaints(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    state: Annotated[list[ComplaintState], Query()] = [],  # noqa: B006 - FastAPI copies it
    assigned_to: UUID | None = None,
    order_no: Annotated[str | None, Query(max_length=40, pattern=r"^[A-Za-z0-9-]+$")] = None,
) -> Any:
    """Complaints, those due first. 投诉列表。"""
    wanted = ComplaintPage(None, state, assigned_to, order_no, page.after, page.fetch)
    rows = await door.read(actor, list_complaints, wanted)
    return page.page(rows, lambda row: [row["due_at"], row["id"]])


@routes.get("/complaints/{complaint_id}", response_model=StaffComplaintOut)
async def get_complaint(complaint_id: UUID, actor: TheActor, door: TheDoor) -> Answer:
    """One complaint with every step. 投诉详情。"""
    found = await door.read(actor, read_complaint, complaint_id)
    return Answer(found, version=found["version"])


@routes.post("/complaints/{complaint_id}/actions", response_model=StaffComplaintOut)
async def act_on_complaint(
    request: Request,
    complaint_id: UUID,
    body: StaffMove,
    actor: TheActor,
    door: TheDoor,
    key: TheKey,
    version: IfMatch,
) -> Answer:
    """Take it on, hand it to somebody, note, answer, resolve, close. 处理投诉。"""
    url = f"{parts_of(request).settings.public_url}/portal/"
    command = MoveComplaint(complaint_id, body.action, body.text, body.assigned_to, version, url)
    outcome = await door.run(actor, work_on_complaint, command, key=key)
    return answer_of(outcome, version=outcome.answer["version"])


@routes.get("/surveys", response_model=Surveys)
async def find_surveys(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    answered_from: Instant | None = None,
    answered_before: Instant | None = None,
) -> Any:
    """What customers said after delivery, newest first, with the net promoter score of a period. 客户评价。"""
    wanted = SurveyPage(answered_from or _BEGINNING, answered_before or _END, page.after, page.fetch)
    found = await door.read(actor, list_surveys, wanted)
    shown = page.page(found["rows"], lambda row: [row["answered_at"], row["order_no"]])
    return {**shown, "net_promoter_score": found["net_promoter_score"], "answers": found["answers"]}
