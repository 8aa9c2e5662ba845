"""The portal: who of a customer may sign in, the codes they sign in by, and where they are signed in.

Whoever has ordered with an address of mail that no platform masks may sign in by it from the beginning.
"""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0004"
down_revision = "20261124_0003"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE contacts (
  id UUID NOT NULL,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_by TEXT NOT NULL,
  invited_at TIMESTAMP WITH TIME ZONE,
  removed_at TIMESTAMP WITH TIME ZONE,
  removed_by TEXT,
  CONSTRAINT pk_contacts PRIMARY KEY (id),
  CONSTRAINT uq_contacts_email UNIQUE (email)
);

CREATE TABLE contact_customers (
  contact_id UUID NOT NULL,
  customer_id UUID NOT NULL,
  origin TEXT NOT NULL,
  added_at TIMESTAMP WITH TIME ZONE NOT NULL,
  added_by TEXT NOT NULL,
  CONSTRAINT pk_contact_customers PRIMARY KEY (contact_id, customer_id),
  CONSTRAINT fk_contact_customers_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id),
  CONSTRAINT fk_contact_customers_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_contact_customers_customer_id ON contact_customers (customer_id);

CREATE TABLE login_codes (
  id UUID NOT NULL,
  account TEXT NOT NULL,
  browser TEXT NOT NULL,
  code_hash TEXT NOT NULL,
  own_tries INTEGER DEFAULT 0 NOT NULL,
  other_tries INTEGER DEFAULT 0 NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_login_codes PRIMARY KEY (id)
);

CREATE INDEX ix_login_codes_account ON login_codes (account);

CREATE INDEX ix_login_codes_expires_at ON login_codes (expires_at);

CREATE TABLE portal_sessions (
  id UUID NOT NULL,
  contact_id UUID NOT NULL,
  token_hash TEXT NOT NULL,
  user_agent TEXT,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  used_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  revoked_at TIMESTAMP WITH TIME ZONE,
  revoked_reason TEXT,
  CONSTRAINT pk_portal_sessions PRIMARY KEY (id),
  CONSTRAINT uq_portal_sessions_token_hash UNIQUE (token_hash),
  CONSTRAINT fk_portal_sessions_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id)
);

CREATE INDEX ix_portal_sessions_contact_id ON portal_sessions (contact_id);
"""

KNOWN_ALREADY = """
INSERT INTO contacts (id, email, name, language, created_at, created_by)
SELECT DISTINCT ON (lower(trim(c.email))) gen_random_uuid(), lower(trim(c.email)), c.name,
  CASE WHEN coalesce(c.address->>'country', 'CN') IN ('CN', 'HK', 'MO', 'TW') THEN 'zh' ELSE 'en' END,
  c.created_at, 'order'
FROM customers c WHERE NOT c.masked AND c.email ~ '^[^[:space:]@*<>,;:]+@[^[:space:]@*<>,;:]+[.][^[:space:]@*<>,;:]+$'
ORDER BY lower(trim(c.email)), c.created_at;

INSERT INTO contact_customers (contact_id, customer_id, origin, added_at, added_by)
SELECT t.id, c.id, 'order', c.created_at, 'order'
FROM customers c JOIN contacts t ON t.email = lower(trim(c.email)) WHERE NOT c.masked;
"""

GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON contacts, contact_customers, login_codes, portal_sessions TO {role};
"""


def upgrade() -> None:
    """Create the tables, let in whoever is known, and give the application its rights on them."""
    role = context.config.attributes.get("app_role")
    grants = GRANTS.format(role=f'"{role}"') if role else ""
    for statement in f"{TABLES}\n{KNOWN_ALREADY}\n{grants}".split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """What customers wrote is not thrown away."""
    raise NotImplementedError("restore a backup instead")
