"""Whether the servers that the settings name can be reached and used; if not, a sentence that says what to mend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from cli.embedded.binaries import OLDEST_POSTGRES
from cli.stop import Stop

SECONDS = 5.0


@contextmanager
def said_plainly() -> Iterator[None]:
    """What a database may say to a command that works on it directly, as a sentence with its mend."""
    import asyncpg

    from domain.refusals.kinds import Refusal

    try:
        yield
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedFunctionError):
        raise Stop("This database is not migrated; run: throughline migrate") from None
    except asyncpg.InsufficientPrivilegeError as refused:
        raise Stop(
            f"The application's role lacks a right ({refused}); run, as the owner: throughline migrate"
        ) from None
    except Refusal as refusal:
        raise Stop(f"{refusal.detail.en}.") from None


async def insist_on_postgres(url: str, variable: str) -> None:
    """Connect once and ask for the version."""
    import asyncpg

    place = _place(url)
    try:
        connection = await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://", 1), timeout=SECONDS)
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError):
        raise Stop(
            f"{variable}: PostgreSQL at {place} refuses this user or password; correct them in the URL."
        ) from None
    except asyncpg.InvalidCatalogNameError:
        name = urlsplit(url).path.strip("/")
        raise Stop(f"{variable}: there is no database {name} at {place}; make it by: createdb {name}") from None
    except (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as problem:
        raise Stop(f"{variable}: PostgreSQL at {place} answers: {problem}.") from None
    except (OSError, TimeoutError):
        raise Stop(f"{variable}: no PostgreSQL answers at {place}; start it, or correct the host and port.") from None
    try:
        version = connection.get_server_version()
    finally:
        await connection.close()
    if version.major < OLDEST_POSTGRES:
        raise Stop(
            f"{variable}: PostgreSQL at {place} is version {version.major}; {OLDEST_POSTGRES} or newer is needed."
        )


async def insist_on_redis(url: str, variable: str = "THROUGHLINE_REDIS_URL") -> None:
    """Connect once and ping."""
    from redis.asyncio import Redis
    from redis.exceptions import AuthenticationError, RedisError

    place = _place(url)
    try:
        async with Redis.from_url(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS) as client:
            await client.ping()
    except AuthenticationError:
        raise Stop(f"{variable}: Redis at {place} refuses this password; correct it in the URL.") from None
    except (RedisError, OSError, TimeoutError, ValueError) as problem:
        if "auth" in str(problem).lower() or "WRONGPASS" in str(problem):
            raise Stop(f"{variable}: Redis at {place} refuses this password; correct it in the URL.") from None
        raise Stop(f"{variable}: no Redis answers at {place}; start it, or correct the host and port.") from None


def _place(url: str) -> str:
    """Host and port, never the password."""
    parts = urlsplit(url)
    port = parts.port or (6379 if parts.scheme.startswith("redis") else 5432)
    return f"{parts.hostname}:{port}" if parts.hostname else parts.path or "this machine"
