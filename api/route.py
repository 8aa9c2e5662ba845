"""Our route class: reads a body strictly, drops what the reader may not see from every answer, writes it once.

An endpoint returns a JSON-able value or an `Answer`; `response_model=` describes it in the OpenAPI document and costs
nothing when it runs. Nothing reaches the wire without passing `strip`.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from api.actor import ACTOR
from api.body import parse_json
from api.contract import dependencies_of, responses_of
from domain.access.actor import Actor
from domain.access.fields import hidden_fields, strip, unreadable_question
from domain.refusals.general import MALFORMED_REQUEST, NOT_FOUND, UNSUPPORTED_MEDIA_TYPE
from domain.refusals.kinds import FieldProblem, Nature, Refusal
from domain.refusals.people import FIELD_NOT_READABLE
from domain.text import Text
from usecases.door import Outcome

if TYPE_CHECKING:
    from api.pace import Paces

_HIDDEN = "throughline.hidden"
_SORT = ("sort", "order_by")
FORM = "throughline.form"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_JSON_TYPES = ("application/json", "application/merge-patch+json")
VARY = "authorization, cookie, accept-language"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint answers. `version` becomes a strong ETag, which `If-Match` takes back."""

    body: Any = None
    status: int | None = None
    version: int | None = None
    replayed: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


def hidden_of(request: Request) -> list[str]:
    """The names that never reach whoever asks, in order."""
    return sorted(request.scope.get(_HIDDEN) or ())


def stripped(request: Request, value: Any) -> Any:
    """A JSON value as far as whoever asks may see it; where that was not looked up, as everybody may."""
    hidden = request.scope.get(_HIDDEN)
    return strip(value, hidden_fields(None) if hidden is None else hidden)


def answer_of(outcome: Outcome, *, status: int | None = None, version: int | None = None) -> Answer:
    """The answer of a use case, marked where it was given before."""
    return Answer(outcome.answer, status, version, outcome.replayed)


class ThroughlineRoute(APIRoute):
    """A route whose JSON answers are stripped. `max_body_bytes` raises the body limit for this route alone."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **settings: Any) -> None:
        methods = settings.get("methods") or ["GET"]
        settings["responses"] = {**responses_of(methods), **(settings.get("responses") or {})}
        super().__init__(path, _returning_pending(endpoint), **settings)

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """FastAPI's handler between our reading and our writing."""
        handler = super().get_route_handler()
        takes_form = self.body_field is not None and _is_form(self.body_field)
        takes_json = self.body_field is not None and not takes_form
        status = self.status_code or 200
        limit = getattr(self.endpoint, "max_body_bytes", None)
        place = getattr(self.endpoint, "place", None)
        authenticate = next((call for call, facts in dependencies_of(self.dependant) if facts.get("secured")), None)

        async def handle(request: Request) -> Response:
            request = _Request(request.scope, request.receive)
            _refuse_unkeepable_address(request)
            if authenticate is None:
                request.app.state.paces.charge_address(request)
            else:
                # Before a byte of the body is read: nobody we do not know makes us keep anything.
                await _known_and_paced(request, authenticate)
                await _look_up_rights(request)
            if limit is not None:
                request.scope["throughline.body"].limit = limit
            request.scope[FORM] = takes_form
            if takes_json or ("idempotency-key" in request.headers and not takes_form):
                await _read(request, takes_json)
            response = await handler(request)
            if not isinstance(response, _Pending):
                return response
            answer = response.answer
            return _finished(request, answer if place is None else _placed(answer, place), status)

        return handle


async def _known_and_paced(request: Request, authenticate: Callable[[Request], Awaitable[Actor]]) -> None:
    """Whoever asks is charged for it; where nobody is known, the address is."""
    paces: Paces = request.app.state.paces
    try:
        found = await authenticate(request)
    except Refusal as refusal:
        if refusal.kind.nature is Nature.UNAUTHENTICATED:
            paces.charge_address(request)
        raise
    paces.charge_actor(request, found)


