"""An installation that tests talk to over HTTP, and may reach behind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from api.main import Application, create_app
from domain.access.actor import system
from domain.access.roles import ROLES
from tests.support.servers import PASSWORDS, UNLIMITED, TestDatabase
from usecases.people.add_person import AddPerson, add_person
from usecases.workflows.install_builtin import install_builtin
from wiring.build import Parts, build
from wiring.settings import Settings, load_settings

PASSWORD = "throughline-demo"
BASE = "http://127.0.0.1:8000"


@dataclass
class Clock:
    """The time that the installation believes it is."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def later(self, **time: float) -> None:
        """Move it forward."""
        self.now += timedelta(**time)


@dataclass
class Api:
    """`http` is nobody; `as_(role)` gives the headers of somebody."""

    app: Application
    parts: Parts
    clock: Clock
    http: httpx.AsyncClient
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def sign_in(self, role: str, password: str = PASSWORD, **form: str) -> httpx.Response:
        """The answer of the login form."""
        return await self.http.post(
            "/api/v1/auth/token", data={"username": role, "password": password, **form}, headers=self.bare()
        )

    async def as_(self, role: str) -> dict[str, str]:
        """The headers of somebody with this role; signed in once."""
        if role not in self.tokens:
            answer = await self.sign_in(role)
            assert answer.status_code == 200, answer.text
            self.tokens[role] = answer.json()
        return bearer(self.tokens[role]["access_token"])

    async def request(
        self, method: str, path: str, *, role: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        """One call below /api/v1 as somebody with this role."""
        return await self.http.request(
            method, f"/api/v1{path}", headers={**await self.as_(role), **(headers or {})}, **more
        )

    async def get(self, path: str, **more: Any) -> httpx.Response:
        """Read as a role."""
        return await self.request("GET", path, **more)

    async def post(self, path: str, body: Any, **more: Any) -> httpx.Response:
        """Send JSON as a role."""
        return await self.request("POST", path, json=body, **more)

    def bare(self) -> dict[str, str]:
        """No headers; cookies of an earlier login are forgotten."""
        self.http.cookies.clear()
        return {}

    async def sql(self, statement: str, *values: Any) -> int:
        """Reach behind, as the application's own role."""
        async with self.parts.database.connect() as connection:
            return await connection.run(statement, *values)


def bearer(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"authorization": f"Bearer {token}"}


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The body of a problem, checked for what every problem has."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["code"] == code, body
    assert body["status"] == status
    assert body["type"].endswith(f"/problems/{code}")
    assert body["detail"] in body["texts"].values()
    assert all(body["texts"].values())
    return body


def settings_on(database: TestDatabase, redis_url: str, folder: Path) -> Settings:
    """Settings of a demo installation; nothing of the machine's own environment counts."""
    return load_settings(
        {
            "THROUGHLINE_DATABASE_URL": database.app_url,
            "THROUGHLINE_MIGRATION_DATABASE_URL": database.owner_url,
            "THROUGHLINE_REDIS_URL": redis_url,
            "THROUGHLINE_SECRET_KEY": PASSWORDS.secret_key,
            "THROUGHLINE_DATA_DIR": str(folder),
            "THROUGHLINE_DEMO": "1",
            **UNLIMITED,
        }
    )


@asynccontextmanager
async def serve(settings: Settings, **changes: Any) -> AsyncIterator[Api]:
    """The application at work on these settings, changed where the test says so, with somebody for every role."""
    async with serve_as_it_is(settings, **changes) as api:
        await _people(api.parts)
        yield api


@asynccontextmanager
async def serve_as_it_is(settings: Settings, **changes: Any) -> AsyncIterator[Api]:
    """The same on what the database holds already."""
    clock = Clock()
    parts = build(settings.model_copy(update={"password_cost": "minimal", **changes}), clock=clock)
    app = create_app(parts)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with parts.running(), httpx.AsyncClient(transport=transport, base_url=BASE) as http:
        yield Api(app, parts, clock, http)


async def _people(parts: Parts) -> None:
    await parts.door.run(system("tests"), install_builtin, None)
    hashed = await parts.passwords.hash(PASSWORD)
    for role in ROLES:
        await parts.door.run(system("tests"), add_person, AddPerson(role, f"测试 {role}", hashed, (role,)))


def an_order(**changes: Any) -> Mapping[str, Any]:
    """The body of `POST orders`: two radiators for 360 yuan."""
    plain = {
        "order_type": "standard",
        "currency": "CNY",
        "customer": {"name": "李女士", "phone": "13900001111", "external_id": "C1"},
        "lines": [
            {"name": "铜铝复合散热器", "sku": "RAD-CU6012-W", "quantity": "2", "unit": "组", "unit_price": "180.00"}
        ],
    }
    return {**plain, **changes}
