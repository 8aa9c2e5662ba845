"""Places in the feed go on where they were when a database is restored into a cluster that counts from the start."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0115"
down_revision = "20261124_0110"
branch_labels = None
depends_on = None

# A restore replaces `feed_offset` (usecases/maintenance). The bodies are bound when they are made, so that no search
# path matters to a dump, and simple enough for the planner to put them in the place of their calls.
FUNCTIONS = """
CREATE TABLE restorations (
  restored_at TIMESTAMP WITH TIME ZONE NOT NULL,
  taken_at TIMESTAMP WITH TIME ZONE NOT NULL,
  last_place BIGINT NOT NULL,
  first_place BIGINT NOT NULL,
  CONSTRAINT pk_restorations PRIMARY KEY (first_place)
);

CREATE FUNCTION feed_offset() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 0;

CREATE FUNCTION feed_place() RETURNS xid8 LANGUAGE sql STABLE PARALLEL RESTRICTED
  RETURN CAST(CAST(CAST(CAST(pg_current_xact_id() AS text) AS bigint) + feed_offset() AS text) AS xid8);

CREATE FUNCTION feed_frontier() RETURNS xid8 LANGUAGE sql STABLE PARALLEL SAFE RETURN
  CAST(CAST(CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) + feed_offset() AS text) AS xid8);

CREATE FUNCTION feed_lost(place bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE RETURN
  EXISTS (SELECT 1 FROM restorations r WHERE place > r.last_place AND place < r.first_place);

ALTER TABLE events ALTER COLUMN xid SET DEFAULT feed_place();

ALTER TABLE messages ALTER COLUMN xid SET DEFAULT feed_place();

ALTER TABLE articles ALTER COLUMN xid SET DEFAULT feed_place();

ALTER TABLE work_orders ALTER COLUMN xid SET DEFAULT feed_place();

ALTER TABLE reports ALTER COLUMN xid SET DEFAULT feed_place();

CREATE OR REPLACE FUNCTION stamp_xid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.xid := feed_place();
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION order_has_its_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  the_order uuid;
  named text;
BEGIN
  IF TG_TABLE_NAME = 'orders' THEN
    the_order := NEW.id;
  ELSIF TG_OP = 'DELETE' THEN
    the_order := OLD.order_id;
  ELSE
    the_order := NEW.order_id;
  END IF;
  SELECT o.order_no INTO named FROM orders o
  WHERE o.id = the_order AND NOT EXISTS (
    SELECT 1 FROM events e WHERE e.order_id = o.id AND e.seq = o.version AND e.hash = o.head_hash
      AND e.to_stage = o.stage AND e.held = o.held AND e.xid = feed_place());
  IF named IS NOT NULL THEN
    RAISE EXCEPTION 'order % was changed without an event in the same transaction', named
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    """Every place in the feed is told by one of two functions from now on."""
    role = context.config.attributes.get("app_role")
    for statement in FUNCTIONS.split(";\n\n"):
        op.execute(statement)
    if role:
        op.execute(f'GRANT SELECT ON restorations TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
