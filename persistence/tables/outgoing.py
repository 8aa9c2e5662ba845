"""What must be carried out, answers already given, and when each tick last ran."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, func, text

from persistence.tables.base import Id, Instant, Json, JsonText, metadata
from persistence.tables.types import TransactionId

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("event_id", Id, nullable=False),
    Column("order_no", Text),
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("body", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("fence", BigInteger, nullable=False, server_default=text("0")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("tried_since", Instant),
    Column("state", Text, nullable=False, server_default=text("'ready'")),
    Column("provider_id", Text),
    Column("problem", Text),
    Column("settled_at", Instant),
    Column("settled_by", Text),
    UniqueConstraint("event_id", "kind", "channel", "recipient"),
    Index("ix_outbox_due", "due_at", postgresql_where=text("state IN ('ready', 'leased')")),
    Index("ix_outbox_dead", "id", postgresql_where=text("state = 'dead'")),
    Index("ix_outbox_order_no", "order_no", "id"),
    Index("ix_outbox_webhooks", "channel", "id", postgresql_where=text("kind = 'webhook'")),
    Index("ix_outbox_settled_at", "settled_at", postgresql_where=text("state = 'done'")),
)

replies = Table(
    "replies",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("answer", JsonText),
    Column("refusal", JsonText),
    Column("created_at", Instant, nullable=False),
    Column("touched_at", Instant, nullable=False),
    Index("ix_replies_created_at", "created_at"),
)

ticks = Table(
    "ticks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("period_start", Instant, primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("lease_until", Instant, nullable=False),
    Column("problem", Text),
    Column("result", Json),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False),
    Column("event_id", Id, nullable=False),
    Column("order_no", Text),
    Column("template", Text, nullable=False),
    Column("body", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("read_at", Instant),
    Column("xid", TransactionId, nullable=False, server_default=func.feed_place()),
    UniqueConstraint("event_id", "person_id", "template"),
    Index("ix_notices_person_id", "person_id", "id"),
    Index("ix_notices_feed", "xid", "id"),
    Index("ix_notices_unread", "person_id", postgresql_where=text("read_at IS NULL")),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("event_id", Id, nullable=False),
    Column("order_no", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("form", Text),
    Column("stage", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("done_at", Instant),
    UniqueConstraint("event_id", "role"),
    Index("ix_tasks_open", "role", "due_at", postgresql_where=text("done_at IS NULL")),
    Index("ix_tasks_order_no", "order_no"),
)
