"""What the workshop makes for an order, what it reports, on which devices, and the material that is set aside."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Time,
    UniqueConstraint,
    func,
    text,
)

from persistence.tables.base import Id, Instant, Json, Quantity, metadata
from persistence.tables.types import TransactionId

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
    # What the code on the ticket says: unguessable, and it opens nothing without a login.
    Column("token", Text, nullable=False, unique=True),
    Column("parent_number", Text),
    Column("product_version", Integer, nullable=False, server_default=text("0")),
    Column("picking", Json, nullable=False, server_default=text("'[]'")),
    Column("quality", Json, nullable=False, server_default=text("'[]'")),
    Column("drawings", Json, nullable=False, server_default=text("'[]'")),
    # The fold of the reports that were applied (domain/floor/work_order.py).
    Column("progress", Json, nullable=False, server_default=text("'{}'")),
    Column("good", Quantity, nullable=False, server_default=text("0")),
    Column("scrap", Quantity, nullable=False, server_default=text("0")),
    # A change of the order that has to be acknowledged before work goes on: {change_id, number, revision, text,
    # announced_at}; null where there is none.
    Column("stop", Json),
    Column("altered_revision", Integer, nullable=False, server_default=text("1")),
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("changed_at", Instant, nullable=False),
    Column("xid", TransactionId, nullable=False, server_default=func.feed_place()),
    Index("ix_work_orders_feed", "xid", "number"),
    Index("ix_work_orders_state", "state", "number"),
    Index("ix_work_orders_order_id", "order_id"),
)

work_order_changes = Table(
    "work_order_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", Text, ForeignKey("work_orders.number"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("before", Json, nullable=False),
    Column("after", Json, nullable=False),
    Index("ix_work_order_changes_number", "number", "id"),
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

work_centres = Table(
    "work_centres",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False, server_default=text("''")),
    Column("outsourced", Boolean, nullable=False, server_default=text("false")),
    Column("active", Boolean, nullable=False, server_default=text("true")),
)

work_centre_people = Table(
    "work_centre_people",
    metadata,
    Column("work_centre", Text, ForeignKey("work_centres.code"), primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True),
    Index("ix_work_centre_people_person_id", "person_id"),
)

# One that ends before it starts ends on the next day.
shifts = Table(
    "shifts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False, server_default=text("''")),
    Column("starts", Time, nullable=False),
    Column("ends", Time, nullable=False),
    Column("weekdays", ARRAY(Integer), nullable=False, server_default=text("'{1,2,3,4,5,6,7}'")),
)

# Why pieces are lost, and what inspections find; a report may name others, which are kept as they are told.
reason_codes = Table(
    "reason_codes",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False, server_default=text("''")),
    Column("place", Integer, nullable=False, server_default=text("0")),
    Column("active", Boolean, nullable=False, server_default=text("true")),
)

photos = Table(
    "photos",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("named_by", Text, nullable=False),
    Column("named_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", Text),
    Column("revoked_reason", Text),
    # Every number up to here has come; gaps are looked for above it.
    Column("seen_through", BigInteger, nullable=False, server_default=text("0")),
    Column("last_seq", BigInteger, nullable=False, server_default=text("0")),
    Column("pushed_at", Instant),
    Column("pulled_at", Instant),
    Column("pulled_upto", BigInteger, nullable=False, server_default=text("0")),
    Column("skew_seconds", Integer, nullable=False, server_default=text("0")),
    Column("app_version", Text),
)

device_people = Table(
    "device_people",
    metadata,
    Column("device_id", Id, ForeignKey("devices.id"), primary_key=True),
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True),
    Column("enrolled_by", Text, nullable=False),
    Column("enrolled_at", Instant, nullable=False),
)

# Append-only: only how often a report was sent again is counted afterwards.
reports = Table(
    "reports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("device_id", Id),
    Column("seq", BigInteger),
    Column("v", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("person_id", Id),
    Column("sent_by", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("body", Json, nullable=False),
    Column("status", Text, nullable=False),
    Column("code", Text),
    Column("detail", Json),
    Column("flags", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("work_order", Text),
    Column("work_order_version", Integer),
    Column("order_no", Text),
    Column("operation", Text),
    Column("work_centre", Text),
    Column("revision", Integer),
    Column("good", Quantity),
    Column("scrap", Quantity),
    Column("scrap_reasons", Json, nullable=False, server_default=text("'[]'")),
    Column("started_at", Instant),
    Column("occurred_at", Instant, nullable=False),
    Column("corrected_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("shift", Text),
    Column("shift_date", Date),
    Column("event_ids", ARRAY(Id), nullable=False, server_default=text("'{}'")),
    Column("conflict_id", Id),
    Column("resolves", Id),
    Column("repeats", Integer, nullable=False, server_default=text("0")),
    Column("repeated_at", Instant),
    Column("xid", TransactionId, nullable=False, server_default=func.feed_place()),
    UniqueConstraint("resolves"),
    CheckConstraint("status IN ('applied', 'conflict', 'rejected')", name="status"),
    Index("ix_reports_device_id_seq", "device_id", "seq"),
    Index("ix_reports_work_order", "work_order", "work_order_version"),
    Index("ix_reports_order_no", "order_no"),
    Index(
        "ix_reports_troubles",
        "kind",
        "corrected_at",
        postgresql_where=text("kind IN ('fault', 'shortage') AND status = 'applied'"),
    ),
    Index("ix_reports_shift_date", "shift_date", "kind", postgresql_where=text("status = 'applied'")),
    Index("ix_reports_person_id_corrected_at", "person_id", "corrected_at"),
)

# What came without an id of its own, or under one that is another report's; kept as it was.
refused_reports = Table(
    "refused_reports",
    metadata,
    Column("device_id", Id, primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Column("raw", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("seq", BigInteger),
    Column("sent_by", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
)

conflicts = Table(
    "conflicts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("report_id", Id, ForeignKey("reports.id"), nullable=False, unique=True),
    Column("code", Text, nullable=False),
    Column("detail", Json, nullable=False),
    Column("device_id", Id),
    Column("work_order", Text),
    Column("order_no", Text),
    # How the work order stood when the report came.
    Column("present", Json),
    Column("raised_at", Instant, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'open'")),
    Column("decision", Text),
    Column("reason", Text),
    Column("applied_report", Id),
    Column("decided_by", Text),
    Column("decided_at", Instant),
    Index("ix_conflicts_open", "id", postgresql_where=text("state = 'open'")),
    Index("ix_conflicts_work_order", "work_order"),
)

# What went in, came out, was moved or counted, lot by lot: a recall is one question in either direction.
material_moves = Table(
    "material_moves",
    metadata,
    Column("report_id", Id, ForeignKey("reports.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("direction", Text, nullable=False),
    Column("sku", Text, nullable=False),
    Column("lot", Text, nullable=False, server_default=text("''")),
    Column("quantity", Quantity, nullable=False),
    Column("unit", Text),
    Column("location", Text),
    Column("to_location", Text),
    Column("work_order", Text),
    Column("order_no", Text),
    Column("operation", Text),
    Column("moved_at", Instant, nullable=False),
    Index("ix_material_moves_lot", "sku", "lot"),
    Index("ix_material_moves_order_no", "order_no"),
    Index("ix_material_moves_work_order", "work_order"),
)
