"""By what customers are found again, and who was merged with whom."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0071"
down_revision = "20261124_0070"
branch_labels = None
depends_on = None

TABLES = r"""
ALTER TABLE customers ADD COLUMN tax_no TEXT, ADD COLUMN merged_into UUID;

ALTER TABLE customers ADD CONSTRAINT fk_customers_merged_into FOREIGN KEY (merged_into) REFERENCES customers (id);

CREATE INDEX ix_customers_merged_into ON customers (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE customer_keys (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  customer_id UUID NOT NULL,
  sole BOOLEAN DEFAULT false NOT NULL,
  CONSTRAINT pk_customer_keys PRIMARY KEY (kind, value, customer_id),
  CONSTRAINT fk_customer_keys_customer_id FOREIGN KEY (customer_id) REFERENCES customers (id)
);

CREATE UNIQUE INDEX uq_customer_keys_sole ON customer_keys (kind, value) WHERE sole;

CREATE INDEX ix_customer_keys_customer_id ON customer_keys (customer_id);

CREATE TABLE customer_merges (
  id UUID NOT NULL,
  kept_id UUID NOT NULL,
  merged_id UUID NOT NULL,
  reason TEXT NOT NULL,
  moved JSONB NOT NULL,
  merged_at TIMESTAMP WITH TIME ZONE NOT NULL,
  merged_by TEXT NOT NULL,
  undone_at TIMESTAMP WITH TIME ZONE,
  undone_by TEXT,
  CONSTRAINT pk_customer_merges PRIMARY KEY (id),
  CONSTRAINT fk_customer_merges_kept_id FOREIGN KEY (kept_id) REFERENCES customers (id),
  CONSTRAINT fk_customer_merges_merged_id FOREIGN KEY (merged_id) REFERENCES customers (id)
);

CREATE INDEX ix_customer_merges_kept_id ON customer_merges (kept_id);

CREATE INDEX ix_customer_merges_merged_id ON customer_merges (merged_id);

INSERT INTO customer_keys (kind, value, customer_id)
SELECT 'source', channel || ':' || external_id, id FROM customers WHERE external_id IS NOT NULL;

INSERT INTO customer_keys (kind, value, customer_id)
SELECT 'phone', regexp_replace(digits, '^(0086|86)(?=1[3-9][0-9]{9}$)', ''), id
FROM (SELECT id, regexp_replace(normalize(phone, NFKC), '[^0-9]', '', 'g') AS digits FROM customers
  WHERE NOT masked AND phone !~ '[*]') c WHERE length(digits) >= 7;

INSERT INTO customer_keys (kind, value, customer_id)
SELECT 'name', own, id
FROM (SELECT id, regexp_replace(regexp_replace(lower(normalize(company, NFKC)),
  '(股份有限公司|有限责任公司|集团有限公司|有限公司|分公司|公司)$', ''), '[^[:alnum:]]+', '', 'g') AS own
  FROM customers WHERE NOT masked AND company IS NOT NULL) c WHERE own <> ''
"""


def upgrade() -> None:
    """Create the tables, find customers that are there already, and give the application its rights."""
    role = context.config.attributes.get("app_role")
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)
    if role:
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON customer_keys TO "{role}"')
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON customer_merges TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
