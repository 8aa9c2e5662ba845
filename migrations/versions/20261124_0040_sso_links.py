"""Who of the staff is who at a single sign-on issuer."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0040"
down_revision = "20261124_0031"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE sso_links (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  person_id UUID NOT NULL,
  linked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_sso_links PRIMARY KEY (issuer, subject),
  CONSTRAINT uq_sso_links_issuer_person_id UNIQUE (issuer, person_id),
  CONSTRAINT fk_sso_links_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);
"""


def upgrade() -> None:
    """Create the table, for the application to keep."""
    role = context.config.attributes.get("app_role")
    op.execute(TABLES)
    if role:
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON sso_links TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
