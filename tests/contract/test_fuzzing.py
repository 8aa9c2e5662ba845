"""Whatever is sent, by whomever: no server error, and no answer that the OpenAPI document does not describe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from domain.access.roles import ROLES
from tests.api.support import an_order, bearer, settings_on
from tests.contract.driver import ENDS_THE_SESSION, Run, Stock, fuzz
from tests.support.servers import Addresses, TestDatabase
from tests.support.serving import ONE_PER_ROLE, PASSWORD, serving

ACTIONS = ["submit_review", "approve_review", "start_production", "completion_reported", "pass_inspection", "dispatch",
           "hold", "release_hold", "split", "ship_part", "cancel"]  # fmt: skip
EVERYTHING = "everything"


@dataclass(frozen=True)
class Served:
    """A server, and what there is to be found on it."""

    url: str
    stock: Stock

    def token(self, login: str) -> str:
        """Sign in anew."""
        form = {"username": login, "password": PASSWORD}
        answer = httpx.post(f"{self.url}/api/v1/auth/token", data=form)
        token: str = answer.json()["access_token"]
        return token


@pytest.fixture(scope="module")
def served(
    module_database: TestDatabase, servers: Addresses, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The real server and worker, with orders at every step of the way, papers and drafts."""
    settings = settings_on(module_database, f"{servers.redis_url}/0", tmp_path_factory.mktemp("data"))
    people = {**ONE_PER_ROLE, EVERYTHING: tuple(ROLES)}
    with serving(settings, "worker", people=people) as url:
        bare = Served(url, Stock({}))
        with httpx.Client(base_url=f"{url}/api/v1", headers=bearer(bare.token(EVERYTHING))) as http:
            stock = stocked(http)
        yield Served(url, stock)


def stocked(http: httpx.Client) -> Stock:
    """Fill the empty house, as a day's work would."""
    orders = [opened(http, done) for done in range(7)]
    papers = [attached(http, order_no) for order_no in orders]
    for path in ("workflows", "order-types", "forms"):
        key = "hold" if path == "forms" else "standard"
        draft = http.get(f"/{path}/{key}/versions/1").json()
        http.put(f"/{path}/{key}/draft", json=draft).raise_for_status()
    return Stock(
        {
            "path.order_no": orders,
            "path.attachment_id": papers,
            "path.key": ["standard", "hold"],
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
    files = {"file": ("plan.txt", b"plan")}
    answer = http.post(f"/orders/{order_no}/attachments", data={"kind": "drawing"}, files=files)
    paper: str = answer.raise_for_status().json()["attachment"]["id"]
    return paper


def test_whoever_may_do_everything(served: Served, tmp_path: Path) -> None:
    run = Run(served.token(EVERYTHING), "examples,fuzzing", examples=4)
    found = fuzz(served.url, served.stock, run, tmp_path)
    assert not found, found


@pytest.mark.parametrize("role", ["sales", "driver"])
def test_whoever_may_do_little(served: Served, tmp_path: Path, role: str) -> None:
    run = Run(served.token(role), "examples,fuzzing", examples=3)
    found = fuzz(served.url, served.stock, run, tmp_path)
    assert not found, found


def test_nobody(served: Served, tmp_path: Path) -> None:
    found = fuzz(served.url, served.stock, Run(None, "examples,fuzzing", examples=2, exclude=()), tmp_path)
    assert not found, found


def test_the_end_of_a_session(served: Served, tmp_path: Path) -> None:
    run = Run(served.token("admin"), "coverage,fuzzing", examples=10, include=ENDS_THE_SESSION, exclude=())
    found = fuzz(served.url, served.stock, run, tmp_path)
    assert not found, found
