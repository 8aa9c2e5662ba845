"""Workbooks of orders: the file as it came, how far it has been read, and what became of it."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0070"
down_revision = "20261124_0060"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE order_imports (
  id UUID NOT NULL,
  sha256 TEXT NOT NULL,
  file_name TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  workbook BYTEA NOT NULL,
  dry_run BOOLEAN NOT NULL,
  state TEXT NOT NULL,
  actor JSONB NOT NULL,
  row_count INTEGER,
  checked_rows INTEGER DEFAULT 0 NOT NULL,
  opened_rows INTEGER DEFAULT 0 NOT NULL,
  order_count INTEGER,
  fault_count INTEGER DEFAULT 0 NOT NULL,
  faults JSONB DEFAULT '[]' NOT NULL,
  problem JSONB,
  opened JSONB DEFAULT '[]' NOT NULL,
  repeats INTEGER DEFAULT 0 NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by TEXT NOT NULL,
  finished_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_order_imports PRIMARY KEY (id),
  CONSTRAINT ck_order_imports_state CHECK (state IN ('queued', 'reading', 'checking', 'opening', 'done', 'invalid'))
);

CREATE UNIQUE INDEX uq_order_imports_file ON order_imports (sha256) WHERE NOT dry_run AND state <> 'invalid';

CREATE INDEX ix_order_imports_created_by ON order_imports (created_by, id);

CREATE TRIGGER what_was_imported_is_kept BEFORE DELETE ON order_imports
  FOR EACH ROW WHEN (NOT OLD.dry_run) EXECUTE FUNCTION refuse_rewriting();
"""


def upgrade() -> None:
    """Create the table, for the application to keep."""
    role = context.config.attributes.get("app_role")
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
    if role:
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON order_imports TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
