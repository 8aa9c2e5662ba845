"""The tables as SQLAlchemy Core sees them; private to persistence by contract. migrations/ holds their history."""

from persistence.tables.base import metadata
from persistence.tables.changes import change_acknowledgements, delivery_addresses, order_changes
from persistence.tables.documents import document_drafts, documents
from persistence.tables.floor import (
    conflicts,
    device_people,
    devices,
    material_moves,
    photos,
    refused_reports,
    reports,
    reservations,
    shifts,
    work_centre_people,
    work_centres,
    work_order_changes,
    work_orders,
)
from persistence.tables.intake import payloads
from persistence.tables.integrators import api_key_secrets, api_keys, webhook_attempts, webhook_endpoints
from persistence.tables.orders import attachments, customers, events, order_lines, order_search, orders
from persistence.tables.outgoing import notices, outbox, replies, tasks, ticks
from persistence.tables.people import people, roles, second_factors, sessions, throttle_counters
from persistence.tables.portal import (
    absences,
    contact_customers,
    contacts,
    conversations,
    login_codes,
    message_files,
    message_reads,
    messages,
    portal_sessions,
)
from persistence.tables.products import articles, bom_lines, drawings
from persistence.tables.warning import feed_positions, materials, shortages, stock_sources, substitutes

__all__ = [
    "absences",
    "api_key_secrets",
    "api_keys",
    "articles",
    "attachments",
    "bom_lines",
    "change_acknowledgements",
    "conflicts",
    "contact_customers",
    "contacts",
    "conversations",
    "customers",
    "delivery_addresses",
    "device_people",
    "devices",
    "document_drafts",
    "documents",
    "drawings",
    "events",
    "feed_positions",
    "login_codes",
    "material_moves",
    "materials",
    "message_files",
    "message_reads",
    "messages",
    "metadata",
    "notices",
    "order_changes",
    "order_lines",
    "order_search",
    "orders",
    "outbox",
    "payloads",
    "people",
    "photos",
    "portal_sessions",
    "refused_reports",
    "replies",
    "reports",
    "reservations",
    "roles",
    "second_factors",
    "sessions",
    "shifts",
    "shortages",
    "stock_sources",
    "substitutes",
    "tasks",
    "throttle_counters",
    "ticks",
    "webhook_attempts",
    "webhook_endpoints",
    "work_centre_people",
    "work_centres",
    "work_order_changes",
    "work_orders",
]
