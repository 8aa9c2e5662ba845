"""Whose features are, where the factory has said it."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0131"
down_revision = "20261124_0130"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE feature_previews (
  key TEXT NOT NULL,
  audience TEXT NOT NULL,
  people UUID[] DEFAULT '{}' NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  changed_by TEXT NOT NULL,
  CONSTRAINT pk_feature_previews PRIMARY KEY (key),
  CONSTRAINT ck_feature_previews_audience CHECK (audience IN ('everybody', 'people', 'nobody'))
)
"""


def upgrade() -> None:
    """Create the table; nothing in it means that all is as the product comes."""
    role = context.config.attributes.get("app_role")
    op.execute(TABLE)
    if role:
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON feature_previews TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
