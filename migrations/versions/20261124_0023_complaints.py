"""Complaints with their own history, and the two questions after delivery."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0023"
down_revision = "20261124_0022"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE complaints (
  id UUID NOT NULL,
  order_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  category TEXT NOT NULL,
  text TEXT NOT NULL,
  state TEXT NOT NULL,
  answer TEXT,
  assigned_to UUID,
  opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE NOT NULL,
  resolved_at TIMESTAMP WITH TIME ZONE,
  version INTEGER NOT NULL,
  CONSTRAINT pk_complaints PRIMARY KEY (id),
  CONSTRAINT fk_complaints_order_id FOREIGN KEY(order_id) REFERENCES orders (id),
  CONSTRAINT fk_complaints_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id),
  CONSTRAINT fk_complaints_assigned_to FOREIGN KEY(assigned_to) REFERENCES people (id)
);

CREATE INDEX ix_complaints_order_id ON complaints (order_id);

CREATE INDEX ix_complaints_due ON complaints (due_at, id) WHERE state IN ('open', 'in_progress', 'reopened');

CREATE TABLE complaint_steps (
  complaint_id UUID NOT NULL,
  seq INTEGER NOT NULL,
  action TEXT NOT NULL,
  from_state TEXT,
  to_state TEXT NOT NULL,
  author_kind TEXT NOT NULL,
  author_id UUID NOT NULL,
  internal BOOLEAN NOT NULL,
  text TEXT,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_complaint_steps PRIMARY KEY (complaint_id, seq),
  CONSTRAINT fk_complaint_steps_complaint_id FOREIGN KEY(complaint_id) REFERENCES complaints (id)
);

CREATE TABLE surveys (
  order_id UUID NOT NULL,
  asked_at TIMESTAMP WITH TIME ZONE,
  contact_id UUID,
  score INTEGER,
  comment TEXT,
  answered_at TIMESTAMP WITH TIME ZONE,
  changed_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_surveys PRIMARY KEY (order_id),
  CONSTRAINT ck_surveys_score_in_range CHECK (score BETWEEN 0 AND 10),
  CONSTRAINT fk_surveys_order_id FOREIGN KEY(order_id) REFERENCES orders (id),
  CONSTRAINT fk_surveys_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id)
);

CREATE INDEX ix_surveys_answered_at ON surveys (answered_at) WHERE answered_at IS NOT NULL;

ALTER TABLE message_files ADD COLUMN complaint_id UUID;

ALTER TABLE message_files ADD CONSTRAINT fk_message_files_complaint_id FOREIGN KEY(complaint_id)
  REFERENCES complaints (id);

CREATE INDEX ix_message_files_complaint_id ON message_files (complaint_id);

CREATE TRIGGER complaint_steps_are_never_rewritten BEFORE UPDATE OR DELETE ON complaint_steps
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
"""

GRANTS = """
GRANT SELECT, INSERT ON complaint_steps TO {role};

GRANT SELECT, INSERT, UPDATE ON complaints, surveys TO {role};
"""


def upgrade() -> None:
    """Create the tables and give the application its rights on them."""
    role = context.config.attributes.get("app_role")
    grants = GRANTS.format(role=f'"{role}"') if role else ""
    for statement in f"{TABLES}\n{grants}".split(";\n\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """What customers wrote is not thrown away."""
    raise NotImplementedError("restore a backup instead")
