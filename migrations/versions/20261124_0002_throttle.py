"""Counters of tries: how often somebody guessed, in PostgreSQL, where a restart does not forget them."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0002"
down_revision = "20261123_0001"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE throttle_counters (
  limit_name TEXT NOT NULL,
  subject TEXT NOT NULL,
  taken INTEGER NOT NULL,
  ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_throttle_counters PRIMARY KEY (limit_name, subject)
);

CREATE INDEX ix_throttle_counters_ends_at ON throttle_counters (ends_at);
"""


def upgrade() -> None:
    """Create the counters, for the application to keep."""
    role = context.config.attributes.get("app_role")
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)
    if role:
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON throttle_counters TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
