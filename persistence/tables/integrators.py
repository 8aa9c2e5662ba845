"""Other systems: the keys they come with, and the addresses that are told what happens."""

from __future__ import annotations

from sqlalchemy import ARRAY, Column, ForeignKey, Integer, Table, Text, UniqueConstraint

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
