"""Sync: what devices report, each answered once for all; and what changed since they asked last."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Header, Query
from pydantic import ValidationError
from starlette.requests import Request

from api.actor import TheActor, TheDoor, parts_of
from api.body import too_deep
from api.language import language_of
from api.paging import ThePage
from api.route import Answer, router
from api.v1.devices import DeviceOut
from api.v1.reason_codes import ReasonCodeOut
from api.v1.types import BothLanguages, Instant, Sent, Shown
from api.v1.work_centres import ShiftOut
from api.v1.work_orders import WorkOrderOut
from api.validation import refusal_of
from domain.floor.reading import report_schema
from domain.orders.events import instant_text
from domain.refusals.floor import REPORTS_TOO_MANY
from domain.refusals.general import MALFORMED_REQUEST, UNSUPPORTED_MEDIA_TYPE
from usecases.floor.pull_changes import Place, Pull, pull_changes
from usecases.floor.push_reports import Push, push_reports

routes = router("floor")

MOST_REPORTS = 1000


class Envelope(Sent):
    """Who sends, and what their clock says at that moment; each report is read by itself."""

    device_id: UUID
    sent_at: Instant
    reports: list[Any]


class ResultOut(Shown):
    """What became of one report. `detail` is in the reader's language, `texts` in both.

    `conflict`: a person decides, see `GET conflicts`. `rejected`: it cannot be applied, and is kept all the same.
    """

    id: str
    status: Literal["applied", "duplicate", "conflict", "rejected"]
    code: str | None
    detail: str | None
    texts: BothLanguages | None
    conflict_id: str | None
    event_ids: list[str]
    flags: list[str]


class SyncOut(Shown):
    """Results in the order of the reports; `gaps` are runs of numbers that have not come."""

    results: list[ResultOut]
    gaps: list[list[int]]
    server_time: str


class ArticleOut(Shown):
    """An article of the catalogue; a pack's unit holds so many of its own."""

    sku: str
    name: str
    name_en: str
    unit: str
    kind: str
    aliases: list[str]
    units: list[str]
    pack: dict[str, Any]


class PullOut(Shown):
    """What changed. Ask again with `cursor` at once where `more` is true.

    `reset`: forget what was pulled before. Work orders that are done or cancelled are told once more, to be forgotten.
    """

    server_time: str
    cursor: str
    more: bool
    reset: bool
    work_orders: list[WorkOrderOut]
    articles: list[ArticleOut]
    shifts: list[ShiftOut]
    reasons: list[ReasonCodeOut]
    device: DeviceOut | None


_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["device_id", "sent_at", "reports"],
                    "additionalProperties": False,
                    "properties": {
                        "device_id": {"type": "string", "format": "uuid"},
                        "sent_at": {"type": "string", "format": "date-time", "pattern": "^(19[7-9]|2[01][0-9])[0-9]-"},
                        "reports": {"type": "array", "maxItems": MOST_REPORTS, "items": report_schema()},
                    },
                }
            }
        },
    }
}


@routes.post("/sync", response_model=SyncOut, openapi_extra=_BODY)
async def post_sync(request: Request, actor: TheActor, door: TheDoor) -> Any:
    """Reports of a device, at most 1,000. Each is applied exactly once, by its own id, however often it is sent.

    The answer is 200 even where all are refused: what a device must not send again is answered, and nothing is lost.
    """
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise UNSUPPORTED_MEDIA_TYPE(content_type=content_type[:100])
    sent = _envelope(await request.body())
    received_at = parts_of(request).clock()
    told = await push_reports(door, actor, Push(sent.device_id, sent.sent_at, received_at, sent.reports))
    language = language_of(request)
    results = [
        {**result, "detail": result["detail"] and result["detail"][language], "texts": result["detail"]}
        for result in told["results"]
    ]
    return {"results": results, "gaps": told["gaps"], "server_time": instant_text(received_at)}


@routes.get("/sync", response_model=PullOut)
async def get_sync(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    device_id: Annotated[UUID | None, Query(description="the device that asks 本设备")] = None,
    x_app_version: Annotated[
        str | None, Header(max_length=100, pattern=r"^[ -~]*$", description="the build 版本")
    ] = None,
) -> Answer:
    """What changed since the cursor for whoever asks: work orders, catalogue, shifts, reasons, the device itself."""
    place = Place(*page.after) if page.after else None
    told = (await door.run(actor, pull_changes, Pull(place, device_id, x_app_version))).answer
    cursor = page.cursor(told.pop("place"))
    return Answer({**told, "cursor": cursor}, headers={"cache-control": "no-store"})


def _envelope(body: bytes) -> Envelope:
    """The call itself. Reports are not judged here: one that is odd must not keep the others back."""
    try:
        read = json.loads(body.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise MALFORMED_REQUEST(reason="JSON") from None
    if too_deep(read):
        raise MALFORMED_REQUEST(reason="JSON")
    try:
        sent = Envelope.model_validate(read)
    except ValidationError as error:
        raise refusal_of([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from None
    if len(sent.reports) > MOST_REPORTS:
        raise REPORTS_TOO_MANY(limit=MOST_REPORTS)
    return sent
