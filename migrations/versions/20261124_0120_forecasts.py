"""Forecasts of when orders are delivered, the model they come from, and those kept to be compared with what came."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0120"
down_revision = "20261124_0115"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE forecast_models (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  stays INTEGER NOT NULL,
  outcomes INTEGER NOT NULL,
  body JSONB NOT NULL,
  CONSTRAINT pk_forecast_models PRIMARY KEY (id)
);

CREATE TABLE forecasts (
  order_id UUID NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  stage TEXT NOT NULL,
  stage_since TIMESTAMP WITH TIME ZONE NOT NULL,
  p50 TIMESTAMP WITH TIME ZONE NOT NULL,
  p80 TIMESTAMP WITH TIME ZONE NOT NULL,
  p95 TIMESTAMP WITH TIME ZONE NOT NULL,
  late_percent INTEGER,
  risk_since TIMESTAMP WITH TIME ZONE,
  confidence TEXT NOT NULL,
  basis TEXT NOT NULL,
  ahead JSONB NOT NULL,
  CONSTRAINT pk_forecasts PRIMARY KEY (order_id),
  CONSTRAINT fk_forecasts_order_id FOREIGN KEY (order_id) REFERENCES orders (id)
);

CREATE INDEX ix_forecasts_risk ON forecasts (late_percent DESC, order_id) WHERE risk_since IS NOT NULL;

CREATE TABLE kept_forecasts (
  order_id UUID NOT NULL,
  stage_since TIMESTAMP WITH TIME ZONE NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  workflow TEXT NOT NULL,
  stage TEXT NOT NULL,
  p50 TIMESTAMP WITH TIME ZONE NOT NULL,
  p80 TIMESTAMP WITH TIME ZONE NOT NULL,
  p95 TIMESTAMP WITH TIME ZONE NOT NULL,
  hours REAL[] NOT NULL,
  settled_at TIMESTAMP WITH TIME ZONE,
  delivered BOOLEAN,
  CONSTRAINT pk_kept_forecasts PRIMARY KEY (order_id, stage_since),
  CONSTRAINT fk_kept_forecasts_order_id FOREIGN KEY (order_id) REFERENCES orders (id)
);

CREATE INDEX ix_kept_forecasts_made_at ON kept_forecasts (made_at);

CREATE INDEX ix_kept_forecasts_p80 ON kept_forecasts (p80);

ALTER TABLE stage_habits DROP COLUMN median_hours
"""


def upgrade() -> None:
    """Create the tables; what was kept is settled once and never removed. The medians have had their day."""
    role = context.config.attributes.get("app_role")
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)
    if role:
        op.execute(f'GRANT SELECT, INSERT, DELETE ON forecast_models TO "{role}"')
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON forecasts TO "{role}"')
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON kept_forecasts TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
