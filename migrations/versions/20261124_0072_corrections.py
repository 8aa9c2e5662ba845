"""What people corrected in what arrived, beside what was read: who, when, field, before, after."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0072"
down_revision = "20261124_0071"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE payload_corrections (
  id UUID NOT NULL,
  payload_id UUID NOT NULL,
  corrected_at TIMESTAMP WITH TIME ZONE NOT NULL,
  corrected_by TEXT NOT NULL,
  name TEXT NOT NULL,
  changes JSONB NOT NULL,
  CONSTRAINT pk_payload_corrections PRIMARY KEY (id),
  CONSTRAINT fk_payload_corrections_payload_id FOREIGN KEY (payload_id) REFERENCES payloads (id)
);

CREATE INDEX ix_payload_corrections_payload_id ON payload_corrections (payload_id, id);

CREATE TRIGGER corrections_are_never_rewritten BEFORE UPDATE OR DELETE ON payload_corrections
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()
"""


def upgrade() -> None:
    """Create the table; nobody rewrites it."""
    role = context.config.attributes.get("app_role")
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)
    if role:
        op.execute(f'GRANT SELECT, INSERT ON payload_corrections TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
