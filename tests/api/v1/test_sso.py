"""Single sign-on against a provider that checks what a real one checks, and one that lies in each point in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from integrations.oidc.client import OidcClient
from tests.api.support import PASSWORD, Api, problem, serve
from tests.simulators.oidc import CLIENT_ID, CLIENT_SECRET, OidcProvider
from wiring.settings import Settings

ISSUER = "https://id.example.com/realms/factory"
CALLBACK = "http://127.0.0.1:8000/api/v1/auth/sso/callback"
SSO = {"sso_issuer": ISSUER, "sso_client_id": CLIENT_ID, "sso_client_secret": CLIENT_SECRET}


class Browser:
    """Keeps cookies, and follows where it is sent by hand."""

    def __init__(self, api: Api, provider: OidcProvider) -> None:
        self.http = httpx.AsyncClient(transport=api.http._transport, base_url=api.http.base_url)
        self.provider = provider

    async def begin(self, path: str = "/api/v1/auth/sso") -> str:
        answer = await self.http.get(path)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    async def come_back(self, url: str) -> str:
        """Where the browser ends up."""
        answer = await self.http.get(url)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    async def sign_in(self, subject: str = "s-1", **person: Any) -> str:
        return await self.come_back(self.provider.approve(await self.begin(), subject, **person))

    async def me(self) -> httpx.Response:
        return await self.http.get("/api/v1/me")


async def _serve(settings: Settings, **changes: Any) -> AsyncIterator[tuple[Api, OidcProvider]]:
    async with serve(settings, **SSO, **changes) as api:
        provider = OidcProvider(ISSUER, api.clock, CALLBACK)
        assert isinstance(api.parts.issuer, OidcClient)
        await api.parts.issuer.close()
        api.parts.issuer.http = httpx.AsyncClient(transport=httpx.ASGITransport(provider))
        yield api, provider


@pytest.fixture
async def linked(settings: Settings) -> AsyncIterator[tuple[Api, OidcProvider]]:
    """An installation whose sales person is `s-1` at the issuer."""
    async for api, provider in _serve(settings):
        person = (await api.get("/me", role="sales")).json()["id"]
        added = await api.post(f"/users/{person}/sso-links", {"subject": "s-1"}, role="admin")
        assert added.status_code == 201, added.text
        yield api, provider


@pytest.fixture
async def open_house(settings: Settings) -> AsyncIterator[tuple[Api, OidcProvider]]:
    """One that takes in whom the issuer verified by mail, and whoever else it vouches for as drivers."""
    async for served in _serve(settings, sso_link_by_email=True, sso_role="driver"):
        yield served


def error_of(location: str) -> str | None:
    return parse_qs(urlsplit(location).query).get("sso_error", [None])[0]


async def test_somebody_who_is_linked_signs_in_and_ends_up_where_they_wanted(linked: tuple[Api, OidcProvider]) -> None:
    api, provider = linked
    browser = Browser(api, provider)
    url = await browser.begin("/api/v1/auth/sso?return_to=/console/orders?stage=signed")
    assert await browser.come_back(provider.approve(url)) == "/console/orders?stage=signed"
    me = (await browser.me()).json()
    assert me["login"] == "sales"
    sessions = (await browser.http.get("/api/v1/auth/sessions")).json()["items"]
    assert [session["second_factor"] for session in sessions if session["current"]] == [True]


async def test_what_is_offered_is_told_to_whoever_wants_to_sign_in(linked: tuple[Api, OidcProvider]) -> None:
    told = (await linked[0].http.get("/api/v1/auth/methods")).json()
    assert told == {"password": True, "sso": {"label": "SSO", "start": "/api/v1/auth/sso"}}


async def test_without_an_issuer_there_is_nothing_to_be_found(api: Api) -> None:
    assert (await api.http.get("/api/v1/auth/methods")).json() == {"password": True, "sso": None}
    for path in ("/api/v1/auth/sso", "/api/v1/auth/sso/callback?code=x&state=y"):
        problem(await api.http.get(path), 404, "not_found")


@pytest.mark.parametrize(
    "path", ["https://evil.example.com/", "//evil.example.com", "/\\evil.example.com", "x", "/\n/x"]
)
async def test_nobody_is_sent_to_another_site(linked: tuple[Api, OidcProvider], path: str) -> None:
    answer = await linked[0].http.get("/api/v1/auth/sso", params={"return_to": path})
    problem(answer, 422, "field_invalid")


async def test_an_answer_counts_in_the_browser_that_began_and_there_once(linked: tuple[Api, OidcProvider]) -> None:
    api, provider = linked
    mine, another = Browser(api, provider), Browser(api, provider)
    back = provider.approve(await mine.begin())
    assert error_of(await another.come_back(back)) == "sso_state_invalid"
    await another.begin()
    assert error_of(await another.come_back(back)) == "sso_state_invalid"
    problem(await another.me(), 401, "unauthenticated")
    assert error_of(await mine.come_back(back)) is None
    assert error_of(await mine.come_back(back)) == "sso_state_invalid"


async def test_what_was_begun_long_ago_is_begun_again(linked: tuple[Api, OidcProvider]) -> None:
    api, provider = linked
    browser = Browser(api, provider)
    back = provider.approve(await browser.begin())
    api.clock.later(minutes=11)
    assert error_of(await browser.come_back(back)) == "sso_state_invalid"


async def test_a_code_of_another_sign_on_is_worth_nothing_here(linked: tuple[Api, OidcProvider]) -> None:
    api, provider = linked
    victim, thief = Browser(api, provider), Browser(api, provider)
    stolen = parse_qs(urlsplit(provider.approve(await victim.begin())).query)["code"][0]
    state = parse_qs(urlsplit(await thief.begin()).query)["state"][0]
    assert error_of(await thief.come_back(f"{CALLBACK}?code={stolen}&state={state}")) == "sso_not_vouched"
    problem(await thief.me(), 401, "unauthenticated")


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://id.example.com/realms/other"},
        {"iss": f"{ISSUER}/"},
        {"iss": None},
        {"aud": "another client"},
        {"aud": None},
        {"aud": []},
        {"aud": [CLIENT_ID, "another client"]},
        {"azp": "another client"},
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"iat": None},
        {"iat": 99999999999},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "s" * 256},
    ],
    ids=str,
)
async def test_an_id_token_that_is_wrong_in_one_point_lets_nobody_in(
    linked: tuple[Api, OidcProvider], claims: dict[str, Any]
) -> None:
    api, provider = linked
    provider.claims = claims
    browser = Browser(api, provider)
    assert error_of(await browser.sign_in()) == "sso_not_vouched"
    problem(await browser.me(), 401, "unauthenticated")


@pytest.mark.parametrize("lie", ["none", "hmac", "other", "unknown"])
async def test_an_id_token_that_the_issuer_did_not_sign_lets_nobody_in(
    linked: tuple[Api, OidcProvider], lie: str
) -> None:
    api, provider = linked
    provider.lie = lie
    browser = Browser(api, provider)
    assert error_of(await browser.sign_in()) == "sso_not_vouched"
    problem(await browser.me(), 401, "unauthenticated")


async def test_the_issuer_may_change_its_keys(linked: tuple[Api, OidcProvider]) -> None:
    api, provider = linked
    assert error_of(await Browser(api, provider).sign_in()) is None
    provider.rotate()
    api.clock.later(minutes=2)
    assert error_of(await Browser(api, provider).sign_in()) is None
    asked = provider.calls.count("/jwks")
    provider.lie = "unknown"
    for _ in range(5):
        assert error_of(await Browser(api, provider).sign_in()) == "sso_not_vouched"
    assert provider.calls.count("/jwks") - asked <= 1, "nobody makes us ask for keys again and again"


@pytest.mark.parametrize(
    "document",
    [{"issuer": "https://id.example.com"}, {"token_endpoint": None}, {"jwks_uri": "http://id.example.com/jwks"}, None],
    ids=str,
)
async def test_an_issuer_that_is_away_or_not_itself_is_told_as_such(
    linked: tuple[Api, OidcProvider], document: dict[str, Any] | None
) -> None:
    api, provider = linked
    provider.away, provider.document = document is None, document or {}
    problem(await api.http.get("/api/v1/auth/sso"), 503, "sso_unavailable")


async def test_an_issuer_that_goes_away_meanwhile_leaves_nobody_half_way(linked: tuple[Api, OidcProvider]) -> None:
    api, provider = linked
    browser = Browser(api, provider)
    back = provider.approve(await browser.begin())
    provider.away = True
    assert error_of(await browser.come_back(back)) == "sso_unavailable"


async def test_whoever_gives_up_at_the_issuer_is_told_so(linked: tuple[Api, OidcProvider]) -> None:
    api, provider = linked
    browser = Browser(api, provider)
    state = parse_qs(urlsplit(await browser.begin("/api/v1/auth/sso?return_to=/floor/?a=b")).query)["state"][0]
    location = await browser.come_back(f"{CALLBACK}?error=access_denied&state={state}")
    assert location == "/floor/?a=b&sso_error=sso_not_vouched"


async def test_whoever_is_not_linked_or_is_shut_out_stays_out(linked: tuple[Api, OidcProvider]) -> None:
    api, provider = linked
    browser = Browser(api, provider)
    assert error_of(await browser.sign_in("s-2", email="x@example.com", email_verified=True)) == "sso_person_unknown"
    person = (await api.get("/me", role="sales")).json()["id"]
    await api.request("PATCH", f"/users/{person}", role="admin", json={"disabled": True})
    assert error_of(await browser.sign_in("s-1")) == "sso_person_unknown"
    problem(await browser.me(), 401, "unauthenticated")


async def test_a_link_that_is_forgotten_ends_what_it_opened(linked: tuple[Api, OidcProvider]) -> None:
    api, provider = linked
    browser = Browser(api, provider)
    await browser.sign_in()
    person = (await api.get("/me", role="sales")).json()["id"]
    path = f"/users/{person}/sso-links"
    assert [link["subject"] for link in (await api.get(path, role="admin")).json()["items"]] == ["s-1"]
    problem(await api.post(path, {"subject": "s-9"}, role="admin"), 409, "sso_link_taken")
    assert (await api.request("DELETE", path, role="admin")).json()["ended"] >= 1
    problem(await browser.me(), 401, "session_ended")
    assert error_of(await browser.sign_in()) == "sso_person_unknown"
    problem(await api.post(path, {"subject": "s-1"}, role="management"), 403, "right_missing")


async def test_a_verified_address_names_the_one_who_has_it(open_house: tuple[Api, OidcProvider]) -> None:
    api, provider = open_house
    person = (await api.get("/me", role="quality")).json()["id"]
    await api.request("PATCH", f"/users/{person}", role="admin", json={"email": "Zhao@example.com"})
    browser = Browser(api, provider)
    assert error_of(await browser.sign_in("q-1", email="zhao@example.com", email_verified=True)) is None
    assert (await browser.me()).json()["login"] == "quality"
    again = Browser(api, provider)
    await again.sign_in("q-1", email="new.address@example.com", email_verified=True)
    assert (await again.me()).json()["login"] == "quality"


@pytest.mark.parametrize("verified", [False, None, "true", 1])
async def test_an_address_that_nobody_verified_names_nobody(
    open_house: tuple[Api, OidcProvider], verified: object
) -> None:
    api, provider = open_house
    person = (await api.get("/me", role="admin")).json()["id"]
    await api.request("PATCH", f"/users/{person}", role="admin", json={"email": "boss@example.com"})
    browser = Browser(api, provider)
    await browser.sign_in("evil", name="Boss", email="boss@example.com", email_verified=verified)
    me = (await browser.me()).json()
    assert (me["login"], me["email"], [role["key"] for role in me["roles"]]) == ("boss", None, ["driver"])


async def test_a_linked_person_is_not_taken_over_by_their_address(open_house: tuple[Api, OidcProvider]) -> None:
    api, provider = open_house
    person = {"email": "li@example.com", "email_verified": True, "name": "李伟"}
    first, second = Browser(api, provider), Browser(api, provider)
    await first.sign_in("l-1", **person)
    await second.sign_in("l-2", **person)
    logins = [(await browser.me()).json()["login"] for browser in (first, second)]
    assert logins == ["li", "li.2"]


async def test_whoever_came_by_sign_on_alone_has_no_password_to_guess(open_house: tuple[Api, OidcProvider]) -> None:
    api, provider = open_house
    browser = Browser(api, provider)
    await browser.sign_in("l-1", name="li.wei")
    answers = [await api.sign_in(login, password) for login in ("li.wei", "nobody") for password in ("!", PASSWORD)]
    assert len({answer.content for answer in answers}) == 1
    for answer in answers:
        problem(answer, 401, "credentials_invalid")


async def test_the_secret_goes_as_the_issuer_takes_it(linked: tuple[Api, OidcProvider]) -> None:
    api, provider = linked
    provider.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    api.clock.later(hours=timedelta(hours=2) / timedelta(hours=1))
    assert error_of(await Browser(api, provider).sign_in()) is None
