"""Keys with which other systems come in: what each may do, and the hashes of its one or two valid secrets."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0013"
down_revision = "20261124_0012"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE api_keys (
  id UUID NOT NULL,
  name TEXT NOT NULL,
  scopes TEXT[] NOT NULL,
  roles TEXT[] NOT NULL,
  field_roles TEXT[] NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by TEXT NOT NULL,
  revoked_at TIMESTAMP WITH TIME ZONE,
  revoked_by TEXT,
  CONSTRAINT pk_api_keys PRIMARY KEY (id)
);

CREATE TABLE api_key_secrets (
  prefix TEXT NOT NULL,
  key_id UUID NOT NULL,
  number INTEGER NOT NULL,
  hash TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE,
  last_used_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_api_key_secrets PRIMARY KEY (prefix),
  CONSTRAINT uq_api_key_secrets_key_id_number UNIQUE (key_id, number),
  CONSTRAINT fk_api_key_secrets_key_id FOREIGN KEY(key_id) REFERENCES api_keys (id)
)
"""


def upgrade() -> None:
    """Create both tables; what the application may do is granted where it is not their owner."""
    for statement in TABLES.split(";\n\n"):
        op.execute(statement)
    role = context.config.attributes.get("app_role")
    if role:
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON api_keys, api_key_secrets TO "{role}"')


def downgrade() -> None:
    """Without these tables no other system comes in."""
    op.execute("DROP TABLE api_key_secrets, api_keys")
