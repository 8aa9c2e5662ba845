"""What a database holds at one moment: what a backup says of itself, and what is counted again after a restore."""

from __future__ import annotations

from collections.abc import AsyncIterator

from persistence.proofs import stream
from persistence.tx import Tx

_TABLES = """
SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
ORDER BY relname
"""
# Tables that name files of the store: they say how long each is, and do not hold the bytes themselves.
_NAMING_FILES = """
SELECT table_name::text FROM information_schema.columns WHERE table_schema = 'public' GROUP BY table_name
HAVING bool_or(column_name = 'sha256') AND bool_or(column_name = 'size_bytes') AND NOT bool_or(data_type = 'bytea')
ORDER BY 1
"""
_ROOTS = "SELECT result->>'blob' AS sha256, NULL::bigint AS size_bytes FROM ticks WHERE result->>'blob' IS NOT NULL"
_BYTES = """
SELECT coalesce(sum(pg_table_size(oid)), 0)::bigint FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
"""


async def export(tx: Tx) -> str:
    """A name by which another session of the same database sees what this snapshot sees, while it is open."""
    return str(await tx.connection.value("SELECT pg_export_snapshot()"))


async def revision(tx: Tx) -> str:
    """The newest migration that was applied."""
    return str(await tx.connection.value("SELECT version_num FROM alembic_version"))


async def server_major(tx: Tx) -> int:
    """The major version of the server, as in 17."""
    return int(await tx.connection.value("SELECT current_setting('server_version_num')::int / 10000"))


async def counts(tx: Tx) -> dict[str, int]:
    """Rows of every table."""
    names = [row["relname"] for row in await tx.connection.rows(_TABLES)]

    return {name: await tx.connection.value(f'SELECT count(*) FROM "{name}"') for name in names}  # noqa: S608 - names of the catalogue


async def files(tx: Tx) -> AsyncIterator[tuple[str, int | None]]:
    """The SHA-256 of every file that is named, once each by its name, with its length where that is known."""
    naming = [row["table_name"] for row in await tx.connection.rows(_NAMING_FILES)]
    each = [f'SELECT sha256, size_bytes::bigint FROM "{name}"' for name in naming]  # noqa: S608
    named = " UNION ALL ".join([*each, _ROOTS])
    sql = f"SELECT sha256, max(size_bytes) AS size_bytes FROM ({named}) f GROUP BY sha256 ORDER BY sha256"  # noqa: S608
    async for row in stream(tx, sql):
        yield row["sha256"], row["size_bytes"]


async def table_bytes(tx: Tx) -> int:
    """What the rows take on the server's disk, without indexes: more than a dump of them will take."""
    return int(await tx.connection.value(_BYTES))
