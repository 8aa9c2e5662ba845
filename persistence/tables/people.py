"""Staff and their sessions."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from persistence.tables.base import Id, Instant, Json, metadata

people = Table(
    "people",
    metadata,
    Column("id", Id, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("phone", Text),
    Column("roles", ARRAY(Text), nullable=False),
    Column("positions", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("password_hash", Text, nullable=False),
    Column("language", Text, nullable=False, server_default=text("'zh'")),
    Column("disabled", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Instant, nullable=False),
    Column("orders_of", Text),
    Column("department", Text),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Index("ix_people_roles", "roles", postgresql_using="gin"),
)

roles = Table(
    "roles",
    metadata,
    Column("key", Text, primary_key=True),
    Column("label", Json),
    Column("rights", ARRAY(Text)),
    Column("based_on", Text, nullable=False),
    Column("orders_of", Text, nullable=False),
    Column("second_factor", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False),
    Column("refresh_hash", Text, nullable=False),
    Column("spent_hashes", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("user_agent", Text),
    Column("address", Text),
    Column("second_factor", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Instant, nullable=False),
    Column("refreshed_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_reason", Text),
    Column("device_id", Id, ForeignKey("devices.id")),
    Index("ix_sessions_person_id", "person_id"),
    Index("ix_sessions_device_id", "device_id", postgresql_where=text("device_id IS NOT NULL")),
)

second_factors = Table(
    "second_factors",
    metadata,
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True),
    Column("confirmed", Boolean, primary_key=True),
    Column("id", Id, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_step", BigInteger),
    Column("batch", Integer, nullable=False, server_default=text("1")),
    Column("spent_recovery", ARRAY(Integer), nullable=False, server_default=text("'{}'")),
)

sso_links = Table(
    "sso_links",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False),
    Column("linked_at", Instant, nullable=False),
    UniqueConstraint("issuer", "person_id"),
)

badges = Table(
    "badges",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("issued_by", Text, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", Text),
    Index("uq_badges_of_person", "person_id", unique=True, postgresql_where=text("revoked_at IS NULL")),
)

throttle_counters = Table(
    "throttle_counters",
    metadata,
    Column("limit_name", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("taken", Integer, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Index("ix_throttle_counters_ends_at", "ends_at"),
)
