from __future__ import annotations

from typing import Any

import pytest

from api.problems import STATUS_OF, TITLES
from domain.refusals.kinds import KINDS, Nature
from tests.api.support import Api, an_order, problem


def test_every_nature_has_a_status_and_every_status_a_title() -> None:
    assert set(STATUS_OF) == set(Nature)
    assert set(STATUS_OF.values()) <= set(TITLES)
    assert all(title.zh and title.en for title in TITLES.values())


async def test_a_problem_speaks_the_readers_language_and_keeps_both(api: Api) -> None:
    plain = problem(await api.http.get("/api/v1/me"), 401, "unauthenticated")
    english = problem(await api.http.get("/api/v1/me", headers={"accept-language": "en-GB"}), 401, "unauthenticated")
    assert plain["detail"] == plain["texts"]["zh"] == "请先登录"
    assert english["detail"] == english["texts"]["en"] == "Sign in first"
    assert (plain["title"], english["title"]) == ("未登录", "Not signed in")


@pytest.mark.parametrize(
    ("header", "title"),
    [
        ("en", "Not signed in"),
        ("en;q=0.4, zh;q=0.3", "Not signed in"),
        ("en;q=0.3, zh;q=0.4", "未登录"),
        ("fr", "未登录"),
        ("de, en;q=0.1", "Not signed in"),
        ("en;q=nonsense", "未登录"),
        ("en;q=-1, zh", "未登录"),
        (",;,=;q=1", "未登录"),
        ("x" * 5000, "未登录"),
    ],
)
async def test_the_language_is_the_one_preferred(api: Api, header: str, title: str) -> None:
    answer = await api.http.get("/api/v1/me", headers={"accept-language": header})
    assert answer.json()["title"] == title


async def test_a_401_says_how_to_sign_in(api: Api) -> None:
    assert (await api.http.get("/api/v1/me")).headers["www-authenticate"] == 'Bearer realm="throughline"'


async def test_unknown_addresses_and_methods_are_problems_too(api: Api) -> None:
    problem(await api.http.get("/api/v1/nothing"), 404, "not_found")
    answer = await api.http.delete("/api/v1/me")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET"
    assert (await api.http.delete("/api/v1/orders")).headers["allow"] == "GET, POST"
    problem(await api.http.request("BREW", "/api/v1/me"), 405, "method_not_allowed")


async def test_a_bug_is_a_problem_with_the_number_under_which_it_was_logged(
    api: Api, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    async def broken(_token: str) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(api.parts.gate, "actor", broken)
    answer = await api.http.get("/api/v1/me", headers={"authorization": "Bearer x", "x-request-id": "from-the-proxy-1"})
    body = problem(answer, 500, "internal_error")
    assert body["request_id"] == answer.headers["x-request-id"] == "from-the-proxy-1"
    assert "secret" not in answer.text
    assert "ZeroDivision" not in answer.text


async def test_validation_names_every_field_in_both_languages(api: Api) -> None:
    order = an_order(currency="yuan", colour="red")
    order["lines"][0].update(quantity=2, unit_price="1e3")
    sent = await api.http.post("/api/v1/orders", json=order, headers=await api.as_("sales"))
    body = problem(sent, 422, "field_invalid")
    found = {error["pointer"]: error["code"] for error in body["errors"]}
    assert found == {
        "/currency": "wrong_form",
        "/colour": "field_unknown",
        "/lines/0/quantity": "not_decimal_text",
        "/lines/0/unit_price": "not_decimal_text",
    }


async def test_only_unknown_fields_have_a_code_of_their_own(api: Api) -> None:
    sent = await api.http.post("/api/v1/orders", json=an_order(colour="red"), headers=await api.as_("sales"))
    body = problem(sent, 422, "field_unknown")
    assert body["errors"][0]["pointer"] == "/colour"


async def test_query_and_path_have_pointers_too(api: Api) -> None:
    headers = await api.as_("sales")
    body = problem(await api.http.get("/api/v1/orders?limit=1000", headers=headers), 422, "field_invalid")
    assert body["errors"][0] == {"pointer": "/query/limit", "code": "out_of_range", "detail": "不得大于 200"}
    body = problem(await api.http.delete("/api/v1/auth/sessions/x", headers=headers), 422, "field_invalid")
    assert body["errors"][0]["pointer"] == "/path/session_id"


async def test_the_address_in_type_explains_the_code(api: Api) -> None:
    address = (await api.http.get("/api/v1/me")).json()["type"]
    told = (await api.http.get(address)).json()
    assert (told["code"], told["status"]) == ("unauthenticated", 401)
    listed = (await api.http.get("/problems")).json()["items"]
    assert [item["code"] for item in listed] == sorted([*KINDS, "internal_error"])
    problem(await api.http.get("/problems/nonsense"), 404, "not_found")


async def test_the_database_away_is_503_with_a_time_to_come_back(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = await api.as_("sales")

    def away() -> Any:
        raise ConnectionRefusedError("gone")

    monkeypatch.setattr(api.parts.database, "connect", away)
    answer = await api.http.get("/api/v1/me", headers=headers)
    problem(answer, 503, "database_unavailable")
    assert int(answer.headers["retry-after"]) > 0
