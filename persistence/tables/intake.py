"""What arrived, byte for byte, and what became of it."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from persistence.tables.base import Id, Instant, Json, metadata

payloads = Table(
    "payloads",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("shop", Text, nullable=False, server_default=text("''")),
    Column("dedupe_key", Text),
    Column("parent_id", Id, ForeignKey("payloads.id")),
    Column("received_at", Instant, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("headers", Json, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("authentic", Boolean, nullable=False),
    Column("template_version", Integer),
    Column("meaning", Json),
    Column("explanations", Json),
    Column("review_reasons", Json, nullable=False, server_default=text("'[]'")),
    Column("problem", Json),
    Column("external_id", Text),
    Column("external_version", Text),
    Column("order_no", Text),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("decided_by", Text),
    Column("decided_at", Instant),
    Column("decision_reason", Text),
    Column("repeats", Integer, nullable=False, server_default=text("0")),
    Column("repeated_at", Instant),
    Index(
        "uq_payloads_dedupe",
        "channel",
        "dedupe_key",
        unique=True,
        postgresql_where=text("authentic AND dedupe_key IS NOT NULL"),
    ),
    Index("ix_payloads_status_id", "status", "id"),
    Index("ix_payloads_channel_id", "channel", "id"),
    Index("ix_payloads_source", "channel", "shop", "external_id", postgresql_where=text("external_id IS NOT NULL")),
)

# Channels that people add, signed by Standard Webhooks; a secret follows from `id` and its number and is not stored.
intake_channels = Table(
    "intake_channels",
    metadata,
    Column("key", Text, primary_key=True),
    Column("id", Id, nullable=False),
    Column("name", Text, nullable=False),
    Column("secret_number", Integer, nullable=False),
    Column("old_secret_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    UniqueConstraint("id"),
)

# Whatever changed at the shop before `read_until` is known here. `seen` and `missed` are of the last window read.
channel_polls = Table(
    "channel_polls",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("shop", Text, primary_key=True),
    Column("read_until", Instant),
    Column("done_at", Instant),
    Column("seen", Integer, nullable=False, server_default=text("0")),
    Column("missed", Integer, nullable=False, server_default=text("0")),
    Column("problem", Text),
    Column("problem_at", Instant),
)

payload_corrections = Table(
    "payload_corrections",
    metadata,
    Column("id", Id, primary_key=True),
    Column("payload_id", Id, ForeignKey("payloads.id"), nullable=False),
    Column("corrected_at", Instant, nullable=False),
    Column("corrected_by", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("changes", Json, nullable=False),
    Index("ix_payload_corrections_payload_id", "payload_id", "id"),
)

order_imports = Table(
    "order_imports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("workbook", LargeBinary, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("actor", Json, nullable=False),
    Column("row_count", Integer),
    Column("checked_rows", Integer, nullable=False, server_default=text("0")),
    Column("opened_rows", Integer, nullable=False, server_default=text("0")),
    Column("order_count", Integer),
    Column("fault_count", Integer, nullable=False, server_default=text("0")),
    Column("faults", Json, nullable=False, server_default=text("'[]'")),
    Column("problem", Json),
    Column("opened", Json, nullable=False, server_default=text("'[]'")),
    Column("repeats", Integer, nullable=False, server_default=text("0")),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("finished_at", Instant),
    CheckConstraint("state IN ('queued', 'reading', 'checking', 'opening', 'done', 'invalid')", name="state"),
    Index("uq_order_imports_file", "sha256", unique=True, postgresql_where=text("NOT dry_run AND state <> 'invalid'")),
    Index("ix_order_imports_created_by", "created_by", "id"),
)
