"""What customers still owe, how long stages usually take, and the indexes by which rules find what is due."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0041"
down_revision = "20261124_0040"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE receivables (
  order_no TEXT NOT NULL,
  currency TEXT NOT NULL,
  amount NUMERIC(20, 6) NOT NULL,
  since DATE NOT NULL,
  CONSTRAINT pk_receivables PRIMARY KEY (order_no, currency)
);

CREATE INDEX ix_receivables_since ON receivables (since);

INSERT INTO receivables (order_no, currency, amount, since)
SELECT s.order_no, s.currency, s.invoiced - s.settled, i.since
FROM (
  SELECT l.order_no, l.currency, sum(l.amount) FILTER (WHERE l.kind = 'invoice') AS invoiced,
    sum(CASE l.kind WHEN 'invoice' THEN 0 WHEN 'refund' THEN -l.amount ELSE l.amount END) AS settled
  FROM ledger_entries l GROUP BY l.order_no, l.currency
) s CROSS JOIN LATERAL (
  SELECT min(n.booked_date) AS since FROM (
    SELECT l.booked_date, sum(l.amount) OVER (ORDER BY l.booked_date, l.id) AS so_far FROM ledger_entries l
    WHERE l.kind = 'invoice' AND l.order_no = s.order_no AND l.currency = s.currency
  ) n WHERE n.so_far > s.settled
) i WHERE s.invoiced > s.settled;

ALTER TABLE stage_habits ADD COLUMN median_hours INTEGER DEFAULT 0 NOT NULL;

CREATE INDEX ix_orders_workflow_open ON orders (workflow_key, workflow_version)
  WHERE category NOT IN ('done', 'cancelled');

CREATE INDEX ix_orders_stage_due ON orders (stage, due_at)
  WHERE category NOT IN ('done', 'cancelled');

CREATE INDEX ix_reports_troubles ON reports (kind, corrected_at)
  WHERE kind IN ('fault', 'shortage') AND status = 'applied';
"""


def upgrade() -> None:
    """Create the table, filled from what finance has told so far, and the indexes."""
    role = context.config.attributes.get("app_role")
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)
    if role:
        op.execute(f'GRANT SELECT, INSERT, DELETE ON receivables TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
