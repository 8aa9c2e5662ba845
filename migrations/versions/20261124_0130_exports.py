"""Exports of one's own data, what they held, and the copies that came back."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0130"
down_revision = "20261124_0125"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE exports (
  id UUID NOT NULL,
  person_id UUID NOT NULL,
  language TEXT NOT NULL,
  actor JSONB NOT NULL,
  state TEXT DEFAULT 'queued' NOT NULL,
  rows_done INTEGER DEFAULT 0 NOT NULL,
  order_count INTEGER DEFAULT 0 NOT NULL,
  line_count INTEGER DEFAULT 0 NOT NULL,
  report_count INTEGER DEFAULT 0 NOT NULL,
  cut_off INTEGER DEFAULT 0 NOT NULL,
  content BYTEA,
  size_bytes INTEGER,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  finished_at TIMESTAMP WITH TIME ZONE,
  expires_at TIMESTAMP WITH TIME ZONE,
  removed_at TIMESTAMP WITH TIME ZONE,
  downloads INTEGER DEFAULT 0 NOT NULL,
  downloaded_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_exports PRIMARY KEY (id),
  CONSTRAINT fk_exports_person_id FOREIGN KEY(person_id) REFERENCES people (id),
  CONSTRAINT ck_exports_state CHECK (state IN ('queued', 'making', 'done', 'expired'))
);

CREATE INDEX ix_exports_person_id ON exports (person_id, id);

CREATE INDEX ix_exports_expires_at ON exports (expires_at) WHERE content IS NOT NULL;

CREATE TABLE export_orders (
  export_id UUID NOT NULL,
  order_no TEXT NOT NULL,
  version INTEGER NOT NULL,
  base JSONB,
  CONSTRAINT pk_export_orders PRIMARY KEY (export_id, order_no),
  CONSTRAINT fk_export_orders_export_id FOREIGN KEY(export_id) REFERENCES exports (id)
);

CREATE TABLE export_returns (
  id UUID NOT NULL,
  export_id UUID NOT NULL,
  file_name TEXT NOT NULL,
  proposals JSONB NOT NULL,
  faults JSONB NOT NULL,
  results JSONB DEFAULT '{}' NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  confirmed_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_export_returns PRIMARY KEY (id),
  CONSTRAINT fk_export_returns_export_id FOREIGN KEY(export_id) REFERENCES exports (id)
);

CREATE INDEX ix_export_returns_export_id ON export_returns (export_id, id);
"""


def upgrade() -> None:
    """Create the tables; who exported what is never removed."""
    role = context.config.attributes.get("app_role")
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
    if role:
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON exports, export_returns TO "{role}"')
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON export_orders TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
