"""What an ERP was told, how far its ledger has been read, and where it and this house disagree, day by day."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0050"
down_revision = "20261124_0043"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE erp_documents (
  source TEXT NOT NULL,
  number TEXT NOT NULL,
  order_no TEXT NOT NULL,
  version INTEGER NOT NULL,
  told_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_erp_documents PRIMARY KEY (source, number)
);

CREATE TABLE erp_ledgers (
  source TEXT NOT NULL,
  until TEXT,
  as_of TIMESTAMP WITH TIME ZONE,
  tried_at TIMESTAMP WITH TIME ZONE NOT NULL,
  problem JSONB,
  report JSONB DEFAULT '{}' NOT NULL,
  CONSTRAINT pk_erp_ledgers PRIMARY KEY (source)
);

CREATE TABLE erp_reports (
  source TEXT NOT NULL,
  day DATE NOT NULL,
  asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE,
  run UUID,
  compared INTEGER DEFAULT 0 NOT NULL,
  counts JSONB DEFAULT '{}' NOT NULL,
  problem JSONB,
  CONSTRAINT pk_erp_reports PRIMARY KEY (source, day)
);

CREATE TABLE erp_differences (
  source TEXT NOT NULL,
  day DATE NOT NULL,
  run UUID NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  here TEXT,
  there TEXT,
  CONSTRAINT pk_erp_differences PRIMARY KEY (source, day, run, kind, subject)
)
"""


def upgrade() -> None:
    role = context.config.attributes.get("app_role")
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)
    if role:
        tables = "erp_documents, erp_ledgers, erp_reports, erp_differences"
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO "{role}"')


def downgrade() -> None:
    raise NotImplementedError("history is not removed; restore a backup instead")
