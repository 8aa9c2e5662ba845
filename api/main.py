"""The application: routers, the error table, the edge around them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from api import clients, dev, operations, pages
from api.contract import document_of
from api.edge import BodyTooLarge, Edge
from api.metrics import Metrics
from api.pace import Paces
from api.problems import refusal_response
from api.v1 import (
    alerts,
    api_keys,
    attachments,
    auth,
    badges,
    board,
    changes,
    complaints,
    conflicts,
    contacts,
    customers,
    devices,
    erp,
    exports,
    features,
    finance,
    forecasts,
    hooks,
    idle_orders,
    intake,
    intake_channels,
    kpis,
    messages,
    notices,
    order_exports,
    order_imports,
    orders,
    outbox,
    output,
    own_account,
    papers,
    people,
    photos,
    portal,
    products,
    reason_codes,
    rehearsal,
    reports,
    roles,
    sso,
    stock,
    stock_imports,
    stream,
    sync,
    voice,
    webhook_endpoints,
    work_centres,
    work_orders,
    workflows,
)
from api.validation import refusal_of
from domain.refusals.general import BODY_TOO_LARGE, MALFORMED_REQUEST, METHOD_NOT_ALLOWED, NOT_FOUND
from domain.refusals.kinds import Refusal
from wiring.build import Parts, build
from wiring.logs import configure_logs
from wiring.settings import load_settings

# In the order in which an address is looked for: what is asked most stands first.
AREAS = [
    orders,
    changes,
    sync,
    photos,
    work_orders,
    reason_codes,
    reports,
    conflicts,
    output,
    kpis,
    exports,
    features,
    hooks,
    intake,
    intake_channels,
    order_imports,
    order_exports,
    alerts,
    forecasts,
    board,
    idle_orders,
    attachments,
    products,
    devices,
    work_centres,
    workflows,
    rehearsal,
    auth,
    own_account,
    sso,
    people,
    badges,
    roles,
    outbox,
    notices,
    stock,
    stock_imports,
    finance,
    erp,
    api_keys,
    webhook_endpoints,
    stream,
    voice,
    contacts,
    customers,
    papers,
    messages,
    complaints,
    *portal.AREAS,
    operations,
    pages,
    dev,
    clients,
]
_DEFAULT_BODY_BYTES = 8 * 1024 * 1024


class Application(FastAPI):
    """FastAPI with our own document."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document of all routes; made once."""
        if self.openapi_schema is None:
            self.openapi_schema = document_of(list(self.routes))
        return self.openapi_schema


def create_app(parts: Parts | None = None) -> Application:
    """The application on these parts; without any it can only describe itself."""
    app = Application(openapi_url=None, docs_url=None, redoc_url=None, lifespan=_lifespan, redirect_slashes=False)
    settings = parts.settings if parts else None
    app.state.parts, app.state.metrics = parts, Metrics()
    app.state.paces = Paces.of(settings) if settings else None
    app.state.public_url = settings.public_url if settings else ""
    for area in AREAS:
        app.router.routes.extend(area.routes.routes)
    _answer_errors(app)
    app.add_middleware(
        Edge,
        limit_bytes=settings.max_body_bytes if settings else _DEFAULT_BODY_BYTES,
        metrics=app.state.metrics,
        https=app.state.public_url.startswith("https://"),
    )
    return app


def app_factory() -> Application:
    """For `uvicorn --factory`: the application on the settings of the environment."""
    settings = load_settings()
    configure_logs(settings.log_level)
    return create_app(build(settings))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    if app.state.parts is None:
        yield
        return
    stream.end_streams_on_signals(app.state.parts.hub)
    async with app.state.parts.running():
        yield


def _answer_errors(app: FastAPI) -> None:
    @app.exception_handler(Refusal)
    async def refused(request: Request, refusal: Refusal) -> Response:
        return refusal_response(request, refusal)

    @app.exception_handler(RequestValidationError)
    async def not_valid(request: Request, error: RequestValidationError) -> Response:
        return refusal_response(request, refusal_of(error.errors()))

    @app.exception_handler(HTTPException)
    async def of_the_framework(request: Request, error: HTTPException) -> Response:
        headers = {"allow": _methods_at(request)} if error.status_code == 405 else error.headers
        return refusal_response(request, _translated(error), headers)


def _methods_at(request: Request) -> str:
    """Every method that the address takes; Starlette names those of the first route alone."""
    scope = {**request.scope, "method": ""}
    met = [
        route for route in request.app.routes if isinstance(route, Route) and route.matches(scope)[0] is not Match.NONE
    ]
    return ", ".join(sorted({method for route in met for method in route.methods or ()}))


def _translated(error: HTTPException) -> Refusal:
    """What Starlette and FastAPI refuse by themselves, in our codes."""
    if isinstance(error, BodyTooLarge):
        return BODY_TOO_LARGE(limit_bytes=error.limit_bytes)
    if error.status_code == 404:
        return NOT_FOUND()
    if error.status_code == 405:
        return METHOD_NOT_ALLOWED()
    return MALFORMED_REQUEST(reason=str(error.detail)[:100])
