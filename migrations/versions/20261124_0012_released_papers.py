"""Papers of an order that its customer may see: since when, and by whom they were released."""

from __future__ import annotations

from alembic import op

revision = "20261124_0012"
down_revision = "20261124_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was released before."""
    op.execute("ALTER TABLE attachments ADD COLUMN released_at TIMESTAMP WITH TIME ZONE, ADD COLUMN released_by TEXT")


def downgrade() -> None:
    """What customers were shown is not forgotten."""
    raise NotImplementedError("restore a backup instead")
