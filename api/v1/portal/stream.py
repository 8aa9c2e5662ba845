"""Live updates for a customer: that one of her orders changed, or that somebody wrote to her; never what."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Query
from starlette.requests import Request
from starlette.responses import Response

from api.actor import TheCustomer
from api.route import router
from api.v1.stream import TOLD, stream_for

routes = router("portal")


@routes.get("/portal/stream", response_class=Response, responses={200: TOLD})
async def portal_stream(
    request: Request,
    customer: TheCustomer,
    last_event_id: Annotated[str | None, Header(max_length=200)] = None,
    cursor: Annotated[str | None, Query(max_length=200, description="as Last-Event-ID")] = None,
) -> Response:
    """What changed, as it changes, of one's own orders; resumes after `Last-Event-ID`. 实时更新。"""
    return await stream_for(request, customer, last_event_id or cursor)
