"""The chat of an order, for ever: messages, their files, who has read how far, and who answers for whom."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0021"
down_revision = "20261124_0020"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE conversations (
  order_id UUID NOT NULL,
  last_number INTEGER NOT NULL,
  last_at TIMESTAMP WITH TIME ZONE NOT NULL,
  waiting_since TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_conversations PRIMARY KEY (order_id),
  CONSTRAINT fk_conversations_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
);

CREATE INDEX ix_conversations_waiting ON conversations (waiting_since) WHERE waiting_since IS NOT NULL;

CREATE TABLE messages (
  id UUID NOT NULL,
  order_id UUID NOT NULL,
  number INTEGER NOT NULL,
  author_kind TEXT NOT NULL,
  author_id UUID NOT NULL,
  internal BOOLEAN NOT NULL,
  text TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  answers_since TIMESTAMP WITH TIME ZONE,
  xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  CONSTRAINT pk_messages PRIMARY KEY (id),
  CONSTRAINT uq_messages_order_id_number UNIQUE (order_id, number),
  CONSTRAINT fk_messages_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
);

CREATE INDEX ix_messages_feed ON messages (xid, id);

CREATE INDEX ix_messages_answers ON messages (created_at) WHERE answers_since IS NOT NULL;

CREATE TABLE message_files (
  id UUID NOT NULL,
  order_id UUID NOT NULL,
  message_id UUID,
  uploaded_by TEXT NOT NULL,
  uploaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  file_name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  CONSTRAINT pk_message_files PRIMARY KEY (id),
  CONSTRAINT fk_message_files_order_id FOREIGN KEY(order_id) REFERENCES orders (id),
  CONSTRAINT fk_message_files_message_id FOREIGN KEY(message_id) REFERENCES messages (id)
);

CREATE INDEX ix_message_files_order_id ON message_files (order_id);

CREATE INDEX ix_message_files_message_id ON message_files (message_id);

CREATE TABLE message_reads (
  order_id UUID NOT NULL,
  reader TEXT NOT NULL,
  read_through INTEGER NOT NULL,
  read_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_message_reads PRIMARY KEY (order_id, reader),
  CONSTRAINT fk_message_reads_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
);

CREATE TABLE absences (
  person_id UUID NOT NULL,
  deputy_id UUID NOT NULL,
  away_until TIMESTAMP WITH TIME ZONE NOT NULL,
  set_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_absences PRIMARY KEY (person_id),
  CONSTRAINT ck_absences_somebody_else CHECK (deputy_id <> person_id),
  CONSTRAINT fk_absences_person_id FOREIGN KEY(person_id) REFERENCES people (id),
  CONSTRAINT fk_absences_deputy_id FOREIGN KEY(deputy_id) REFERENCES people (id)
);

CREATE TRIGGER messages_are_never_rewritten BEFORE UPDATE OR DELETE ON messages
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
"""

# What was written stays as it was written; only whose file it is, and how far somebody has read, may change.
GRANTS = """
GRANT SELECT, INSERT ON messages TO {role};

GRANT SELECT, INSERT, UPDATE, DELETE ON conversations, message_files, message_reads, absences TO {role};
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
