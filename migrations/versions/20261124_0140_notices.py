"""A notice has its place in the feed, so that an open screen hears of it; what is unread is counted by an index."""

from __future__ import annotations

from alembic import op

revision = "20261124_0140"
down_revision = "20261124_0131"
branch_labels = None
depends_on = None

# Those that there are were told long ago: their place lies before every reader's.
STATEMENTS = """
ALTER TABLE notices ADD COLUMN xid xid8 DEFAULT '0' NOT NULL;

ALTER TABLE notices ALTER COLUMN xid SET DEFAULT feed_place();

CREATE INDEX ix_notices_feed ON notices (xid, id);

CREATE INDEX ix_notices_unread ON notices (person_id) WHERE read_at IS NULL;
"""


def upgrade() -> None:
    """Add the column with its default, and both indexes."""
    for statement in STATEMENTS.split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
