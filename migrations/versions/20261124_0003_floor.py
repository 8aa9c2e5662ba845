"""The floor: products' own files, work centres, shifts, work orders with their progress, devices, reports, conflicts.

What was reported and decided is never rewritten: the database refuses it, as it does for the history of orders.
"""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0003"
down_revision = "20261124_0002"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE articles ADD COLUMN xid xid8 DEFAULT pg_current_xact_id() NOT NULL;

ALTER TABLE bom_lines ADD COLUMN alternatives JSONB DEFAULT '[]' NOT NULL;

CREATE INDEX ix_articles_feed ON articles (xid, sku);

ALTER TABLE work_orders
  ADD COLUMN token TEXT,
  ADD COLUMN parent_number TEXT,
  ADD COLUMN product_version INTEGER DEFAULT 0 NOT NULL,
  ADD COLUMN picking JSONB DEFAULT '[]' NOT NULL,
  ADD COLUMN quality JSONB DEFAULT '[]' NOT NULL,
  ADD COLUMN drawings JSONB DEFAULT '[]' NOT NULL,
  ADD COLUMN progress JSONB DEFAULT '{}' NOT NULL,
  ADD COLUMN good NUMERIC(20, 6) DEFAULT 0 NOT NULL,
  ADD COLUMN scrap NUMERIC(20, 6) DEFAULT 0 NOT NULL,
  ADD COLUMN stop JSONB,
  ADD COLUMN version INTEGER DEFAULT 0 NOT NULL,
  ADD COLUMN started_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN finished_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN changed_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN xid xid8 DEFAULT pg_current_xact_id() NOT NULL;

