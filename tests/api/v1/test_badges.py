"""Badges: who is scanned at a shared terminal, what nobody can guess, and what counts no more."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from domain.access.badges import badge_text
from tests.api.support import PASSWORD, Api, problem


@pytest.fixture
def api(shared: Api) -> Api:
    """One installation for the whole file; each test gives badges of its own."""
    return shared


async def hired(api: Api, login: str, *roles: str) -> str:
    person = {"login": login, "name": f"张 {login} <b>", "password": PASSWORD, "roles": roles or ("production",)}
    answer = await api.post("/users", person, role="admin")
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def given(api: Api, user_id: str) -> str:
    """The code of a new badge, as the installation prints it."""
    answer = await api.post(f"/users/{user_id}/badge", None, role="admin")
    assert answer.status_code == 201, answer.text
    return badge_text(api.parts.badges.key, answer.json()["number"])


async def terminal(api: Api, role: str = "production") -> str:
    answer = await api.post("/devices", {"name": "终端", "kind": "terminal"}, role=role)
    found: str = answer.json()["id"]
    return found


async def scan(api: Api, device: str, badge: str, role: str = "production") -> httpx.Response:
    return await api.post(f"/devices/{device}/badge", {"badge": badge}, role=role)


async def test_whoever_is_scanned_at_a_terminal_is_known_and_nothing_is_opened(api: Api) -> None:
    person, device = await hired(api, "li.wei"), await terminal(api)
    known = await scan(api, device, f" {await given(api, person)}\n")
    assert known.json() == {"id": person, "name": "张 li.wei <b>", "login": "li.wei", "enrolled": False}
    assert "set-cookie" not in known.headers
    await api.post(f"/devices/{device}/people", {"person_id": person}, role="production")
    assert (await scan(api, device, await given(api, person))).json()["enrolled"] is True


async def test_a_new_badge_ends_the_one_before_and_a_lost_one_is_taken_back(api: Api) -> None:
    person, device = await hired(api, "wang"), await terminal(api)
    first, second = await given(api, person), await given(api, person)
    problem(await scan(api, device, first), 404, "badge_unknown")
    assert (await scan(api, device, second)).status_code == 200
    assert (await api.request("DELETE", f"/users/{person}/badge", role="admin")).status_code == 204
    problem(await scan(api, device, second), 404, "badge_unknown")
    for method in ("GET", "DELETE"):
        problem(await api.request(method, f"/users/{person}/badge", role="admin"), 404, "not_found")


async def test_who_is_shut_out_is_known_no_more_and_gets_no_badge(api: Api) -> None:
    person, device = await hired(api, "zhao"), await terminal(api)
    badge = await given(api, person)
    await api.request("PATCH", f"/users/{person}", role="admin", json={"disabled": True})
    problem(await scan(api, device, badge), 404, "badge_unknown")
    problem(await api.post(f"/users/{person}/badge", None, role="admin"), 409, "person_disabled")


async def test_what_was_never_a_badge_is_answered_as_what_is_one_no_more(api: Api) -> None:
    person, device = await hired(api, "qian"), await terminal(api)
    badge = await given(api, person)
    number = int(badge[:10])
    altered = badge[:-1] + str((int(badge[-1]) + 1) % 10)
    foreign = badge_text(b"another installation's own secret", number)
    answers = [await scan(api, device, text) for text in (altered, foreign, badge[:39], "WO100001", "\u0663" * 40)]
    assert {answer.json()["code"] for answer in answers} == {"badge_unknown"}
    assert {answer.status_code for answer in answers} == {404}


async def test_a_badge_is_known_only_at_a_registered_device_and_to_who_works_at_it(api: Api) -> None:
    person, device = await hired(api, "sun"), await terminal(api)
    badge = await given(api, person)
    problem(await scan(api, device, badge, role="warehouse"), 404, "device_unknown")
    problem(await scan(api, device, badge, role="finance"), 403, "right_missing")
    problem(await scan(api, "00000000-0000-7000-8000-000000000001", badge), 404, "device_unknown")
    await api.post(f"/devices/{device}/revoke", {"reason": "lost"}, role="production")
    problem(await scan(api, device, badge), 401, "session_ended")
    api.tokens.pop("production")  # signs in anew, somewhere else
    problem(await scan(api, device, badge), 404, "device_unknown")


async def test_nothing_that_is_kept_or_answered_is_a_badge(api: Api) -> None:
    person = await hired(api, "zhou")
    badge = await given(api, person)
    shown = await api.get(f"/users/{person}/badge", role="admin")
    assert badge[10:] not in shown.text
    for table in ("badges", "replies"):
        assert await api.sql(f"SELECT 1 FROM {table} t WHERE t::text LIKE '%' || $1 || '%'", badge[10:]) == 0


@pytest.mark.parametrize(("language", "title"), [("zh", "工牌"), ("en", "Badge")])
async def test_badges_are_printed_as_cards_with_their_codes(api: Api, language: str, title: str) -> None:
    people = [await hired(api, f"{language}.{number}") for number in range(3)]
    for person in people[:2]:
        await given(api, person)
    asked = "&".join(f"user={person}" for person in people)
    page = await api.get(f"/badges?{asked}&language={language}", role="admin")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "private, no-store"
    assert page.text.count("<article") == page.text.count("<svg") == 2
    assert f"<title>{title}</title>" in page.text
    assert "&lt;b&gt;" in page.text
    problem(await api.get(f"/badges?user={people[2]}", role="admin"), 404, "not_found")


async def test_nobody_prints_or_gives_the_badge_of_somebody_who_may_do_more(api: Api) -> None:
    rights: dict[str, Any] = {"rights": ["people.read", "people.edit", "orders.read"], "based_on": "driver"}
    role = {"key": "hr", "label": {"zh": "人事", "en": "Personnel"}, **rights}
    assert (await api.post("/roles", role, role="admin")).status_code == 201
    await hired(api, "clerk", "hr")
    boss = await hired(api, "boss", "management")
    await given(api, boss)
    problem(await api.post(f"/users/{boss}/badge", None, role="clerk"), 403, "person_outranks")
    problem(await api.request("DELETE", f"/users/{boss}/badge", role="clerk"), 403, "person_outranks")
    problem(await api.get(f"/badges?user={boss}", role="clerk"), 403, "person_outranks")
