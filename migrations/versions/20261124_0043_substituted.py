"""An index on the lines that use something else than their bills name."""

from __future__ import annotations

from alembic import op

revision = "20261124_0043"
down_revision = "20261124_0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it; such lines are few, and are looked through whenever the substitute's stock changes."""
    op.execute("CREATE INDEX ix_order_lines_substituted ON order_lines (order_id) WHERE technical ? 'substitutes'")


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
