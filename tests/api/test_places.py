"""Whoever makes something is told where it is read from then on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.support import Api

ROLE = {"key": "helper", "label": {"zh": "帮手", "en": "Helper"}, "based_on": "driver", "rights": ["orders.read"]}
PERSON = {"login": "new.one", "name": "新", "password": "a-long-enough-pass-phrase", "roles": ["driver"]}
ENDPOINT = {"name": "CRM", "url": "https://hooks.example.com/in", "types": ["order.opened"]}


@pytest.fixture
def api(shared: Api) -> Api:
    """One installation for the whole file."""
    return shared


@pytest.mark.parametrize(
    ("path", "body", "known_by"),
    [
        ("/api-keys", {"name": "ERP"}, "id"),
        ("/webhook-endpoints", ENDPOINT, "id"),
        ("/users", PERSON, "id"),
        ("/roles", ROLE, "key"),
        ("/devices", {"name": "手机"}, "id"),
        ("/exports", {}, "id"),
    ],
)
async def test_what_was_made_is_read_at_its_location(api: Api, path: str, body: dict[str, Any], known_by: str) -> None:
    made = await api.post(path, body, role="admin", headers={"Idempotency-Key": f"place {path}".replace(" ", "")})
    assert made.status_code in (201, 202), made.text
    place = made.headers["location"]
    assert place == f"/api/v1{path}/{made.json()[known_by]}"
    read = await api.http.get(place, headers=await api.as_("admin"))
    assert (read.status_code, read.json()[known_by]) == (200, made.json()[known_by])
    again = await api.post(path, body, role="admin", headers={"Idempotency-Key": f"place{path}"})
    assert again.headers["location"] == place


async def test_a_published_document_is_read_at_its_location(api: Api) -> None:
    document = (await api.get("/forms/inspect/versions/1", role="admin")).json()
    kept = await api.request("PUT", "/forms/inspect/draft", json=document, role="admin")
    assert kept.status_code == 200, kept.text
    published = await api.post("/forms/inspect/draft/publish", None, role="admin")
    assert published.status_code == 201, published.text
    assert published.headers["location"] == "/api/v1/forms/inspect/versions/2"
    assert (await api.http.get(published.headers["location"], headers=await api.as_("admin"))).status_code == 200
