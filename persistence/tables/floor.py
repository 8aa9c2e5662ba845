"""What the workshop makes for an order, and the material that is set aside for it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, text

from persistence.tables.base import Id, Instant, Json, Quantity, metadata

work_orders = Table(
    "work_orders",
    metadata,
    Column("number", Text, primary_key=True),
    Column("order_id", Id, ForeignKey("orders.id"), nullable=False),
    Column("line", Integer, nullable=False),
    Column("sku", Text, nullable=False),
    Column("quantity", Quantity, nullable=False),
    Column("operations", Json, nullable=False, server_default=text("'[]'")),
    Column("state", Text, nullable=False, server_default=text("'released'")),
    Column("revision", Integer, nullable=False),
    Column("released_at", Instant, nullable=False),
    Index("uq_work_orders_line", "order_id", "line", "revision", unique=True),
)

# Whether a reservation still counts follows from its order: an open one holds the material, a finished one does not.
reservations = Table(
    "reservations",
    metadata,
    Column("order_id", Id, ForeignKey("orders.id"), primary_key=True),
    Column("material", Text, ForeignKey("articles.sku"), primary_key=True),
    Column("quantity", Quantity, nullable=False),
    Column("reserved_at", Instant, nullable=False),
    Index("ix_reservations_material", "material"),
)
