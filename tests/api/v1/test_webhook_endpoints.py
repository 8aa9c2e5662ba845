from __future__ import annotations

from typing import Any

import pytest

from tests.api.support import Api, problem
from tests.integrations.webhooks_out.hostile import HOSTILE

PLAIN = {"name": "CRM", "url": "https://crm.example.com/hook", "types": ["order.opened"]}


@pytest.fixture
def api(shared: Api) -> Api:
    """One installation for the whole file; no name server is asked."""
    shared.parts.webhooks._resolve = names
    return shared


async def names(host: str, _port: int) -> list[str]:
    return ["127.0.0.1"] if host.startswith("inside") else ["93.184.215.14"]


async def add(api: Api, role: str = "admin", **changes: Any) -> Any:
    headers = changes.pop("headers", {})
    return await api.post("/webhook-endpoints", {**PLAIN, **changes}, role=role, headers=headers)


# The rest of them is the matter of tests/integrations/webhooks_out; names that lead inside are one here.
BY_TEXT = [url for url in HOSTILE if not url.endswith((".example/", "#fragment"))]


@pytest.mark.parametrize("url", [*BY_TEXT[:: len(BY_TEXT) // 40], "https://inside.example/"])
async def test_an_address_inside_is_refused_by_its_field(api: Api, url: str) -> None:
    refused = problem(await add(api, url=url), 422, "field_invalid")
    assert [error["pointer"] for error in refused["errors"]] == ["/url"]


async def test_an_address_is_judged_again_when_it_is_changed(api: Api) -> None:
    made = (await add(api)).json()
    path = f"/webhook-endpoints/{made['id']}"
    refused = await api.request("PATCH", path, role="admin", json={"url": "https://127.0.0.1/"})
    assert problem(refused, 422, "field_invalid")["errors"][0]["code"] == "inside_address"
    assert (await api.get(path, role="admin")).json()["url"] == PLAIN["url"]
    changed = await api.request("PATCH", path, role="admin", json={"types": ["alert.raised"]})
    assert changed.json()["types"] == ["alert.raised"]


async def test_a_secret_is_told_once_and_kept_nowhere(api: Api) -> None:
    first, again = [await add(api, headers={"idempotency-key": "hook-1"}) for _ in range(2)]
    assert first.json()["secret"].startswith("whsec_")
    assert again.json() == {**first.json(), "secret": None}
    listed = await api.get("/webhook-endpoints", role="admin")
    assert "whsec_" not in listed.text
    for table in ("webhook_endpoints", "replies"):
        rows = await api.sql(f"SELECT 1 FROM {table} t WHERE t::text LIKE '%whsec_%'")
        assert rows == 0


async def test_only_who_manages_integrations_may(api: Api) -> None:
    for role in ("sales", "management", "finance"):
        problem(await add(api, role=role), 403, "right_missing")
        problem(await api.get("/webhook-endpoints", role=role), 403, "right_missing")
    # Not even the address of somebody who may not is looked up.
    problem(await add(api, role="sales", url="https://127.0.0.1/"), 403, "right_missing")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"types": []}, "/types"),
        ({"types": ["order.burned"]}, "/types/0"),
        ({"field_roles": ["emperor"]}, "/field_roles/0"),
        ({"name": ""}, "/name"),
    ],
)
async def test_what_does_not_fit_is_named(api: Api, changes: dict[str, Any], pointer: str) -> None:
    assert problem(await add(api, **changes), 422, "field_invalid")["errors"][0]["pointer"] == pointer


async def test_pages_and_filters(api: Api) -> None:
    made = [(await add(api, name=f"n{number}")).json()["id"] for number in range(3)]
    seen, cursor = [], None
    while True:
        asked = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        page = (await api.get("/webhook-endpoints", role="admin", params=asked)).json()
        seen += [endpoint["id"] for endpoint in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen[:3] == made[::-1]
    path = f"/webhook-endpoints/{made[0]}"
    for _ in range(3):
        await api.post(f"{path}/test", None, role="admin")
    pending = (await api.get(f"{path}/deliveries", role="admin", params={"state": "pending", "limit": "2"})).json()
    assert len(pending["items"]) == 2
    assert pending["next_cursor"]
    none = await api.get(f"{path}/deliveries", role="admin", params={"type": "order.opened"})
    assert none.json()["items"] == []
    late = await api.get(f"{path}/deliveries", role="admin", params={"since": "2099-01-01T00:00:00Z"})
    assert late.json()["items"] == []
    problem(await api.get(f"{path}/deliveries", role="admin", params={"type": "nonsense"}), 422, "field_invalid")


async def test_one_endpoints_delivery_is_not_anothers(api: Api) -> None:
    mine, other = [(await add(api)).json()["id"] for _ in range(2)]
    sent = (await api.post(f"/webhook-endpoints/{mine}/test", None, role="admin")).json()
    path = f"/webhook-endpoints/{other}/deliveries/{sent['id']}"
    problem(await api.get(path, role="admin"), 404, "not_found")
    problem(await api.post(f"{path}/replay", None, role="admin"), 404, "not_found")
