"""Room for the pages of a whole count, until the last one is there."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0030"
down_revision = "20261124_0029"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE stock_pages (
  source TEXT NOT NULL,
  run UUID NOT NULL,
  row TEXT NOT NULL,
  material TEXT NOT NULL,
  quantity NUMERIC(20, 6) NOT NULL,
  CONSTRAINT pk_stock_pages PRIMARY KEY (source, run, row)
)
"""


def upgrade() -> None:
    """Create the table, for the application to keep."""
    role = context.config.attributes.get("app_role")
    op.execute(TABLE)
    if role:
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON stock_pages TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
