"""Whose features are, where the factory has said it."""

from __future__ import annotations

from sqlalchemy import ARRAY, CheckConstraint, Column, Table, Text, text

from persistence.tables.base import Id, Instant, metadata

feature_previews = Table(
    "feature_previews",
    metadata,
    Column("key", Text, primary_key=True),
    Column("audience", Text, nullable=False),
    Column("people", ARRAY(Id), nullable=False, server_default=text("'{}'")),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", Text, nullable=False),
    CheckConstraint("audience IN ('everybody', 'people', 'nobody')", name="audience"),
)
