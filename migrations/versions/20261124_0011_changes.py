"""Order changes: numbered requests with what they mean, the departments that must hear of them, delivery addresses."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0011"
down_revision = "20261124_0010"
branch_labels = None
depends_on = None

# Several work orders may stand at one revision of a line: one that was reopened, and one for what was ordered besides.
TABLES = """
DROP INDEX uq_work_orders_line;

CREATE TABLE order_changes (
  id UUID NOT NULL,
  order_id UUID NOT NULL,
  number INTEGER NOT NULL,
  state TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  patch JSONB NOT NULL,
  fields TEXT[] NOT NULL,
  base_version INTEGER NOT NULL,
  seen TEXT NOT NULL,
  diff JSONB NOT NULL,
  impact JSONB NOT NULL,
  confirm_by_customer BOOLEAN NOT NULL,
  confirmation JSONB,
  proposed_by TEXT NOT NULL,
  proposed_roles TEXT[] NOT NULL,
  proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  decided_by TEXT,
  decided_at TIMESTAMP WITH TIME ZONE,
  decision_reason TEXT,
  applied_at TIMESTAMP WITH TIME ZONE,
  applied_revision INTEGER,
  event_id UUID,
  cause TEXT,
  CONSTRAINT pk_order_changes PRIMARY KEY (id),
  CONSTRAINT uq_order_changes_order_id_number UNIQUE (order_id, number),
  CONSTRAINT fk_order_changes_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
);

CREATE INDEX ix_order_changes_state_id ON order_changes (state, id);

CREATE UNIQUE INDEX uq_order_changes_cause ON order_changes (cause) WHERE cause IS NOT NULL;

CREATE TABLE change_acknowledgements (
  change_id UUID NOT NULL,
  role TEXT NOT NULL,
  order_id UUID NOT NULL,
  stops_work BOOLEAN NOT NULL,
  asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  acknowledged_at TIMESTAMP WITH TIME ZONE,
  acknowledged_by TEXT,
  reason TEXT,
  CONSTRAINT pk_change_acknowledgements PRIMARY KEY (change_id, role),
  CONSTRAINT fk_change_acknowledgements_change_id FOREIGN KEY(change_id) REFERENCES order_changes (id),
  CONSTRAINT fk_change_acknowledgements_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
);

CREATE INDEX ix_change_acknowledgements_open ON change_acknowledgements (order_id) WHERE acknowledged_at IS NULL;

CREATE INDEX ix_change_acknowledgements_role ON change_acknowledgements (role, asked_at) WHERE acknowledged_at IS NULL;

CREATE TABLE delivery_addresses (
  order_id UUID NOT NULL,
  address JSONB NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_delivery_addresses PRIMARY KEY (order_id),
  CONSTRAINT fk_delivery_addresses_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
);

"""

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON order_changes, change_acknowledgements TO {role};

GRANT SELECT, INSERT, UPDATE, DELETE ON delivery_addresses TO {role};

"""


def upgrade() -> None:
    role = context.config.attributes.get("app_role")
    grants = GRANTS.format(role=f'"{role}"') if role else ""
    for statement in f"{TABLES}\n{grants}".split(";\n\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("history is not removed; restore a backup instead")
