"""For those who run it: is it alive, is it ready, how is it doing."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.actor import parts_of
from api.metrics import CONTENT_TYPE, Metrics
from api.route import dumps
from domain.access.actor import NOBODY
from domain.refusals.kinds import Refusal
from usecases.health import outbox_figures, schema_revision

routes = APIRouter(include_in_schema=False)
_PROBES = ["GET", "HEAD"]  # load balancers ask by either


@routes.api_route("/healthz", methods=_PROBES)
async def healthz() -> Response:
    """The process answers."""
    return _told(200, {"status": "ok"})


@routes.api_route("/readyz", methods=_PROBES)
async def readyz(request: Request) -> Response:
    """Requests can be served: the database is there and has this program's shape. Redis is told, but not needed."""
    parts = parts_of(request)
    try:
        revision = await parts.door.read(NOBODY, schema_revision, None)
    except Refusal as refusal:
        return _told(503, {"status": "unavailable", "database": refusal.code})
    state = {
        "database": "ok",
        "schema": revision,
        "schema_wanted": parts.schema_wanted,
        "redis": "ok" if await parts.redis_answers() else "away",
    }
    ready = revision == parts.schema_wanted
    return _told(200 if ready else 503, {"status": "ok" if ready else "migrating", **state})


@routes.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus' text; where the database is away, what the process itself knows."""
    parts = parts_of(request)
    counted: Metrics = request.app.state.metrics
    figures: dict[str, float] = dict(parts.database.pool_figures())
    try:
        figures |= {**await parts.door.read(NOBODY, outbox_figures, None), "database_up": 1}
    except Refusal:
        figures["database_up"] = 0
    return Response(counted.text(figures), 200, media_type=CONTENT_TYPE)


def _told(status: int, state: dict[str, str | None]) -> Response:
    return Response(dumps(state), status, {"cache-control": "no-store"}, "application/json")
