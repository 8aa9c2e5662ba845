"""What finance's system invoiced and was paid: one row for each of its documents."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0031"
down_revision = "20261124_0030"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE ledger_entries (
  id UUID NOT NULL,
  source TEXT NOT NULL,
  external_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  order_no TEXT NOT NULL,
  document_no TEXT NOT NULL,
  amount NUMERIC(20, 6) NOT NULL,
  currency TEXT NOT NULL,
  booked_date DATE NOT NULL,
  told_by TEXT NOT NULL,
  told_at TIMESTAMP WITH TIME ZONE NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  times_changed INTEGER DEFAULT 0 NOT NULL,
  CONSTRAINT pk_ledger_entries PRIMARY KEY (id),
  CONSTRAINT uq_ledger_entries_source_external_id UNIQUE (source, external_id)
)
"""


def upgrade() -> None:
    op.execute(TABLE)
    op.execute("CREATE INDEX ix_ledger_entries_order_no ON ledger_entries (order_no)")
    role = context.config.attributes.get("app_role")
    if role:
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON ledger_entries TO "{role}"')


def downgrade() -> None:
    raise NotImplementedError("history is not removed; restore a backup instead")
