"""Badges, by which people are known at a shared terminal."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0093"
down_revision = "20261124_0072"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE badges (
  number BIGINT GENERATED ALWAYS AS IDENTITY,
  person_id UUID NOT NULL,
  issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
  issued_by TEXT NOT NULL,
  revoked_at TIMESTAMP WITH TIME ZONE,
  revoked_by TEXT,
  CONSTRAINT pk_badges PRIMARY KEY (number),
  CONSTRAINT fk_badges_person_id FOREIGN KEY(person_id) REFERENCES people (id)
)
"""
ONE_EACH = "CREATE UNIQUE INDEX uq_badges_of_person ON badges (person_id) WHERE revoked_at IS NULL"


def upgrade() -> None:
    """Create the table; a badge is ended and never removed."""
    role = context.config.attributes.get("app_role")
    op.execute(TABLE)
    op.execute(ONE_EACH)
    if role:
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON badges TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
