"""Who of a customer may sign in, the codes they sign in by, and where they are signed in."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, text

from persistence.tables.base import Id, Instant, metadata

contacts = Table(
    "contacts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("invited_at", Instant),
    Column("removed_at", Instant),
    Column("removed_by", Text),
)

contact_customers = Table(
    "contact_customers",
    metadata,
    Column("contact_id", Id, ForeignKey("contacts.id"), primary_key=True),
    Column("customer_id", Id, ForeignKey("customers.id"), primary_key=True),
    Column("origin", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("added_by", Text, nullable=False),
    Index("ix_contact_customers_customer_id", "customer_id"),
)

login_codes = Table(
    "login_codes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", Text, nullable=False),
    Column("browser", Text, nullable=False),
    Column("code_hash", Text, nullable=False),
    Column("own_tries", Integer, nullable=False, server_default=text("0")),
    Column("other_tries", Integer, nullable=False, server_default=text("0")),
    Column("expires_at", Instant, nullable=False),
    Index("ix_login_codes_account", "account"),
    Index("ix_login_codes_expires_at", "expires_at"),
)

portal_sessions = Table(
    "portal_sessions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, ForeignKey("contacts.id"), nullable=False),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("user_agent", Text),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_reason", Text),
    Index("ix_portal_sessions_contact_id", "contact_id"),
)
