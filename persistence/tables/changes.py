"""Order changes, who must acknowledge them, and where an order goes if not to its customer's own address."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from persistence.tables.base import Id, Instant, Json, metadata

order_changes = Table(
    "order_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("order_id", Id, ForeignKey("orders.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("patch", Json, nullable=False),
    Column("fields", ARRAY(Text), nullable=False),
    Column("base_version", Integer, nullable=False),
    Column("seen", Text, nullable=False),
    Column("diff", Json, nullable=False),
    Column("impact", Json, nullable=False),
    Column("confirm_by_customer", Boolean, nullable=False),
    Column("confirmation", Json),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_roles", ARRAY(Text), nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", Instant),
    Column("decision_reason", Text),
    Column("applied_at", Instant),
    Column("applied_revision", Integer),
    Column("applied_in", BigInteger, nullable=False, server_default=text("0")),
    Column("event_id", Id),
    Column("cause", Text),
    UniqueConstraint("order_id", "number"),
    Index("ix_order_changes_state_id", "state", "id"),
    Index("uq_order_changes_cause", "cause", unique=True, postgresql_where=text("cause IS NOT NULL")),
)

change_acknowledgements = Table(
    "change_acknowledgements",
    metadata,
    Column("change_id", Id, ForeignKey("order_changes.id"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("order_id", Id, ForeignKey("orders.id"), nullable=False),
    Column("stops_work", Boolean, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", Text),
    Column("reason", Text),
    Index("ix_change_acknowledgements_open", "order_id", postgresql_where=text("acknowledged_at IS NULL")),
    Index("ix_change_acknowledgements_role", "role", "asked_at", postgresql_where=text("acknowledged_at IS NULL")),
)

delivery_addresses = Table(
    "delivery_addresses",
    metadata,
    Column("order_id", Id, ForeignKey("orders.id"), primary_key=True),
    Column("address", Json, nullable=False),
    Column("changed_at", Instant, nullable=False),
)
