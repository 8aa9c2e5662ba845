"""Other systems: the keys they come with, and the addresses that are told what happens."""

from __future__ import annotations

from sqlalchemy import ARRAY, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from persistence.tables.base import Id, Instant, metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("field_roles", ARRAY(Text), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", Text),
)

api_key_secrets = Table(
    "api_key_secrets",
    metadata,
    Column("prefix", Text, primary_key=True),
    Column("key_id", Id, ForeignKey("api_keys.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("last_used_at", Instant),
    UniqueConstraint("key_id", "number"),
)

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("types", ARRAY(Text), nullable=False),
    Column("field_roles", ARRAY(Text), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("secret_number", Integer, nullable=False),
    Column("old_secret_until", Instant),
    Column("paused_at", Instant),
    Column("paused_by", Text),
    Column("pause_reason", Text),
    Column("failing_since", Instant),
    Column("last_success_at", Instant),
)

# Attempts outlive their endpoint until they are forgotten, so that what was told can still be looked up.
webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("delivery_id", Id, nullable=False),
    Column("endpoint_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("status", Integer),
    Column("ms", Integer, nullable=False),
    Column("answer", Text),
    Column("problem", Text),
    Index("ix_webhook_attempts_delivery_id", "delivery_id", "id"),
    Index("ix_webhook_attempts_at", "at"),
)
