"""Whatever is sent, by whomever: no server error, and no answer that the OpenAPI document does not describe."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.access.roles import ROLES
from tests.api.support import an_order, bearer, settings_on
from tests.contract.driver import Run, Stock, fuzz
from tests.support.files import pdf
from tests.support.senders import sample, signed
from tests.support.servers import Addresses, TestDatabase
from tests.support.serving import ONE_PER_ROLE, PASSWORD, serving

ACTIONS = ["submit_review", "approve_review", "start_production", "completion_reported", "pass_inspection", "dispatch",
           "hold", "release_hold", "split", "ship_part", "cancel"]  # fmt: skip
EVERYTHING, VICTIM = "everything", "victim"
DOUBTFUL = "taobao/fullinfo_gift_in_buyer_message.json"
DRAFTS = {"workflows": ("standard", "simple"), "order-types": ("standard", "export"), "forms": ("hold", "note")}


@dataclass(frozen=True)
class Served:
    """A server, and what there is to be found on it."""

    url: str
    stock: Stock


@pytest.fixture(scope="module")
def served(
    module_database: TestDatabase, servers: Addresses, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The real server and worker, with orders at every step of the way, papers, drafts and deliveries."""
    settings = settings_on(module_database, f"{servers.redis_url}/0", tmp_path_factory.mktemp("data"))
    people = {**ONE_PER_ROLE, EVERYTHING: tuple(ROLES), VICTIM: ("driver",)}
    with serving(settings, "worker", people=people) as url, httpx.Client(base_url=f"{url}/api/v1") as http:
        http.headers = httpx.Headers(signed_in(http))
        yield Served(url, stocked(http))


def signed_in(http: httpx.Client) -> dict[str, str]:
    """The headers of somebody who may do everything."""
    form = {"username": EVERYTHING, "password": PASSWORD}
    return bearer(http.post("/auth/token", data=form).raise_for_status().json()["access_token"])


def stocked(http: httpx.Client) -> Stock:
    """Fill the empty house, as a day's work would."""
    orders = [opened(http, done) for done in range(7)]
    for path, keys in DRAFTS.items():
        for key in keys:
            http.put(f"/{path}/{key}/draft", json=http.get(f"/{path}/{key}/versions/1").json()).raise_for_status()
    return Stock(
        {
            "path.order_no": orders,
            "path.attachment_id": [attached(http, order_no) for order_no in orders],
            "path.intake_id": [delivered(http, number) for number in range(4)],
            "path.effect_id": [item["id"] for item in eventually(lambda: listed(http, "/outbox"))],
            "path.notice_id": [item["id"] for item in eventually(lambda: listed(http, "/notices"))],
            # Whoever is fuzzed away must not be the one who fuzzes.
            "path.user_id": [item["id"] for item in listed(http, "/users") if item["login"] == VICTIM],
            "path.channel": ["shopify", "taobao", "crm"],
            "path.key": sorted({key for keys in DRAFTS.values() for key in keys}),
            "body.action": ACTIONS,
            "body.order_type": ["standard", "ecommerce", "custom_furniture"],
        }
    )


def opened(http: httpx.Client, done: int) -> str:
    """An order with so many actions behind it."""
    order_no: str = http.post("/orders", json=an_order()).raise_for_status().json()["order_no"]
    for action in ACTIONS[:done]:
        http.post(f"/orders/{order_no}/actions", json={"action": action}).raise_for_status()
    return order_no


def attached(http: httpx.Client, order_no: str) -> str:
    """A paper on it."""
    files = {"file": ("plan.pdf", pdf())}
    answer = http.post(f"/orders/{order_no}/attachments", data={"kind": "drawing"}, files=files)
    paper: str = answer.raise_for_status().json()["attachment"]["id"]
    return paper


def delivered(http: httpx.Client, number: int) -> str:
    """Something that arrived and waits for a person."""
    body = sample(DOUBTFUL)
    answer = http.post("/hooks/taobao", content=body, headers=signed("taobao", body, f"d-{number}", datetime.now(UTC)))
    intake_id: str = answer.raise_for_status().json()["id"]
    return intake_id


def listed(http: httpx.Client, path: str) -> list[dict[str, Any]]:
    """The first page of a list."""
    items: list[dict[str, Any]] = http.get(path).raise_for_status().json()["items"]
    return items


def eventually(look: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """What the worker will have made."""
    for _ in range(300):
        if found := look():
            return found
        time.sleep(0.1)
    raise TimeoutError


@pytest.mark.parametrize(
    ("run", "at_least"),
    [
        pytest.param(Run(EVERYTHING, "examples,fuzzing", 4), 1000, id="whoever may do everything"),
        pytest.param(Run("sales", "examples,fuzzing", 3), 200, id="sales"),
        pytest.param(Run("driver", "examples,fuzzing", 3), 150, id="driver"),
        pytest.param(Run(None, "examples,fuzzing", 2), 50, id="nobody"),
    ],
)
def test_nothing_breaks_the_server_or_the_contract(served: Served, tmp_path: Path, run: Run, at_least: int) -> None:
    found = fuzz(served.url, served.stock, run, tmp_path)
    assert not found.faults, found.faults
    assert found.cases >= at_least


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("login", [EVERYTHING, "sales", None])
def test_nothing_does_however_long_one_tries(served: Served, tmp_path: Path, login: str | None, seed: int) -> None:
    found = fuzz(served.url, served.stock, Run(login, "examples,coverage,fuzzing,stateful", 100, seed), tmp_path)
    assert not found.faults, found.faults
