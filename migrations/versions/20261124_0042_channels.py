"""Channels that people add, and how far each channel has been read for what it never delivered."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0042"
down_revision = "20261124_0041"
branch_labels = None
depends_on = None

CHANNELS = """
CREATE TABLE intake_channels (
  key TEXT NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  secret_number INTEGER NOT NULL,
  old_secret_until TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by TEXT NOT NULL,
  CONSTRAINT pk_intake_channels PRIMARY KEY (key),
  CONSTRAINT uq_intake_channels_id UNIQUE (id)
);
"""
POLLS = """
CREATE TABLE channel_polls (
  channel TEXT NOT NULL,
  shop TEXT NOT NULL,
  read_until TIMESTAMP WITH TIME ZONE,
  done_at TIMESTAMP WITH TIME ZONE,
  seen INTEGER DEFAULT 0 NOT NULL,
  missed INTEGER DEFAULT 0 NOT NULL,
  problem TEXT,
  problem_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_channel_polls PRIMARY KEY (channel, shop)
);
"""


def upgrade() -> None:
    """Create the tables, for the application to keep."""
    role = context.config.attributes.get("app_role")
    op.execute(CHANNELS)
    op.execute(POLLS)
    if role:
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON intake_channels, channel_polls TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
