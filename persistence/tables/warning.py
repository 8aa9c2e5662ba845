"""Stock as the ERP tells it, what may replace what, and which orders are red for want of it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from persistence.tables.base import Id, Instant, Json, Money, Quantity, metadata
from persistence.tables.types import TransactionId

# Not every material of an ERP is an article of ours, so that there is no reference to `articles`.
materials = Table(
    "materials",
    metadata,
    Column("sku", Text, primary_key=True),
    Column("name", Text, nullable=False, server_default=text("''")),
    Column("specification", Text, nullable=False, server_default=text("''")),
    Column("unit", Text, nullable=False, server_default=text("''")),
    Column("on_hand", Quantity),
    Column("safety_level", Quantity),
    Column("unit_cost", Money),
    Column("lead_days", Integer),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("source", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("short_since", Instant),
    Index("ix_materials_short", "sku", postgresql_where=text("short_since IS NOT NULL")),
)

# One row for each system that counts stock: `as_of` is when its last whole answer was true.
stock_sources = Table(
    "stock_sources",
    metadata,
    Column("source", Text, primary_key=True),
    Column("as_of", Instant),
    Column("tried_at", Instant, nullable=False),
    Column("materials_until", Text),
    Column("problem", Json),
    Column("report", Json, nullable=False, server_default=text("'{}'")),
)

# What has come so far of a whole count; nothing of it counts before the last page is there.
stock_pages = Table(
    "stock_pages",
    metadata,
    Column("source", Text, primary_key=True),
    Column("run", Id, primary_key=True),
    Column("row", Text, primary_key=True),
    Column("material", Text, nullable=False),
    Column("quantity", Quantity, nullable=False),
)

# `ratio`: so much of `use` stands for one unit of `material`; null product or customer means all.
substitutes = Table(
    "substitutes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source", Text, nullable=False),
    Column("material", Text, nullable=False),
    Column("use", Text, nullable=False),
    Column("ratio", Quantity, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("from_date", Date),
    Column("until_date", Date),
    Column("product", Text),
    Column("customer_id", Id, ForeignKey("customers.id")),
    Column("note", Json, nullable=False, server_default=text("'{}'")),
    UniqueConstraint("source", "material", "use", "product", "customer_id", postgresql_nulls_not_distinct=True),
    Index("ix_substitutes_material", "material"),
)

shortages = Table(
    "shortages",
    metadata,
    Column("order_id", Id, ForeignKey("orders.id"), primary_key=True),
    Column("material", Text, ForeignKey("materials.sku"), primary_key=True),
    Column("needed", Quantity, nullable=False),
    Column("short_by", Quantity, nullable=False),
    Column("since", Instant, nullable=False),
    Index("ix_shortages_material", "material"),
)

# How far each follower of the feed has come.
feed_positions = Table(
    "feed_positions",
    metadata,
    Column("reader", Text, primary_key=True),
    Column("xid", TransactionId, nullable=False),
    Column("event_id", Id, nullable=False),
)

# One for each cause that a rule found; an ended one stays as it was. `told`: how many levels have been told.
alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("rule_version", Integer, nullable=False),
    Column("cause", Text, nullable=False),
    Column("order_no", Text),
    Column("severity", Text, nullable=False),
    Column("facts", Json, nullable=False),
    Column("since", Instant, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("told", Integer, nullable=False, server_default=text("0")),
    Column("next_at", Instant),
    Column("state", Text, nullable=False, server_default=text("'open'")),
    Column("banner", Boolean, nullable=False, server_default=text("false")),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", Text),
    Column("resolved_at", Instant),
    Column("resolution", Text),
    UniqueConstraint("rule", "cause", "since"),
    Index("uq_alerts_unresolved", "rule", "cause", unique=True, postgresql_where=text("state <> 'resolved'")),
    Index("ix_alerts_next_at", "next_at", "id", postgresql_where=text("state = 'open' AND next_at IS NOT NULL")),
    Index("ix_alerts_unresolved_id", "id", postgresql_where=text("state <> 'resolved'")),
    Index("ix_alerts_order_no", "order_no"),
    Index("ix_alerts_opened_at", "opened_at"),
)

# How long orders usually rest in a stage between two actions; worked out each night.
stage_habits = Table(
    "stage_habits",
    metadata,
    Column("stage", Text, primary_key=True),
    Column("usual_hours", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("counted_at", Instant, nullable=False),
)

alert_steps = Table(
    "alert_steps",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("alert_id", Id, ForeignKey("alerts.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("detail", Json, nullable=False, server_default=text("'{}'")),
    Index("ix_alert_steps_alert_id", "alert_id", "id"),
)
