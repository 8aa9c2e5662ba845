"""What a browser is told with every answer, and that no other site can make it act."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.main import create_app
from tests.api.support import Api, an_order, problem, serve
from tests.support.files import picture
from wiring.settings import Settings

DOCUMENT = create_app().openapi()
UNSAFE = [
    pytest.param(path, method, operation, id=operation["operationId"])
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if method != "get"
]
COOKIES = {"cookie": "access", "portal": "portal"}
FOREIGN = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:8001"},
    {"origin": "http://127.0.0.1:8000.evil.example"},
    {"origin": "file://"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:8000"},
    {"sec-fetch-site": "none"},
    {},
]
NOTHING_RUNS = "default-src 'none'"


@pytest.fixture
def api(shared: Api) -> Api:
    """One installation for the whole file."""
    return shared


async def every_kind_of_answer(api: Api) -> list[tuple[str, Any]]:
    """Pages, lists, refusals, files, measures, redirects, and a bug."""
    order = await api.post("/orders", an_order(), role="sales")
    place = f"/orders/{order.json()['order_no']}"
    paper = await api.request(
        "POST", f"{place}/attachments", role="sales", data={"kind": "drawing"}, files={"file": ("a.png", picture())}
    )
    own = [place, "/orders", "/nowhere", f"/attachments/{paper.json()['attachment']['id']}"]
    asked = [(path, await api.get(path, role="sales")) for path in own]
    asked += [("created", order), ("uploaded", paper)]
    asked += [("malformed", await api.request("POST", "/orders", role="sales", content=b"{", headers=JSON))]
    api.bare()
    plain = ("/", "/docs", "/openapi.json", "/healthz", "/readyz", "/metrics", "/problems", "/problems/not_found")
    others = ("/floor/", "/portal/x", "/console", "/dev/mailbox", "/none", "/api/v1/orders", "/floor/a.js")
    asked += [(path, await api.http.get(path)) for path in (*plain, *others)]
    asked += [("method", await api.http.request("BREW", "/docs")), ("options", await api.http.options("/docs"))]
    return asked


JSON = {"content-type": "application/json"}


async def test_every_answer_tells_the_browser_to_be_careful(api: Api) -> None:
    for place, answer in await every_kind_of_answer(api):
        said = answer.headers
        assert said["x-content-type-options"] == "nosniff", place
        assert said["x-frame-options"] == "DENY", place
        assert said["referrer-policy"] == "no-referrer", place
        assert said["cross-origin-opener-policy"] == "same-origin", place
        assert said["cross-origin-resource-policy"] == "same-origin", place
        assert "camera=(self)" in said["permissions-policy"], place
        assert "microphone=(self)" in said["permissions-policy"], place
        policy = said["content-security-policy"]
        assert policy.startswith(NOTHING_RUNS), place
        assert "frame-ancestors 'none'" in policy, place
        assert not re.search(r"script-src[^;]*('unsafe-inline'|'unsafe-eval'|http|\*|data:)", policy), place
        assert "cache-control" in said, place
        assert "server" not in said, place
        assert "access-control-allow-origin" not in said, place
        assert len(said.get_list("content-security-policy")) == 1, place


async def test_what_is_one_persons_is_kept_by_no_cache_in_between(api: Api) -> None:
    order = await api.post("/orders", an_order(), role="sales")
    for path in (f"/orders/{order.json()['order_no']}", "/orders", "/tasks", "/me", "/notices", "/users"):
        answer = await api.get(path, role="admin")
        assert answer.headers["cache-control"] in {"private, no-cache", "private, no-store", "no-store"}, path
        assert {"authorization", "cookie"} <= set(answer.headers["vary"].replace(",", " ").split()), path
    assert order.headers["cache-control"] == "no-store"


async def test_where_the_address_is_https_the_browser_stays_there(settings: Settings) -> None:
    async with serve(settings, public_url="https://orders.example.com") as api:
        answer = await api.sign_in("sales", session="cookie")
        assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
        given = answer.headers.get_list("set-cookie")
        session = [cookie for cookie in given if cookie.startswith(("__Host-tl_access=", "__Host-tl_refresh="))]
        assert len(session) == 2
        assert all({"Secure", "HttpOnly"} <= {part.strip() for part in cookie.split(";")} for cookie in given)
        for cookie in session:
            parts = {part.strip() for part in cookie.split(";")}
            assert cookie.startswith("__Host-tl_")
            assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= parts
            assert not any(part.lower().startswith("domain") for part in parts)


async def test_without_https_nothing_is_promised_about_it(api: Api) -> None:
    assert "strict-transport-security" not in (await api.http.get("/healthz")).headers


@pytest.mark.parametrize(("path", "method", "operation"), UNSAFE)
async def test_no_other_site_makes_a_browser_act(api: Api, path: str, method: str, operation: dict[str, Any]) -> None:
    """The cookie is not even looked up: where a page came from counts before whose it is."""
    names = [COOKIES[name] for one in operation.get("security", ()) for name in one if name in COOKIES]
    if not names:
        assert operation["operationId"] in ASKS_NOBODY, "say in ASKS_NOBODY how it is guarded against other sites"
        return
    for name in names:
        for headers in FOREIGN:
            api.bare()
            sent = {**headers, "cookie": f"tl_{name}=anything", **JSON}
            answer = await api.http.request(method, filled(path), headers=sent, content=b"{}")
            problem(answer, 403, "origin_not_allowed")


def filled(path: str) -> str:
    """An address of something; whether it is there does not matter."""
    return re.sub(r"\{[^}]+\}", "1", re.sub(r"\{[a-z_]+_id\}", "01a20a9a-a9fe-71b3-acb8-d6b87582837b", path))


# Operations that no cookie opens, with what guards those that give or take one.
ASKS_NOBODY = {
    "sign_in": "refuses a foreign origin itself where it gives cookies",
    "refresh": "asks for the same origin itself where the token is a cookie",
    "logout": "asks for the same origin itself where the token is a cookie",
    "deliver": "signed by its sender",
    "sign_in_by_code": "refuses a foreign origin itself, as it gives a cookie",
    "request_login_code": "gives a mark and nothing else",
    "sign_out_of_portal": "asks for the same origin itself",
}


@pytest.mark.parametrize("headers", [one for one in FOREIGN if one])
async def test_no_other_site_signs_a_browser_in_or_out(api: Api, headers: dict[str, str]) -> None:
    api.bare()
    form = {"username": "sales", "password": "throughline-demo", "session": "cookie"}
    problem(await api.http.post("/api/v1/auth/token", data=form, headers=headers), 403, "origin_not_allowed")
    code = {"email": "a@example.com", "code": "12345678"}
    problem(await api.http.post("/api/v1/portal/login", json=code, headers=headers), 403, "origin_not_allowed")
    for path, name in (("auth/refresh", "refresh"), ("auth/logout", "refresh"), ("portal/logout", "portal")):
        sent = {**headers, "cookie": f"tl_{name}=1.2.3"}
        answer = await api.http.post(f"/api/v1/{path}", headers=sent)
        problem(answer, 403, "origin_not_allowed")


def script_files() -> Iterator[Path]:
    root = Path(__file__).resolve().parent.parent.parent / "clients"
    for folder in ("apps", "packages"):
        for path in (root / folder).rglob("*"):
            if path.suffix in {".ts", ".vue", ".js"} and not {"node_modules", "dist"} & set(path.parts):
                yield path


def test_no_client_keeps_a_secret_where_scripts_can_read_it() -> None:
    for path in script_files():
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.search(r"(localStorage|sessionStorage|document\.cookie)", line):
                assert not re.search(r"(?i)(token|secret|password|cookie\s*=|session_id|\bpin\b)", line), (
                    f"{path}: {line}"
                )