UPDATE work_orders SET changed_at = released_at,
  token = encode(substring(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')) FROM 1 FOR 16), 'hex');

ALTER TABLE work_orders
  ALTER COLUMN token SET NOT NULL,
  ALTER COLUMN changed_at SET NOT NULL,
  ADD CONSTRAINT uq_work_orders_token UNIQUE (token);

DROP INDEX uq_work_orders_line;

CREATE UNIQUE INDEX uq_work_orders_line ON work_orders (order_id, line, revision) WHERE parent_number IS NULL;

CREATE INDEX ix_work_orders_feed ON work_orders (xid, number);

CREATE INDEX ix_work_orders_state ON work_orders (state, number);

CREATE INDEX ix_work_orders_order_id ON work_orders (order_id);

CREATE TABLE work_order_changes (
  id UUID NOT NULL,
  number TEXT NOT NULL,
  kind TEXT NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  changed_by TEXT NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  before JSONB NOT NULL,
  after JSONB NOT NULL,
  CONSTRAINT pk_work_order_changes PRIMARY KEY (id),
  CONSTRAINT fk_work_order_changes_number FOREIGN KEY(number) REFERENCES work_orders (number)
);

CREATE INDEX ix_work_order_changes_number ON work_order_changes (number, id);

CREATE TABLE work_centres (
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT DEFAULT '' NOT NULL,
  outsourced BOOLEAN DEFAULT false NOT NULL,
  active BOOLEAN DEFAULT true NOT NULL,
  CONSTRAINT pk_work_centres PRIMARY KEY (code)
);

CREATE TABLE work_centre_people (
  work_centre TEXT NOT NULL,
  person_id UUID NOT NULL,
  CONSTRAINT pk_work_centre_people PRIMARY KEY (work_centre, person_id),
  CONSTRAINT fk_work_centre_people_work_centre FOREIGN KEY(work_centre) REFERENCES work_centres (code),
  CONSTRAINT fk_work_centre_people_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE INDEX ix_work_centre_people_person_id ON work_centre_people (person_id);

CREATE TABLE shifts (
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT DEFAULT '' NOT NULL,
  starts TIME WITHOUT TIME ZONE NOT NULL,
  ends TIME WITHOUT TIME ZONE NOT NULL,
  weekdays INTEGER[] DEFAULT '{1,2,3,4,5,6,7}' NOT NULL,
  CONSTRAINT pk_shifts PRIMARY KEY (key)
);

CREATE TABLE drawings (
  sku TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  file_name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  added_by TEXT NOT NULL,
  added_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_drawings PRIMARY KEY (sku, sha256),
  CONSTRAINT fk_drawings_sku FOREIGN KEY(sku) REFERENCES articles (sku)
);

CREATE TABLE photos (
  sha256 TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  added_by TEXT NOT NULL,
  added_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_photos PRIMARY KEY (sha256)
);

CREATE TABLE devices (
  id UUID NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  named_by TEXT NOT NULL,
  named_at TIMESTAMP WITH TIME ZONE NOT NULL,
  revoked_at TIMESTAMP WITH TIME ZONE,
  revoked_by TEXT,
  revoked_reason TEXT,
  seen_through BIGINT DEFAULT 0 NOT NULL,
  last_seq BIGINT DEFAULT 0 NOT NULL,
  pushed_at TIMESTAMP WITH TIME ZONE,
  pulled_at TIMESTAMP WITH TIME ZONE,
  skew_seconds INTEGER DEFAULT 0 NOT NULL,
  CONSTRAINT pk_devices PRIMARY KEY (id)
);

CREATE TABLE device_people (
  device_id UUID NOT NULL,
  person_id UUID NOT NULL,
  enrolled_by TEXT NOT NULL,
  enrolled_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_device_people PRIMARY KEY (device_id, person_id),
  CONSTRAINT fk_device_people_device_id FOREIGN KEY(device_id) REFERENCES devices (id),
  CONSTRAINT fk_device_people_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE TABLE reports (
  id UUID NOT NULL,
  device_id UUID,
  seq BIGINT,
  v INTEGER NOT NULL,
  kind TEXT NOT NULL,
  person_id UUID,
  sent_by TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  body JSONB NOT NULL,
  status TEXT NOT NULL,
  code TEXT,
  detail JSONB,
  flags TEXT[] DEFAULT '{}' NOT NULL,
  work_order TEXT,
  work_order_version INTEGER,
  order_no TEXT,
  operation TEXT,
  work_centre TEXT,
  revision INTEGER,
  good NUMERIC(20, 6),
  scrap NUMERIC(20, 6),
  scrap_reasons JSONB DEFAULT '[]' NOT NULL,
  started_at TIMESTAMP WITH TIME ZONE,
  occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
  corrected_at TIMESTAMP WITH TIME ZONE NOT NULL,
  received_at TIMESTAMP WITH TIME ZONE NOT NULL,
  shift TEXT,
  shift_date DATE,
  event_ids UUID[] DEFAULT '{}' NOT NULL,
  conflict_id UUID,
  resolves UUID,
  repeats INTEGER DEFAULT 0 NOT NULL,
  repeated_at TIMESTAMP WITH TIME ZONE,
  xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  CONSTRAINT pk_reports PRIMARY KEY (id),
  CONSTRAINT uq_reports_resolves UNIQUE (resolves),
  CONSTRAINT ck_reports_status CHECK (status IN ('applied', 'conflict', 'rejected'))
);

CREATE INDEX ix_reports_device_id_seq ON reports (device_id, seq);

CREATE INDEX ix_reports_work_order ON reports (work_order, work_order_version);

CREATE INDEX ix_reports_order_no ON reports (order_no);

CREATE INDEX ix_reports_shift_date ON reports (shift_date, kind) WHERE status = 'applied';

CREATE INDEX ix_reports_person_id_corrected_at ON reports (person_id, corrected_at);

CREATE TABLE refused_reports (
  device_id UUID NOT NULL,
  fingerprint TEXT NOT NULL,
  raw TEXT NOT NULL,
  code TEXT NOT NULL,
  seq BIGINT,
  sent_by TEXT NOT NULL,
  received_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_refused_reports PRIMARY KEY (device_id, fingerprint)
);

CREATE TABLE conflicts (
  id UUID NOT NULL,
  report_id UUID NOT NULL,
  code TEXT NOT NULL,
  detail JSONB NOT NULL,
  device_id UUID,
  work_order TEXT,
  order_no TEXT,
  present JSONB,
  raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
  state TEXT DEFAULT 'open' NOT NULL,
  decision TEXT,
  reason TEXT,
  applied_report UUID,
  decided_by TEXT,
  decided_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_conflicts PRIMARY KEY (id),
  CONSTRAINT uq_conflicts_report_id UNIQUE (report_id),
  CONSTRAINT fk_conflicts_report_id FOREIGN KEY(report_id) REFERENCES reports (id)
);

CREATE INDEX ix_conflicts_open ON conflicts (id) WHERE state = 'open';

CREATE INDEX ix_conflicts_work_order ON conflicts (work_order);

CREATE TABLE material_moves (
  report_id UUID NOT NULL,
  number INTEGER NOT NULL,
  direction TEXT NOT NULL,
  sku TEXT NOT NULL,
  lot TEXT DEFAULT '' NOT NULL,
  quantity NUMERIC(20, 6) NOT NULL,
  unit TEXT,
  location TEXT,
  to_location TEXT,
  work_order TEXT,
  order_no TEXT,
  operation TEXT,
  moved_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_material_moves PRIMARY KEY (report_id, number),
  CONSTRAINT fk_material_moves_report_id FOREIGN KEY(report_id) REFERENCES reports (id)
);

CREATE INDEX ix_material_moves_lot ON material_moves (sku, lot);

CREATE INDEX ix_material_moves_order_no ON material_moves (order_no);

CREATE INDEX ix_material_moves_work_order ON material_moves (work_order)"""

GUARDS = """
CREATE FUNCTION stamp_xid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.xid := pg_current_xact_id();
  RETURN NEW;
END $$;

CREATE TRIGGER articles_have_their_place_in_the_feed BEFORE UPDATE ON articles
  FOR EACH ROW EXECUTE FUNCTION stamp_xid();

CREATE TRIGGER work_orders_have_their_place_in_the_feed BEFORE UPDATE ON work_orders
  FOR EACH ROW EXECUTE FUNCTION stamp_xid();

CREATE TRIGGER work_orders_are_never_removed BEFORE DELETE ON work_orders
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();

CREATE FUNCTION only_repeats_are_counted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  counted reports := NEW;
BEGIN
  counted.repeats := OLD.repeats;
  counted.repeated_at := OLD.repeated_at;
  IF counted IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'report % is decided: it is never rewritten', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER reports_are_never_rewritten BEFORE UPDATE ON reports
  FOR EACH ROW EXECUTE FUNCTION only_repeats_are_counted();

CREATE TRIGGER reports_are_never_removed BEFORE DELETE ON reports
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();

CREATE TRIGGER reports_are_never_emptied BEFORE TRUNCATE ON reports
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();

CREATE TRIGGER material_moves_are_never_rewritten BEFORE UPDATE OR DELETE ON material_moves
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();

CREATE TRIGGER work_order_changes_are_never_rewritten BEFORE UPDATE OR DELETE ON work_order_changes
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();

CREATE TRIGGER refused_reports_are_kept BEFORE UPDATE OR DELETE ON refused_reports
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();

CREATE FUNCTION decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'conflict % is decided: it is never decided again', OLD.id USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER conflicts_are_decided_once BEFORE UPDATE ON conflicts
  FOR EACH ROW WHEN (OLD.state <> 'open') EXECUTE FUNCTION decided_once();

CREATE TRIGGER conflicts_are_never_removed BEFORE DELETE ON conflicts
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();

INSERT INTO shifts (key, name, name_en, starts, ends) VALUES
  ('day', '白班', 'Day', '08:00', '20:00'), ('night', '夜班', 'Night', '20:00', '08:00')"""

GRANTS = """
GRANT SELECT, INSERT ON reports, refused_reports, material_moves, work_order_changes TO {role};

GRANT UPDATE (repeats, repeated_at) ON reports TO {role};

GRANT SELECT, INSERT, UPDATE ON devices, conflicts, photos, drawings, work_centres TO {role};

GRANT SELECT, INSERT, UPDATE, DELETE ON device_people, work_centre_people, shifts TO {role}"""


def upgrade() -> None:
    """Create everything. `app_role` comes from the settings; where it owns the database no grant is needed."""
    role = context.config.attributes.get("app_role")
    grants = GRANTS.format(role=f'"{role}"') if role else ""
    for part in (TABLES, GUARDS, grants):
        for statement in part.split(";\n\n"):
            if statement.strip():
                op.execute(statement)


def downgrade() -> None:
    """What was reported is not removed."""
    raise NotImplementedError("history is not removed; restore a backup instead")
