"""By when finance says that an invoice is due."""

from __future__ import annotations

from alembic import op

revision = "20261125_0001"
down_revision = "20261124_0142"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Unset where it was not told; the term of the order or of the rule counts then, as before."""
    op.execute("ALTER TABLE ledger_entries ADD COLUMN due_date DATE")
    op.execute("ALTER TABLE receivables ADD COLUMN due_date DATE")


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
