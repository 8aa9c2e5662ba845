"""Second factors of the staff, and what a session says of how it was opened."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0020"
down_revision = "20261124_0013"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE second_factors (
  person_id UUID NOT NULL,
  confirmed BOOLEAN NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  last_step BIGINT,
  batch INTEGER DEFAULT 1 NOT NULL,
  spent_recovery INTEGER[] DEFAULT '{}' NOT NULL,
  CONSTRAINT pk_second_factors PRIMARY KEY (person_id, confirmed),
  CONSTRAINT fk_second_factors_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);

ALTER TABLE sessions ADD COLUMN address TEXT, ADD COLUMN second_factor BOOLEAN DEFAULT false NOT NULL;
"""


def upgrade() -> None:
    """Better refused and tried again than everyone waiting behind us: a table in use ends this after 5 s."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    role = context.config.attributes.get("app_role")
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)
    if role:
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON second_factors TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
