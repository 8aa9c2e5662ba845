"""Customers: who of them may sign in, and what is written to and fro about an order."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

from persistence.tables.base import Id, Instant, metadata
from persistence.tables.types import TransactionId

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

conversations = Table(
    "conversations",
    metadata,
    Column("order_id", Id, ForeignKey("orders.id"), primary_key=True),
    Column("last_number", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("waiting_since", Instant),
    Index("ix_conversations_waiting", "waiting_since", postgresql_where=text("waiting_since IS NOT NULL")),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("order_id", Id, ForeignKey("orders.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("author_kind", Text, nullable=False),
    Column("author_id", Id, nullable=False),
    Column("internal", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("answers_since", Instant),
    Column("xid", TransactionId, nullable=False, server_default=func.feed_place()),
    UniqueConstraint("order_id", "number"),
    Index("ix_messages_feed", "xid", "id"),
    Index("ix_messages_answers", "created_at", postgresql_where=text("answers_since IS NOT NULL")),
)

message_files = Table(
    "message_files",
    metadata,
    Column("id", Id, primary_key=True),
    Column("order_id", Id, ForeignKey("orders.id"), nullable=False),
    Column("message_id", Id, ForeignKey("messages.id")),
    Column("complaint_id", Id, ForeignKey("complaints.id")),
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Index("ix_message_files_order_id", "order_id"),
    Index("ix_message_files_message_id", "message_id"),
    Index("ix_message_files_complaint_id", "complaint_id"),
)

message_reads = Table(
    "message_reads",
    metadata,
    Column("order_id", Id, ForeignKey("orders.id"), primary_key=True),
    Column("reader", Text, primary_key=True),
    Column("read_through", Integer, nullable=False),
    Column("read_at", Instant, nullable=False),
)

hints = Table(
    "hints",
    metadata,
    Column("id", Id, primary_key=True),
    Column("order_id", Id, ForeignKey("orders.id"), nullable=False),
    Column("type", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("internal", Boolean, nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("xid", TransactionId, nullable=False, server_default=func.feed_place()),
    Index("ix_hints_feed", "xid", "id"),
    Index("ix_hints_told_at", "told_at"),
)

absences = Table(
    "absences",
    metadata,
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True),
    Column("deputy_id", Id, ForeignKey("people.id"), nullable=False),
    Column("away_until", Instant, nullable=False),
    Column("set_at", Instant, nullable=False),
    CheckConstraint("deputy_id <> person_id", name="somebody_else"),
)

complaints = Table(
    "complaints",
    metadata,
    Column("id", Id, primary_key=True),
    Column("order_id", Id, ForeignKey("orders.id"), nullable=False),
    Column("contact_id", Id, ForeignKey("contacts.id"), nullable=False),
    Column("category", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("answer", Text),
    Column("assigned_to", Id, ForeignKey("people.id")),
    Column("opened_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("version", Integer, nullable=False),
    Index("ix_complaints_order_id", "order_id"),
    Index("ix_complaints_opened_at", "opened_at"),
    Index("ix_complaints_due", "due_at", "id", postgresql_where=text("state IN ('open', 'in_progress', 'reopened')")),
)

complaint_steps = Table(
    "complaint_steps",
    metadata,
    Column("complaint_id", Id, ForeignKey("complaints.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("action", Text, nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("author_kind", Text, nullable=False),
    Column("author_id", Id, nullable=False),
    Column("internal", Boolean, nullable=False),
    Column("text", Text),
    Column("at", Instant, nullable=False),
)

surveys = Table(
    "surveys",
    metadata,
    Column("order_id", Id, ForeignKey("orders.id"), primary_key=True),
    Column("asked_at", Instant),
    Column("contact_id", Id, ForeignKey("contacts.id")),
    Column("score", Integer),
    Column("comment", Text),
    Column("answered_at", Instant),
    Column("changed_at", Instant),
    CheckConstraint("score BETWEEN 0 AND 10", name="score_in_range"),
    Index("ix_surveys_answered_at", "answered_at", postgresql_where=text("answered_at IS NOT NULL")),
)
