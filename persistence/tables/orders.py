"""Orders, their lines, papers and history."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

from persistence.tables.base import Id, Instant, Json, Money, Quantity, metadata
from persistence.tables.types import TransactionId

_OPEN = text("category NOT IN ('done', 'cancelled')")
_OVER = text("category IN ('done', 'cancelled')")

customers = Table(
    "customers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("external_id", Text),
    Column("name", Text, nullable=False),
    Column("company", Text),
    Column("phone", Text),
    Column("email", Text),
    Column("address", Json, nullable=False, server_default=text("'{}'")),
    Column("masked", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Instant, nullable=False),
    Column("tax_no", Text),
    Column("merged_into", Id, ForeignKey("customers.id")),
    UniqueConstraint("channel", "external_id"),
    Index("ix_customers_merged_into", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
)

# What customers are found by: accounts, tax numbers, phone numbers, names of firms, each in one way of writing.
customer_keys = Table(
    "customer_keys",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("customer_id", Id, ForeignKey("customers.id"), primary_key=True),
    Column("sole", Boolean, nullable=False, server_default=text("false")),
    Index("uq_customer_keys_sole", "kind", "value", unique=True, postgresql_where=text("sole")),
    Index("ix_customer_keys_customer_id", "customer_id"),
)

customer_merges = Table(
    "customer_merges",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kept_id", Id, ForeignKey("customers.id"), nullable=False),
    Column("merged_id", Id, ForeignKey("customers.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("moved", Json, nullable=False),
    Column("merged_at", Instant, nullable=False),
    Column("merged_by", Text, nullable=False),
    Column("undone_at", Instant),
    Column("undone_by", Text),
    Index("ix_customer_merges_kept_id", "kept_id"),
    Index("ix_customer_merges_merged_id", "merged_id"),
)

# Who share something and are not the same; the smaller id comes first.
customers_apart = Table(
    "customers_apart",
    metadata,
    Column("one_id", Id, ForeignKey("customers.id"), primary_key=True),
    Column("other_id", Id, ForeignKey("customers.id"), primary_key=True),
    Column("said_at", Instant, nullable=False),
    Column("said_by", Text, nullable=False),
    CheckConstraint("one_id < other_id", name="order"),
    Index("ix_customers_apart_other_id", "other_id"),
)

orders = Table(
    "orders",
    metadata,
    Column("id", Id, primary_key=True),
    Column("order_no", Text, nullable=False, unique=True),
    Column("parent_no", Text),
    Column("channel", Text, nullable=False),
    Column("shop", Text, nullable=False, server_default=text("''")),
    Column("external_id", Text),
    Column("external_version", Text),
    Column("order_type", Text, nullable=False),
    Column("customer_id", Id, ForeignKey("customers.id")),
    Column("currency", Text, nullable=False),
    Column("discounts", Json, nullable=False, server_default=text("'[]'")),
    Column("fees", Json, nullable=False, server_default=text("'[]'")),
    Column("shipping", Money, nullable=False),
    Column("tax", Money, nullable=False),
    Column("tax_included", Boolean, nullable=False),
    Column("total", Money, nullable=False),
    Column("cost", Money),
    Column("margin", Money),
    Column("signed_date", Date),
    Column("promised_date", Date),
    Column("promised_derived", Boolean, nullable=False, server_default=text("false")),
    Column("requested_date", Date),
    Column("due_at", Instant),
    Column("merchandiser_id", Id, ForeignKey("people.id")),
    Column("priority", Integer, nullable=False, server_default=text("0")),
    Column("extension", Json, nullable=False, server_default=text("'{}'")),
    Column("notes", Json, nullable=False, server_default=text("'{}'")),
    Column("workflow_key", Text, nullable=False),
    Column("workflow_version", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("held", Boolean, nullable=False, server_default=text("false")),
    Column("stage_since", Instant, nullable=False),
    Column("revision", Integer, nullable=False, server_default=text("1")),
    Column("version", Integer, nullable=False),
    Column("head_hash", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index(
        "uq_orders_source",
        "channel",
        "shop",
        "external_id",
        unique=True,
        postgresql_where=text("external_id IS NOT NULL"),
    ),
    Index("ix_orders_parent_no", "parent_no", postgresql_where=text("parent_no IS NOT NULL")),
    Index("ix_orders_stage_id", "stage", "id"),
    Index("ix_orders_category_id", "category", "id"),
    Index("ix_orders_customer_id", "customer_id", "id"),
    Index("ix_orders_merchandiser_id", "merchandiser_id", "id"),
    Index("ix_orders_due_open", "due_at", "id", postgresql_where=_OPEN),
    Index("ix_orders_stage_since", "stage", "stage_since", postgresql_where=_OPEN),
    Index("ix_orders_idle", "stage", "updated_at", postgresql_where=_OPEN),
    Index("ix_orders_stage_due", "stage", "due_at", postgresql_where=_OPEN),
    Index("ix_orders_over_since", "stage_since", postgresql_where=_OVER),
    Index("ix_orders_over_due", "due_at", postgresql_where=_OVER),
    Index("ix_orders_workflow_open", "workflow_key", "workflow_version", postgresql_where=_OPEN),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order_id", Id, ForeignKey("orders.id"), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("external_id", Text),
    Column("sku", Text),
    Column("name", Text, nullable=False),
    Column("quantity", Quantity, nullable=False),
    Column("unit", Text),
    Column("unit_price", Money, nullable=False),
    Column("amount", Money, nullable=False),
    Column("is_gift", Boolean, nullable=False, server_default=text("false")),
    Column("gift_origin", Text),
    Column("gift_confirmed", Boolean),
    Column("options", Json, nullable=False, server_default=text("'{}'")),
    Column("technical", Json, nullable=False, server_default=text("'{}'")),
    Column("refund", Text, nullable=False, server_default=text("'none'")),
    Column("shipped_quantity", Quantity, nullable=False, server_default=text("0")),
    Column("returned_quantity", Quantity, nullable=False, server_default=text("0")),
    Index("ix_order_lines_sku", "sku"),
    Index("ix_order_lines_substituted", "order_id", postgresql_where=text("technical ? 'substitutes'")),
)

order_search = Table(
    "order_search",
    metadata,
    Column("order_id", Id, ForeignKey("orders.id"), primary_key=True),
    Column("words", Text, nullable=False),
    Column("grams", ARRAY(Text), nullable=False),
    Column("extension", Json, nullable=False, server_default=text("'{}'")),
    Index("ix_order_search_grams", "grams", postgresql_using="gin"),
    Index(
        "ix_order_search_extension", "extension", postgresql_using="gin", postgresql_ops={"extension": "jsonb_path_ops"}
    ),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("order_id", Id, ForeignKey("orders.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("released_at", Instant),
    Column("released_by", Text),
    Index("ix_attachments_order_id", "order_id"),
)

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("order_id", Id, ForeignKey("orders.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("action", Text),
    Column("from_stage", Text),
    Column("to_stage", Text, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("canonical", Text, nullable=False),
    Column("body", Json, Computed("canonical::jsonb", persisted=True), nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("xid", TransactionId, nullable=False, server_default=func.feed_place()),
    UniqueConstraint("order_id", "seq"),
    CheckConstraint(
        "hash = encode(sha256(convert_to(prev_hash || E'\\n' || canonical, 'UTF8')), 'hex')", name="hash_fits_text"
    ),
    CheckConstraint(
        "body->>'id' = id::text AND (body->>'seq')::int = seq AND body->>'to' = to_stage "
        "AND (body->>'held')::boolean = held",
        name="columns_fit_text",
    ),
    Index("ix_events_feed", "xid", "id"),
    # Events come in the order of time, so that a few pages say where a period lies.
    Index("ix_events_recorded_at", "recorded_at", postgresql_using="brin", postgresql_with={"autosummarize": "true"}),
)
