"""Where a period lies among orders that are over, events, alerts and complaints."""

from __future__ import annotations

from alembic import op

revision = "20261124_0110"
down_revision = "20261124_0093"
branch_labels = None
depends_on = None

INDEXES = """
CREATE INDEX ix_orders_over_since ON orders (stage_since) WHERE category IN ('done', 'cancelled');
CREATE INDEX ix_orders_over_due ON orders (due_at) WHERE category IN ('done', 'cancelled');
CREATE INDEX ix_events_recorded_at ON events USING brin (recorded_at) WITH (autosummarize = true);
CREATE INDEX ix_alerts_opened_at ON alerts (opened_at);
CREATE INDEX ix_complaints_opened_at ON complaints (opened_at)
"""


def upgrade() -> None:
    """Create the indexes."""
    for statement in INDEXES.split(";"):
        op.execute(statement)


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
