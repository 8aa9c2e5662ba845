"""What holds for every operation of the API, whoever adds the next one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from jsonschema import Draft202012Validator

from api.contract import TAGS
from api.example_bodies import EXAMPLES
from api.main import create_app
from api.route import ThroughlineRoute
from domain.access.fields import FIELDS

ROOT = Path(__file__).resolve().parent.parent.parent
APP = create_app()
DOCUMENT = APP.openapi()
# Whoever asks these has not said yet who they are; each has its own way to find out whom it speaks to.
OPEN = {
    ("post", "/api/v1/auth/token"),
    ("get", "/api/v1/auth/methods"),
    ("get", "/api/v1/auth/sso"),
    ("get", "/api/v1/auth/sso/callback"),
    ("post", "/api/v1/auth/refresh"),
    ("post", "/api/v1/auth/logout"),
    ("post", "/api/v1/hooks/{channel}"),
    ("post", "/api/v1/portal/login/code"),
    ("post", "/api/v1/portal/login"),
    ("post", "/api/v1/portal/logout"),
}


def _method(route: APIRoute) -> str:
    return min(route.methods or ()).lower()


def _media_of(route: APIRoute) -> set[str]:
    """The content types of its body; what a channel delivers is described by the channel."""
    operations = DOCUMENT["paths"][route.path_format]
    taken = operations[_method(route)].get("requestBody", {}).get("content", {})
    return set(taken) - ({"application/json"} if route.name == "deliver" else set())


OPERATIONS = [
    pytest.param(path, method, operation, id=f"{method} {path}")
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]


def test_the_committed_document_is_the_one_that_the_code_makes() -> None:
    committed = json.loads((ROOT / "openapi" / "v1.json").read_text(encoding="utf-8"))
    assert committed == json.loads(json.dumps(DOCUMENT)), "run `make openapi` and commit openapi/v1.json"


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_an_operation_belongs_to_an_area_and_says_what_it_does(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    del method
    assert path.startswith("/api/v1/")
    assert len(operation["tags"]) == 1
    assert operation["tags"][0] in TAGS
    assert operation.get("description") or operation["summary"] != _title(operation["operationId"])


def _title(name: str) -> str:
    """What FastAPI writes where nobody said anything."""
    return name.replace("_", " ").title()


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_an_operation_asks_who_is_there_unless_it_is_named_here(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    assert bool(operation.get("security")) == ((method, path) not in OPEN)


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_an_operation_declares_its_problems(path: str, method: str, operation: dict[str, Any]) -> None:
    del path
    declared = {int(status) for status in operation["responses"]}
    assert {400, 404, 422, 503} <= declared
    if method != "get":
        assert {409, 413, 415, 507} <= declared
    if operation.get("security"):
        assert {401, 403} <= declared


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_an_unsafe_operation_of_a_person_takes_a_key(path: str, method: str, operation: dict[str, Any]) -> None:
    names = {parameter["name"].lower() for parameter in operation.get("parameters", ())}
    if method in {"post", "put", "patch"} and operation.get("security"):
        assert ("idempotency-key" in names) != (path in WITHOUT_KEY)


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_parameter_says_what_it_is(path: str, method: str, operation: dict[str, Any]) -> None:
    del path, method
    mute = [
        one["name"]
        for one in operation.get("parameters", ())
        if not one.get("description") and not one["schema"].get("description")
    ]
    assert mute == [], "say it where the parameter is declared, or in api/parameter_words.py"


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_what_is_made_says_where_it_is_read(path: str, method: str, operation: dict[str, Any]) -> None:
    made = operation["responses"].get("201")
    if made is not None:
        assert ("Location" in made["headers"]) != ((method, path) in WITHOUT_A_PLACE)


# What is read in a list or a page of its parent alone, and what is shown this once.
WITHOUT_A_PLACE = {
    ("post", "/api/v1/intake-channels"),
    ("post", "/api/v1/me/second-factor"),
    ("post", "/api/v1/orders/{order_no}/messages"),
    ("post", "/api/v1/portal/orders/{order_no}/messages"),
    ("post", "/api/v1/reports"),
    ("post", "/api/v1/users/{user_id}/badge"),
    ("post", "/api/v1/users/{user_id}/sso-links"),
    ("post", "/api/v1/work-orders/{code}/reports"),
}


BODIES = [
    pytest.param(route, id=route.name)
    for route in APP.routes
    if isinstance(route, APIRoute) and route.include_in_schema and "application/json" in _media_of(route)
]


@pytest.mark.parametrize("route", BODIES)
def test_every_json_body_has_an_example_that_is_taken(route: APIRoute) -> None:
    method = _method(route)
    content = DOCUMENT["paths"][route.path_format][method]["requestBody"]["content"]["application/json"]
    assert "example" in content, "write one in api/example_bodies.py"
    Draft202012Validator({**content["schema"], "components": DOCUMENT["components"]}).validate(content["example"])
    if route.body_field is not None:
        assert route.body_field.validate(content["example"], {}, loc=("body",))[1] == []


def test_no_example_is_left_over() -> None:
    assert set(EXAMPLES) - {route.name for route in APP.routes if isinstance(route, APIRoute)} == set()


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_a_list_takes_cursor_and_limit_together(path: str, method: str, operation: dict[str, Any]) -> None:
    del path, method
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    assert "cursor" not in names or "limit" in names or "last-event-id" in names


# These change nothing, they judge what is sent; and in a sync each report brings an id of its own.
WITHOUT_KEY = {
    path
    for path in DOCUMENT["paths"]
    if path.endswith(
        (
            "/draft/validate",
            "/rehearse",
            "/try",
            "/voice/parse",
            "/devices/{device_id}/badge",
            "/move-orders/preview",
            "/changes/preview",
            "/customers/match",
            "/v1/sync",
        )
    )
}


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for item in DOCUMENT["paths"].values() for operation in item.values()]
    assert len(names) == len(set(names))


def test_no_two_shapes_have_one_name() -> None:
    """FastAPI would rename both by their modules, and generated clients with them."""
    assert [name for name in DOCUMENT["components"]["schemas"] if "__" in name] == []


def test_every_route_under_api_strips_its_answers() -> None:
    plain = [
        route.path_format
        for route in APP.routes
        if isinstance(route, APIRoute)
        and route.path_format.startswith("/api/")
        and not isinstance(route, ThroughlineRoute)
    ]
    assert plain == []


def test_what_somebody_may_not_see_is_never_promised() -> None:
    hidable = {name for name, rule in FIELDS.items() if rule.read is not None} | {"canonical"}
    promised = {
        f"{name}.{field}"
        for name in _answered()
        for field in DOCUMENT["components"]["schemas"][name].get("required", ())
        if field in hidable
    }
    assert promised == set()


def test_every_reference_of_the_document_leads_somewhere() -> None:
    for reference in _references(DOCUMENT):
        part: Any = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]


def _answered() -> set[str]:
    """The schemas that answers are made of, directly or through others."""
    answers = [
        operation["responses"][status]
        for item in DOCUMENT["paths"].values()
        for operation in item.values()
        for status in operation["responses"]
    ]
    found: set[str] = set()
    waiting = [_name(reference) for reference in _references(answers) if "/schemas/" in reference]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += map(_name, _references(DOCUMENT["components"]["schemas"][name]))
    return found


def _name(reference: str) -> str:
    return reference.rsplit("/", 1)[-1]


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for part in value.values():
            yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)
