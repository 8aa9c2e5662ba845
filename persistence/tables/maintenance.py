"""What was done to the database as a whole."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table

from persistence.tables.base import Instant, metadata

# What backups brought back. Places of the feed between the two were told after the backup, and mean nothing now.
restorations = Table(
    "restorations",
    metadata,
    Column("restored_at", Instant, nullable=False),
    Column("taken_at", Instant, nullable=False),
    Column("last_place", BigInteger, nullable=False),
    Column("first_place", BigInteger, primary_key=True),
)
