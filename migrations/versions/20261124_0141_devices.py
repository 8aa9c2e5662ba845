"""A session says on which device of the floor it lives, and a device which build of the app it runs."""

from __future__ import annotations

from alembic import op

revision = "20261124_0141"
down_revision = "20261124_0140"
branch_labels = None
depends_on = None

STATEMENTS = """
ALTER TABLE devices ADD COLUMN app_version TEXT;

ALTER TABLE sessions ADD COLUMN device_id UUID;

ALTER TABLE sessions ADD CONSTRAINT fk_sessions_device_id FOREIGN KEY(device_id) REFERENCES devices (id);

CREATE INDEX ix_sessions_device_id ON sessions (device_id) WHERE device_id IS NOT NULL;
"""


def upgrade() -> None:
    """Unknown of what there is: a phone says it when somebody next signs in on it."""
    for statement in STATEMENTS.split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
