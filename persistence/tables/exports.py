"""Exports of one's own data: what was asked, what it held, and the copies that came back."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from persistence.tables.base import Id, Instant, Json, metadata

# The file and what its cells said are taken away when it expires; who took what and when stays.
exports = Table(
    "exports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False),
    Column("language", Text, nullable=False),
    Column("actor", Json, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'queued'")),
    Column("rows_done", Integer, nullable=False, server_default=text("0")),
    Column("order_count", Integer, nullable=False, server_default=text("0")),
    Column("line_count", Integer, nullable=False, server_default=text("0")),
    Column("report_count", Integer, nullable=False, server_default=text("0")),
    Column("cut_off", Integer, nullable=False, server_default=text("0")),
    Column("content", LargeBinary),
    Column("size_bytes", Integer),
    Column("created_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("expires_at", Instant),
    Column("removed_at", Instant),
    Column("downloads", Integer, nullable=False, server_default=text("0")),
    Column("downloaded_at", Instant),
    CheckConstraint("state IN ('queued', 'making', 'done', 'expired')", name="state"),
    Index("ix_exports_person_id", "person_id", "id"),
    Index("ix_exports_expires_at", "expires_at", postgresql_where=text("content IS NOT NULL")),
)

export_orders = Table(
    "export_orders",
    metadata,
    Column("export_id", Id, ForeignKey("exports.id"), primary_key=True),
    Column("order_no", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("base", Json),
)

export_returns = Table(
    "export_returns",
    metadata,
    Column("id", Id, primary_key=True),
    Column("export_id", Id, ForeignKey("exports.id"), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("proposals", Json, nullable=False),
    Column("faults", Json, nullable=False),
    Column("results", Json, nullable=False, server_default=text("'{}'")),
    Column("created_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Index("ix_export_returns_export_id", "export_id", "id"),
)
