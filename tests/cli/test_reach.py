"""A server that cannot be used: one sentence that names the variable and the mend, and never a password."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from cli.ports import free_port
from cli.reach import insist_on_postgres, insist_on_redis
from cli.stop import Stop
from tests.support.servers import Addresses, TestDatabase

NAME = "THROUGHLINE_DATABASE_URL"


async def test_servers_that_can_be_used_are_fine(database: TestDatabase, redis_url: str) -> None:
    await insist_on_postgres(database.app_url, NAME)
    await insist_on_redis(redis_url)


async def refusal_of(url: str) -> str:
    with pytest.raises(Stop) as refused:
        await insist_on_postgres(url, NAME)
    return str(refused.value)


async def test_a_wrong_password(database: TestDatabase) -> None:
    password = urlsplit(database.app_url).password or ""
    said = await refusal_of(database.app_url.replace(password, "wr0ng"))
    assert said.startswith(f"{NAME}: PostgreSQL at 127.0.0.1:")
    assert said.endswith("refuses this user or password; correct them in the URL.")
    assert "wr0ng" not in said


async def test_a_database_that_is_not_there(servers: Addresses) -> None:
    said = await refusal_of(servers.superuser_url.rsplit("/", 1)[0] + "/nowhere")
    assert "there is no database nowhere at" in said
    assert "createdb nowhere" in said


@pytest.mark.parametrize("place", ["127.0.0.1:{port}", "no.such.host.invalid:{port}"])
async def test_nobody_answers(place: str) -> None:
    where = place.format(port=free_port())
    said = await refusal_of(f"postgresql+asyncpg://u:p@{where}/x")
    assert said == f"{NAME}: no PostgreSQL answers at {where}; start it, or correct the host and port."


async def test_something_else_answers(redis_url: str) -> None:
    port = urlsplit(redis_url).port
    assert f"127.0.0.1:{port}" in await refusal_of(f"postgresql+asyncpg://u:p@127.0.0.1:{port}/x")


async def test_redis_with_a_wrong_password(redis_url: str) -> None:
    password = urlsplit(redis_url).password or ""
    with pytest.raises(Stop, match="refuses this password; correct it in the URL"):
        await insist_on_redis(redis_url.replace(password, "wrong"))
    with pytest.raises(Stop, match="refuses this password; correct it in the URL"):
        await insist_on_redis(redis_url.replace(f":{password}@", ""))


async def test_no_redis_answers() -> None:
    port = free_port()
    with pytest.raises(Stop, match=f"THROUGHLINE_REDIS_URL: no Redis answers at 127.0.0.1:{port}; start it"):
        await insist_on_redis(f"redis://127.0.0.1:{port}/0")
