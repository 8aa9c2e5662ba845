"""What a factory's ERP was told and told us: how far, what came of it, and where the two disagree."""

from __future__ import annotations

from sqlalchemy import Column, Date, Integer, Table, Text

from persistence.tables.base import Id, Instant, Json, metadata

# Documents that an ERP has been told of, by our number; of an order, up to which version.
erp_documents = Table(
    "erp_documents",
    metadata,
    Column("source", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("order_no", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("told_at", Instant, nullable=False),
)

# How far each ERP's ledger has been read; `until` is in its own words.
erp_ledgers = Table(
    "erp_ledgers",
    metadata,
    Column("source", Text, primary_key=True),
    Column("until", Text),
    Column("as_of", Instant),
    Column("tried_at", Instant, nullable=False),
    Column("problem", Json),
    Column("report", Json, nullable=False, server_default="{}"),
)

# One for each day; `run` is the comparison that it shows, which another one replaces when it is whole.
erp_reports = Table(
    "erp_reports",
    metadata,
    Column("source", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("asked_at", Instant, nullable=False),
    Column("made_at", Instant),
    Column("run", Id),
    Column("compared", Integer, nullable=False, server_default="0"),
    Column("counts", Json, nullable=False, server_default="{}"),
    Column("problem", Json),
)

# What a run found; those of runs that another one has replaced are gone.
erp_differences = Table(
    "erp_differences",
    metadata,
    Column("source", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("run", Id, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("here", Text),
    Column("there", Text),
)