def max_body_bytes(limit: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let this endpoint take larger bodies than `Settings.max_body_bytes`; stands below the route's decorator."""

    def mark(endpoint: Callable[..., Any]) -> Callable[..., Any]:
        endpoint.max_body_bytes = limit  # type: ignore[attr-defined]
        return endpoint

    return mark


def found_at(place: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Where what this endpoint makes is read from now on, filled from its answer: it goes into `Location`.

    Stands below the route's decorator, as in `@found_at("/api/v1/devices/{id}")`.
    """

    def mark(endpoint: Callable[..., Any]) -> Callable[..., Any]:
        endpoint.place = place  # type: ignore[attr-defined]
        return endpoint

    return mark


def _placed(answer: Answer, place: str) -> Answer:
    where = place.format_map(answer.body)
    return replace(answer, headers={**answer.headers, "location": quote(where, safe="/:")})


def router(name: str) -> APIRouter:
    """A router of one area under /api/v1; its name is its tag, declared in api/contract.py."""
    return APIRouter(
        prefix="/api/v1", tags=[name], route_class=ThroughlineRoute, generate_unique_id_function=operation_id
    )


def operation_id(route: APIRoute) -> str:
    """The function's own name: unique by test, and the name of the call in generated clients."""
    return route.name


class _Request(Request):
    """A request whose JSON has been read strictly before FastAPI asks for it."""

    parsed: Any = None

    async def json(self) -> Any:
        return self.parsed


class _Pending(Response):
    """An answer on its way out of the endpoint, before it is known who reads it."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.background = None


def _returning_pending(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(endpoint)
    async def call(*args: Any, **values: Any) -> Response:
        answer = await endpoint(*args, **values)
        if isinstance(answer, Response):
            return answer
        return _Pending(answer if isinstance(answer, Answer) else Answer(answer))

    return call


def _is_form(body_field: Any) -> bool:
    return body_field.field_info.media_type not in _JSON_TYPES


def _refuse_unkeepable_address(request: Request) -> None:
    """PostgreSQL holds no NUL: no thing has one in its address, no question can ask for one."""
    if "\0" in request.scope["path"]:
        raise NOT_FOUND()
    if b"%00" in request.scope["query_string"]:
        raise MALFORMED_REQUEST(reason="%00")


async def _look_up_rights(request: Request) -> None:
    """Which fields the reader may not see, before anything is done. Raises FIELD_NOT_READABLE for asking by one."""
    hidden = request.scope[_HIDDEN] = await request.app.state.parts.fields.hidden_from(request.scope.get(ACTOR))
    if not request.scope["query_string"]:
        return
    asked = {name: name for name in request.query_params}
    asked |= {value: name for name, value in request.query_params.multi_items() if name in _SORT}
    if refused := unreadable_question(hidden, asked):
        text = Text("您不能按此字段查询", "you may not ask by this field")
        fields = [FieldProblem(f"/query/{asked[name]}"[:200], "field_not_readable", text) for name in refused[:20]]
        raise FIELD_NOT_READABLE(*fields, names=", ".join(refused)[:200])


async def _read(request: _Request, takes_json: bool) -> None:
    body = await request.body()
    if takes_json and body:
        content_type = request.headers.get("content-type", "")
        if content_type.partition(";")[0].strip().lower() not in _JSON_TYPES:
            raise UNSUPPORTED_MEDIA_TYPE(content_type=content_type[:100] or "-")
        request.parsed = parse_json(body)


def _finished(request: Request, answer: Answer, status: int) -> Response:
    status = answer.status or status
    headers = {"vary": VARY, **answer.headers}
    if answer.replayed:
        headers["idempotent-replayed"] = "true"
    if answer.version is not None:
        headers["etag"] = f'"{answer.version}"'
    if answer.body is None:
        return Response(None, status, headers)
    body = dumps(stripped(request, answer.body))
    if request.method in _SAFE and status == 200:
        return _cacheable(request, body, headers)
    return Response(body, status, {"cache-control": "no-store", **headers}, "application/json")


def _cacheable(request: Request, body: bytes, headers: dict[str, str]) -> Response:
    tag = headers.setdefault("etag", f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"')
    headers.setdefault("cache-control", "private, no-cache")
    if names_tag(request.headers.get("if-none-match"), tag):
        return Response(None, 304, headers)
    return Response(body, 200, headers, "application/json")


def names_tag(header: str | None, tag: str) -> bool:
    """Whether an If-None-Match names this ETag, by weak comparison."""
    if header is None:
        return False
    if header.strip() == "*":
        return True
    return tag.removeprefix("W/") in {part.strip().removeprefix("W/") for part in header.split(",")}


def dumps(value: Any) -> bytes:
    """JSON bytes; decimals as text."""
    return orjson.dumps(value, default=_encoded, option=orjson.OPT_NON_STR_KEYS)


def _encoded(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
