"""What open screens are told beside what happens to an order."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0142"
down_revision = "20261124_0141"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
CREATE TABLE hints (
  id UUID NOT NULL,
  order_id UUID NOT NULL,
  type TEXT NOT NULL,
  number INTEGER NOT NULL,
  internal BOOLEAN NOT NULL,
  told_at TIMESTAMP WITH TIME ZONE NOT NULL,
  xid xid8 DEFAULT feed_place() NOT NULL,
  CONSTRAINT pk_hints PRIMARY KEY (id),
  CONSTRAINT fk_hints_order_id FOREIGN KEY (order_id) REFERENCES orders (id)
)
""",
    "CREATE INDEX ix_hints_feed ON hints (xid, id)",
    "CREATE INDEX ix_hints_told_at ON hints (told_at)",
)


def upgrade() -> None:
    """Create the table; nothing in it means that nobody was told anything yet."""
    role = context.config.attributes.get("app_role")
    for statement in STATEMENTS:
        op.execute(statement)
    if role:
        op.execute(f'GRANT SELECT, INSERT, DELETE ON hints TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
