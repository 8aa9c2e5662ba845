"""What the past says of how long orders take, what is foretold of each open one, and what came of what was foretold."""

from __future__ import annotations

from sqlalchemy import ARRAY, REAL, BigInteger, Boolean, Column, ForeignKey, Identity, Index, Integer, Table, Text, text

from persistence.tables.base import Id, Instant, Json, metadata

# Worked out each night; the newest counts.
forecast_models = Table(
    "forecast_models",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("made_at", Instant, nullable=False),
    Column("stays", Integer, nullable=False),
    Column("outcomes", Integer, nullable=False),
    Column("body", Json, nullable=False),
)

# One for each open order that can be finished. `risk_since`: since when it is at least RISK_PERCENT likely to be late.
forecasts = Table(
    "forecasts",
    metadata,
    Column("order_id", Id, ForeignKey("orders.id"), primary_key=True),
    Column("made_at", Instant, nullable=False),
    Column("stage", Text, nullable=False),
    Column("stage_since", Instant, nullable=False),
    Column("p50", Instant, nullable=False),
    Column("p80", Instant, nullable=False),
    Column("p95", Instant, nullable=False),
    Column("late_percent", Integer),
    Column("risk_since", Instant),
    Column("confidence", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("ahead", Json, nullable=False),
    Index(
        "ix_forecasts_risk",
        text("late_percent DESC"),
        "order_id",
        postgresql_where=text("risk_since IS NOT NULL"),
    ),
)

# The first forecast of each order in each stage, kept to be compared with what came. `hours` after `made_at` by the
# clock at the levels of domain/forecast/levels.py.
kept_forecasts = Table(
    "kept_forecasts",
    metadata,
    Column("order_id", Id, ForeignKey("orders.id"), primary_key=True),
    Column("stage_since", Instant, primary_key=True),
    Column("made_at", Instant, nullable=False),
    Column("workflow", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("p50", Instant, nullable=False),
    Column("p80", Instant, nullable=False),
    Column("p95", Instant, nullable=False),
    Column("hours", ARRAY(REAL), nullable=False),
    Column("settled_at", Instant),
    Column("delivered", Boolean),
    Index("ix_kept_forecasts_made_at", "made_at"),
    Index("ix_kept_forecasts_p80", "p80"),
)
