"""Workflows, order types, forms and templates as data: published versions never change, a draft is being edited.

Kept as they were written, to the letter: the order of a form's fields and of a template's names means something.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from persistence.tables.base import Instant, JsonText, metadata

documents = Table(
    "documents",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("body", JsonText, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("published_by", Text, nullable=False),
)

document_drafts = Table(
    "document_drafts",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body", JsonText, nullable=False),
    Column("version", Integer, nullable=False),
    Column("edited_at", Instant, nullable=False),
    Column("edited_by", Text, nullable=False),
)
