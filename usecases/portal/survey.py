"""Two questions after delivery: answered once per order, changed within a week, asked for by mail once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.effects import Effect
from domain.orders.events import instant_text
from domain.portal.survey import ASKED_AFTER, NOT_ASKED_AFTER, may_edit, promoter_score
from domain.refusals.portal import SURVEY_CLOSED, SURVEY_TOO_EARLY
from persistence import complaints, outbox
from persistence.queries import complaint_list
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.portal.post_message import own_place

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class AnswerSurvey:
    """`score` is 0 to 10."""

    order_no: str
    score: int
    comment: str = ""


@use_case(right="portal.own")
async def answer_survey(tx: Tx, command: AnswerSurvey) -> dict[str, Any]:
    """Answers what is kept now. Raises NOT_FOUND, SURVEY_TOO_EARLY before delivery, SURVEY_CLOSED after a week."""
    place = await own_place(tx, command.order_no)
    if place["category"] != "done":
        raise SURVEY_TOO_EARLY()
    before = await complaints.survey_of(tx, place["id"], locked=True)
    if not may_edit(before["answered_at"] if before else None, tx.now):
        raise SURVEY_CLOSED()
    await complaints.answer_survey(tx, place["id"], command.score, command.comment)
    return await read_own_survey(tx, command.order_no)


@use_case(right="portal.own")
async def read_own_survey(tx: Tx, order_no: str) -> dict[str, Any]:
    """What was answered, and whether it may be answered now. Raises NOT_FOUND."""
    place = await own_place(tx, order_no)
    row = await complaints.survey_of(tx, place["id"])
    answered = row["answered_at"] if row else None
    return {
        "order_no": order_no,
        "score": row["score"] if row else None,
        "comment": row["comment"] if row else None,
        "answered_at": answered and instant_text(answered),
        "open": place["category"] == "done" and may_edit(answered, tx.now),
    }


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """`after` is (answered_at, order_no) of the last one seen; the score is of answers given in a period."""

    begin: datetime
    end: datetime
    after: Sequence[str] | None
    limit: int


@use_case(right="portal.answer")
async def list_surveys(tx: Tx, page: SurveyPage) -> dict[str, Any]:
    """`{"rows", "score", "answers"}`: what customers said, newest first, and the net promoter score of the period."""
    scope = Scope.of(tx.actor)
    rows = await complaint_list.surveys(tx, scope, page.after, page.limit)
    counted = await complaint_list.scores(tx, scope, page.begin, page.end)
    score = promoter_score(counted["promoters"], counted["detractors"], counted["answers"])
    return {"rows": [_row(row) for row in rows], "net_promoter_score": score, "answers": counted["answers"]}


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "order_no": row["order_no"],
        "customer": row["customer_company"] or row["customer_name"],
        "score": row["score"],
        "comment": row["comment"],
        "answered_at": instant_text(row["answered_at"]),
    }


@use_case(right="admin.all")
async def ask_surveys(tx: Tx, portal_url: str) -> dict[str, int]:
    """Mail the customers of orders that were delivered lately; each order is asked about once, whoever asks."""
    asked = await complaints.ask_surveys(tx, tx.now - NOT_ASKED_AFTER, tx.now - ASKED_AFTER, _AT_ONCE)
    for row in asked:
        await outbox.add(tx, tx.new_id(), row["order_no"], [_letter(one, row, portal_url) for one in row["contacts"]])
    return {"orders": len(asked)}


def _letter(contact_id: Any, row: Mapping[str, Any], portal_url: str) -> Effect:
    person = f"contact:{contact_id}"
    facts = {"order_no": row["order_no"], "url": portal_url, "template": "survey", "person": person}
    return Effect("notify", "email", f"{person}:survey", facts)
