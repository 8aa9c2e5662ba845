"""The factory's articles, what they are made of, and their drawings. How they are made is in documents."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, func, text

from persistence.tables.base import Instant, Json, Quantity, metadata
from persistence.tables.types import TransactionId

articles = Table(
    "articles",
    metadata,
    Column("sku", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False, server_default=text("''")),
    Column("unit", Text, nullable=False),
    Column("line", Text, nullable=False, server_default=text("''")),
    Column("kind", Text, nullable=False),
    Column("is_gift", Boolean, nullable=False, server_default=text("false")),
    Column("hs_code", Text),
    Column("aliases", Json, nullable=False, server_default=text("'[]'")),
    Column("details", Json, nullable=False, server_default=text("'{}'")),
    Column("xid", TransactionId, nullable=False, server_default=func.feed_place()),
    Index("ix_articles_feed", "xid", "sku"),
)

bom_lines = Table(
    "bom_lines",
    metadata,
    Column("product", Text, ForeignKey("articles.sku"), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("material", Text, ForeignKey("articles.sku"), nullable=False),
    Column("quantity", Quantity, nullable=False),
    Column("alternatives", Json, nullable=False, server_default=text("'[]'")),
)

# Files that published versions of a product may name as their drawings.
drawings = Table(
    "drawings",
    metadata,
    Column("sku", Text, ForeignKey("articles.sku"), primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
)
