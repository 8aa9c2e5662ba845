"""The shapes of complaints and of the questions after delivery, for both sides."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.v1.message_shapes import MessageFile
from api.v1.types import SafeText, Sent, Shown, Whole
from domain.portal.answering import MOST_FILES
from domain.portal.complaints import LONGEST_TEXT
from domain.portal.survey import LONGEST_COMMENT

Category = Literal["quality", "quantity", "damage", "delay", "documents", "service", "other"]
ComplaintState = Literal["open", "in_progress", "resolved", "reopened", "closed"]
StaffAction = Literal["take", "assign", "note", "answer", "resolve", "close"]
CustomerAction = Literal["reopen", "accept", "add"]
Said = Annotated[SafeText, Field(min_length=1, max_length=LONGEST_TEXT)]


class ComplaintIn(Sent):
    """`id` is made by whoever files it (a UUID), so that sending it again is harmless."""

    id: UUID
    category: Category
    text: Said
    files: Annotated[list[UUID], Field(max_length=MOST_FILES, description="ids of files uploaded before")] = Field(
        default_factory=list
    )


class CustomerMove(Sent):
    """`reopen` and `add` need a text."""

    action: CustomerAction
    text: Said | None = None


class StaffMove(Sent):
    """`answer`, `resolve` and `note` need a text, `assign` whom. A note and who is assigned no customer sees."""

    action: StaffAction
    text: Said | None = None
    assigned_to: UUID | None = None


class ComplaintStep(Shown):
    """Something that was done about it."""

    seq: int
    action: str
    state: ComplaintState
    text: str | None
    side: Literal["customer", "staff"]
    author: str | None
    at: str


class StaffComplaintStep(ComplaintStep):
    """With whether the customer sees it."""

    internal: bool


class ComplaintOut(Shown):
    """A complaint as its customer follows it; `actions` are what she may do now."""

    id: UUID
    order_no: str
    category: Category
    text: str
    state: ComplaintState
    answer: str | None
    files: list[MessageFile]
    steps: list[ComplaintStep]
    actions: list[str]
    opened_at: str
    resolved_at: str | None
    version: int


class Assigned(Shown):
    """Who works on it."""

    id: UUID
    name: str


class StaffComplaintOut(Shown):
    """A complaint as the staff works on it; `actions` are what may be done now."""

    id: UUID
    order_no: str
    category: Category
    text: str
    state: ComplaintState
    answer: str | None
    files: list[MessageFile]
    steps: list[StaffComplaintStep]
    actions: list[str]
    opened_at: str
    due_at: str
    resolved_at: str | None
    version: int
    customer: str | None
    contact: str
    assigned_to: Assigned | None


class SurveyIn(Sent):
    """How likely one would recommend us, 0 to 10, and why."""

    score: Annotated[Whole, Field(ge=0, le=10)]
    comment: Annotated[SafeText, Field(max_length=LONGEST_COMMENT)] = ""


class SurveyOut(Shown):
    """What was answered about an order. `open`: it may be answered, or changed, now."""

    order_no: str
    score: int | None
    comment: str | None
    answered_at: str | None
    open: bool


class SurveyRow(Shown):
    """One answer, for the staff."""

    order_no: str
    customer: str | None
    score: int
    comment: str
    answered_at: str


class Surveys(Shown):
    """Answers, newest first, and the net promoter score (-100 to 100) of the period; null without any."""

    items: list[SurveyRow]
    next_cursor: str | None
    net_promoter_score: int | None
    answers: int
