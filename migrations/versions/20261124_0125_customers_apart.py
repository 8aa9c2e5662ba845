"""Customers of whom somebody said that they are not the same, whatever they share."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0125"
down_revision = "20261124_0120"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE customers_apart (
  one_id UUID NOT NULL,
  other_id UUID NOT NULL,
  said_at TIMESTAMP WITH TIME ZONE NOT NULL,
  said_by TEXT NOT NULL,
  CONSTRAINT pk_customers_apart PRIMARY KEY (one_id, other_id),
  CONSTRAINT ck_customers_apart_order CHECK (one_id < other_id),
  CONSTRAINT fk_customers_apart_one_id FOREIGN KEY (one_id) REFERENCES customers (id),
  CONSTRAINT fk_customers_apart_other_id FOREIGN KEY (other_id) REFERENCES customers (id)
);

CREATE INDEX ix_customers_apart_other_id ON customers_apart (other_id)
"""


def upgrade() -> None:
    """Create the table; what was said can be taken back."""
    role = context.config.attributes.get("app_role")
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)
    if role:
        op.execute(f'GRANT SELECT, INSERT, DELETE ON customers_apart TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
