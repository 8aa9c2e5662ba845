"""The interface explained: its document, a page that reads it, and what each problem means."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.docs_page import docs_page
from api.problems import INTERNAL_ERROR, STATUS_OF, TITLES, problem_type
from api.route import dumps
from domain.refusals.general import NOT_FOUND
from domain.refusals.kinds import KINDS

routes = APIRouter(include_in_schema=False)
_STYLED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"


@routes.get("/")
async def front(request: Request) -> Response:
    """Whoever comes by the bare address is shown what there is."""
    return RedirectResponse("/docs", 307)


@routes.get("/openapi.json")
async def openapi_json(request: Request) -> Response:
    """The OpenAPI 3.1 document."""
    return Response(dumps(request.app.openapi()), 200, {"cache-control": "no-cache"}, "application/json")


@routes.get("/docs")
async def docs(request: Request) -> Response:
    """The same for people: one page, without scripts, that needs no other server."""
    page = docs_page(request.app.openapi())
    return Response(page, 200, {"content-security-policy": _STYLED, "cache-control": "no-cache"}, "text/html")


@routes.get("/problems")
async def problems(request: Request) -> Response:
    """Every code that an error can carry."""
    url = request.app.state.public_url
    return Response(dumps({"items": [_told(code, url) for code in sorted([*KINDS, INTERNAL_ERROR])]}), 200, None, _JSON)


@routes.get("/problems/{code}")
async def problem(request: Request, code: str) -> Response:
    """What one code means: the address that `type` names."""
    if code not in KINDS and code != INTERNAL_ERROR:
        raise NOT_FOUND()
    return Response(dumps(_told(code, request.app.state.public_url)), 200, None, _JSON)


_JSON = "application/json"


def _told(code: str, url: str) -> dict[str, object]:
    kind = KINDS.get(code)
    status = STATUS_OF[kind.nature] if kind else 500
    return {
        "type": problem_type(url, code),
        "code": code,
        "status": status,
        "title": TITLES[status].as_json(),
        "detail": kind.text.as_json() if kind else TITLES[status].as_json(),
    }
