"""The tables as SQLAlchemy Core sees them; private to persistence by contract. migrations/ holds their history."""

from persistence.tables.base import metadata
from persistence.tables.documents import document_drafts, documents
from persistence.tables.floor import reservations, work_orders
from persistence.tables.intake import payloads
from persistence.tables.orders import attachments, customers, events, order_lines, order_search, orders
from persistence.tables.outgoing import notices, outbox, replies, tasks, ticks
from persistence.tables.people import people, sessions, throttle_counters
from persistence.tables.products import articles, bom_lines

__all__ = [
    "articles",
    "attachments",
    "bom_lines",
    "customers",
    "document_drafts",
    "documents",
    "events",
    "metadata",
    "notices",
    "order_lines",
    "order_search",
    "orders",
    "outbox",
    "payloads",
    "people",
    "replies",
    "reservations",
    "sessions",
    "tasks",
    "throttle_counters",
    "ticks",
    "work_orders",
]
