"""The factory's articles and what they are made of."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text, text

from persistence.tables.base import Json, Quantity, metadata

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
)

bom_lines = Table(
    "bom_lines",
    metadata,
    Column("product", Text, ForeignKey("articles.sku"), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("material", Text, ForeignKey("articles.sku"), nullable=False),
    Column("quantity", Quantity, nullable=False),
)
