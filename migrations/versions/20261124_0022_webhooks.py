"""Endpoints that are told what happens, every attempt to tell them, and finding both in the outbox."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0022"
down_revision = "20261124_0021"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE webhook_endpoints (
  id UUID NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  types TEXT[] NOT NULL,
  field_roles TEXT[] NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by TEXT NOT NULL,
  secret_number INTEGER NOT NULL,
  old_secret_until TIMESTAMP WITH TIME ZONE,
  paused_at TIMESTAMP WITH TIME ZONE,
  paused_by TEXT,
  pause_reason TEXT,
  failing_since TIMESTAMP WITH TIME ZONE,
  last_success_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_webhook_endpoints PRIMARY KEY (id)
);

CREATE TABLE webhook_attempts (
  id UUID NOT NULL,
  delivery_id UUID NOT NULL,
  endpoint_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  status INTEGER,
  ms INTEGER NOT NULL,
  answer TEXT,
  problem TEXT,
  CONSTRAINT pk_webhook_attempts PRIMARY KEY (id)
);

CREATE INDEX ix_webhook_attempts_delivery_id ON webhook_attempts (delivery_id, id);

CREATE INDEX ix_webhook_attempts_at ON webhook_attempts (at);

CREATE INDEX ix_outbox_webhooks ON outbox (channel, id) WHERE kind = 'webhook';

CREATE INDEX ix_outbox_settled_at ON outbox (settled_at) WHERE state = 'done'
"""


def upgrade() -> None:
    """Create them; what the application may do is granted where it is not their owner."""
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)
    role = context.config.attributes.get("app_role")
    if role:
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_endpoints, webhook_attempts TO "{role}"')


def downgrade() -> None:
    """Without these nobody is told."""
    op.execute("DROP INDEX ix_outbox_webhooks, ix_outbox_settled_at")
    op.execute("DROP TABLE webhook_attempts, webhook_endpoints")
