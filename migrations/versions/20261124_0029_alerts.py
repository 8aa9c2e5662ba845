"""Alerts, each with the steps it went through."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0029"
down_revision = "20261124_0023"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE alerts (
  id UUID NOT NULL,
  rule TEXT NOT NULL,
  rule_version INTEGER NOT NULL,
  cause TEXT NOT NULL,
  order_no TEXT,
  severity TEXT NOT NULL,
  facts JSONB NOT NULL,
  since TIMESTAMP WITH TIME ZONE NOT NULL,
  opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
  told INTEGER DEFAULT 0 NOT NULL,
  next_at TIMESTAMP WITH TIME ZONE,
  state TEXT DEFAULT 'open' NOT NULL,
  banner BOOLEAN DEFAULT false NOT NULL,
  acknowledged_at TIMESTAMP WITH TIME ZONE,
  acknowledged_by TEXT,
  resolved_at TIMESTAMP WITH TIME ZONE,
  resolution TEXT,
  CONSTRAINT pk_alerts PRIMARY KEY (id),
  CONSTRAINT uq_alerts_rule_cause_since UNIQUE (rule, cause, since)
);

CREATE UNIQUE INDEX uq_alerts_unresolved ON alerts (rule, cause) WHERE state <> 'resolved';

CREATE INDEX ix_alerts_next_at ON alerts (next_at, id) WHERE state = 'open' AND next_at IS NOT NULL;

CREATE INDEX ix_alerts_unresolved_id ON alerts (id) WHERE state <> 'resolved';

CREATE INDEX ix_alerts_order_no ON alerts (order_no);

CREATE TABLE alert_steps (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  alert_id UUID NOT NULL,
  kind TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  by TEXT NOT NULL,
  detail JSONB DEFAULT '{}' NOT NULL,
  CONSTRAINT pk_alert_steps PRIMARY KEY (id),
  CONSTRAINT fk_alert_steps_alert_id FOREIGN KEY (alert_id) REFERENCES alerts (id)
);

CREATE INDEX ix_alert_steps_alert_id ON alert_steps (alert_id, id);

CREATE TABLE stage_habits (
  stage TEXT NOT NULL,
  usual_hours INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  counted_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_stage_habits PRIMARY KEY (stage)
);

CREATE INDEX ix_orders_stage_since ON orders (stage, stage_since)
  WHERE category NOT IN ('done', 'cancelled');

CREATE INDEX ix_orders_idle ON orders (stage, updated_at)
  WHERE category NOT IN ('done', 'cancelled');
"""


def upgrade() -> None:
    """Create the tables and the indexes that rules look through; steps are only ever added."""
    role = context.config.attributes.get("app_role")
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)
    if role:
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON alerts TO "{role}"')
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON stage_habits TO "{role}"')
        op.execute(f'GRANT SELECT, INSERT ON alert_steps TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
