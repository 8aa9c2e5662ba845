"""What finance's own system says was invoiced and paid, one row for each document, and what of it is still open."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, Table, Text, UniqueConstraint

from persistence.tables.base import Id, Instant, Money, metadata

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    # As it was told: an order that nobody knows yet may be known tomorrow, and the entry is kept meanwhile.
    Column("order_no", Text, nullable=False),
    Column("document_no", Text, nullable=False),
    Column("amount", Money, nullable=False),
    Column("currency", Text, nullable=False),
    Column("booked_date", Date, nullable=False),
    Column("due_date", Date),
    Column("told_by", Text, nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("times_changed", Integer, nullable=False, server_default="0"),
    UniqueConstraint("source", "external_id"),
    Index("ix_ledger_entries_order_no", "order_no"),
)

# What is open of an order, worked out anew whenever finance tells something of it; `since` and `due_date`:
# those of the oldest unpaid invoice.
receivables = Table(
    "receivables",
    metadata,
    Column("order_no", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("amount", Money, nullable=False),
    Column("since", Date, nullable=False),
    Column("due_date", Date),
    Index("ix_receivables_since", "since"),
)
