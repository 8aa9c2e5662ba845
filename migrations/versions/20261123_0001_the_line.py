"""The order's line: orders and their history, intake, outbox, people, documents, articles.

The database itself refuses what the application must never do: a change of an order without an event written in the
same transaction, an event that does not fit the chain, and any change or removal of an event or a published document.
"""

from __future__ import annotations

from alembic import context, op

revision = "20261123_0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE articles (
  sku TEXT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT DEFAULT '' NOT NULL,
  unit TEXT NOT NULL,
  line TEXT DEFAULT '' NOT NULL,
  kind TEXT NOT NULL,
  is_gift BOOLEAN DEFAULT false NOT NULL,
  hs_code TEXT,
  aliases JSONB DEFAULT '[]' NOT NULL,
  details JSONB DEFAULT '{}' NOT NULL,
  CONSTRAINT pk_articles PRIMARY KEY (sku)
);

CREATE TABLE customers (
  id UUID NOT NULL,
  channel TEXT NOT NULL,
  external_id TEXT,
  name TEXT NOT NULL,
  company TEXT,
  phone TEXT,
  email TEXT,
  address JSONB DEFAULT '{}' NOT NULL,
  masked BOOLEAN DEFAULT false NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_customers PRIMARY KEY (id),
  CONSTRAINT uq_customers_channel_external_id UNIQUE (channel, external_id)
);

CREATE TABLE document_drafts (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  body JSON NOT NULL,
  version INTEGER NOT NULL,
  edited_at TIMESTAMP WITH TIME ZONE NOT NULL,
  edited_by TEXT NOT NULL,
  CONSTRAINT pk_document_drafts PRIMARY KEY (kind, key)
);

CREATE TABLE documents (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  version INTEGER NOT NULL,
  body JSON NOT NULL,
  published_at TIMESTAMP WITH TIME ZONE NOT NULL,
  published_by TEXT NOT NULL,
  CONSTRAINT pk_documents PRIMARY KEY (kind, key, version)
);

CREATE TABLE outbox (
  id UUID NOT NULL,
  event_id UUID NOT NULL,
  order_no TEXT,
  kind TEXT NOT NULL,
  channel TEXT NOT NULL,
  recipient TEXT NOT NULL,
  body JSONB NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE NOT NULL,
  lease_until TIMESTAMP WITH TIME ZONE,
  fence BIGINT DEFAULT 0 NOT NULL,
  attempts INTEGER DEFAULT 0 NOT NULL,
  tried_since TIMESTAMP WITH TIME ZONE,
  state TEXT DEFAULT 'ready' NOT NULL,
  provider_id TEXT,
  problem TEXT,
  settled_at TIMESTAMP WITH TIME ZONE,
  settled_by TEXT,
  CONSTRAINT pk_outbox PRIMARY KEY (id),
  CONSTRAINT uq_outbox_event_id_kind_channel_recipient UNIQUE (event_id, kind, channel, recipient)
);

CREATE INDEX ix_outbox_dead ON outbox (id) WHERE state = 'dead';

CREATE INDEX ix_outbox_due ON outbox (due_at) WHERE state IN ('ready', 'leased');

CREATE INDEX ix_outbox_order_no ON outbox (order_no, id);

CREATE TABLE payloads (
  id UUID NOT NULL,
  channel TEXT NOT NULL,
  shop TEXT DEFAULT '' NOT NULL,
  dedupe_key TEXT,
  parent_id UUID,
  received_at TIMESTAMP WITH TIME ZONE NOT NULL,
  content_type TEXT NOT NULL,
  headers JSONB NOT NULL,
  body BYTEA NOT NULL,
  sha256 TEXT NOT NULL,
  status TEXT NOT NULL,
  authentic BOOLEAN NOT NULL,
  template_version INTEGER,
  meaning JSONB,
  explanations JSONB,
  review_reasons JSONB DEFAULT '[]' NOT NULL,
  problem JSONB,
  external_id TEXT,
  external_version TEXT,
  order_no TEXT,
  version INTEGER DEFAULT 1 NOT NULL,
  decided_by TEXT,
  decided_at TIMESTAMP WITH TIME ZONE,
  decision_reason TEXT,
  repeats INTEGER DEFAULT 0 NOT NULL,
  repeated_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_payloads PRIMARY KEY (id),
  CONSTRAINT fk_payloads_parent_id FOREIGN KEY(parent_id) REFERENCES payloads (id)
);

CREATE INDEX ix_payloads_channel_id ON payloads (channel, id);

CREATE INDEX ix_payloads_source ON payloads (channel, shop, external_id) WHERE external_id IS NOT NULL;

CREATE INDEX ix_payloads_status_id ON payloads (status, id);

CREATE UNIQUE INDEX uq_payloads_dedupe ON payloads (channel, dedupe_key) WHERE authentic AND dedupe_key IS NOT NULL;

CREATE TABLE people (
  id UUID NOT NULL,
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT,
  phone TEXT,
  roles TEXT[] NOT NULL,
  positions TEXT[] DEFAULT '{}' NOT NULL,
  password_hash TEXT NOT NULL,
  language TEXT DEFAULT 'zh' NOT NULL,
  disabled BOOLEAN DEFAULT false NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_people PRIMARY KEY (id),
  CONSTRAINT uq_people_login UNIQUE (login)
);

CREATE INDEX ix_people_roles ON people USING gin (roles);

CREATE TABLE replies (
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  answer JSON,
  refusal JSON,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  touched_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_replies PRIMARY KEY (scope, key)
);

CREATE INDEX ix_replies_created_at ON replies (created_at);

CREATE TABLE tasks (
  id UUID NOT NULL,
  event_id UUID NOT NULL,
  order_no TEXT NOT NULL,
  role TEXT NOT NULL,
  form TEXT,
  stage TEXT NOT NULL,
  opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE,
  done_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_tasks PRIMARY KEY (id),
  CONSTRAINT uq_tasks_event_id_role UNIQUE (event_id, role)
);

CREATE INDEX ix_tasks_open ON tasks (role, due_at) WHERE done_at IS NULL;

CREATE INDEX ix_tasks_order_no ON tasks (order_no);

CREATE TABLE ticks (
  name TEXT NOT NULL,
  period_start TIMESTAMP WITH TIME ZONE NOT NULL,
  started_at TIMESTAMP WITH TIME ZONE NOT NULL,
  finished_at TIMESTAMP WITH TIME ZONE,
  lease_until TIMESTAMP WITH TIME ZONE NOT NULL,
  problem TEXT,
  result JSONB,
  CONSTRAINT pk_ticks PRIMARY KEY (name, period_start)
);

CREATE TABLE bom_lines (
  product TEXT NOT NULL,
  line INTEGER NOT NULL,
  material TEXT NOT NULL,
  quantity NUMERIC(20, 6) NOT NULL,
  CONSTRAINT pk_bom_lines PRIMARY KEY (product, line),
  CONSTRAINT fk_bom_lines_product FOREIGN KEY(product) REFERENCES articles (sku),
  CONSTRAINT fk_bom_lines_material FOREIGN KEY(material) REFERENCES articles (sku)
);

CREATE TABLE notices (
  id UUID NOT NULL,
  person_id UUID NOT NULL,
  event_id UUID NOT NULL,
  order_no TEXT,
  template TEXT NOT NULL,
  body JSONB NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  read_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_notices PRIMARY KEY (id),
  CONSTRAINT uq_notices_event_id_person_id_template UNIQUE (event_id, person_id, template),
  CONSTRAINT fk_notices_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE INDEX ix_notices_person_id ON notices (person_id, id);

CREATE TABLE orders (
  id UUID NOT NULL,
  order_no TEXT NOT NULL,
  parent_no TEXT,
  channel TEXT NOT NULL,
  shop TEXT DEFAULT '' NOT NULL,
  external_id TEXT,
  external_version TEXT,
  order_type TEXT NOT NULL,
  customer_id UUID,
  currency TEXT NOT NULL,
  discounts JSONB DEFAULT '[]' NOT NULL,
  fees JSONB DEFAULT '[]' NOT NULL,
  shipping NUMERIC(20, 6) NOT NULL,
  tax NUMERIC(20, 6) NOT NULL,
  tax_included BOOLEAN NOT NULL,
  total NUMERIC(20, 6) NOT NULL,
  cost NUMERIC(20, 6),
  margin NUMERIC(20, 6),
  signed_date DATE,
  promised_date DATE,
  promised_derived BOOLEAN DEFAULT false NOT NULL,
  requested_date DATE,
  due_at TIMESTAMP WITH TIME ZONE,
  merchandiser_id UUID,
  priority INTEGER DEFAULT 0 NOT NULL,
  extension JSONB DEFAULT '{}' NOT NULL,
  notes JSONB DEFAULT '{}' NOT NULL,
  workflow_key TEXT NOT NULL,
  workflow_version INTEGER NOT NULL,
  stage TEXT NOT NULL,
  category TEXT NOT NULL,
  held BOOLEAN DEFAULT false NOT NULL,
  stage_since TIMESTAMP WITH TIME ZONE NOT NULL,
  revision INTEGER DEFAULT 1 NOT NULL,
  version INTEGER NOT NULL,
  head_hash TEXT NOT NULL,
  opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_orders PRIMARY KEY (id),
  CONSTRAINT uq_orders_order_no UNIQUE (order_no),
  CONSTRAINT fk_orders_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT fk_orders_merchandiser_id FOREIGN KEY(merchandiser_id) REFERENCES people (id)
);

CREATE INDEX ix_orders_category_id ON orders (category, id);

CREATE INDEX ix_orders_customer_id ON orders (customer_id, id);

CREATE INDEX ix_orders_due_open ON orders (due_at, id) WHERE category NOT IN ('done', 'cancelled');

CREATE INDEX ix_orders_merchandiser_id ON orders (merchandiser_id, id);

CREATE INDEX ix_orders_parent_no ON orders (parent_no) WHERE parent_no IS NOT NULL;

CREATE INDEX ix_orders_stage_id ON orders (stage, id);

CREATE UNIQUE INDEX uq_orders_source ON orders (channel, shop, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE sessions (
  id UUID NOT NULL,
  person_id UUID NOT NULL,
  refresh_hash TEXT NOT NULL,
  spent_hashes TEXT[] DEFAULT '{}' NOT NULL,
  user_agent TEXT,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  refreshed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  revoked_at TIMESTAMP WITH TIME ZONE,
  revoked_reason TEXT,
  CONSTRAINT pk_sessions PRIMARY KEY (id),
  CONSTRAINT fk_sessions_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE INDEX ix_sessions_person_id ON sessions (person_id);

CREATE TABLE attachments (
  id UUID NOT NULL,
  order_id UUID NOT NULL,
  kind TEXT NOT NULL,
  file_name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  added_by TEXT NOT NULL,
  added_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_attachments PRIMARY KEY (id),
  CONSTRAINT fk_attachments_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
);

CREATE INDEX ix_attachments_order_id ON attachments (order_id);

CREATE TABLE events (
  id UUID NOT NULL,
  order_id UUID NOT NULL,
  seq INTEGER NOT NULL,
  type TEXT NOT NULL,
  action TEXT,
  from_stage TEXT,
  to_stage TEXT NOT NULL,
  held BOOLEAN NOT NULL,
  recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  canonical TEXT NOT NULL,
  body JSONB GENERATED ALWAYS AS (canonical::jsonb) STORED NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  CONSTRAINT pk_events PRIMARY KEY (id),
  CONSTRAINT uq_events_order_id_seq UNIQUE (order_id, seq),
  CONSTRAINT ck_events_columns_fit_text CHECK (body->>'id' = id::text AND (body->>'seq')::int = seq AND body->>'to' = to_stage
    AND (body->>'held')::boolean = held),
  CONSTRAINT ck_events_hash_fits_text CHECK (hash = encode(sha256(convert_to(prev_hash || E'\\n' || canonical, 'UTF8')), 'hex')),
  CONSTRAINT fk_events_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
);

CREATE INDEX ix_events_feed ON events (xid, id);

CREATE TABLE order_lines (
  order_id UUID NOT NULL,
  line INTEGER NOT NULL,
  external_id TEXT,
  sku TEXT,
  name TEXT NOT NULL,
  quantity NUMERIC(20, 6) NOT NULL,
  unit TEXT,
  unit_price NUMERIC(20, 6) NOT NULL,
  amount NUMERIC(20, 6) NOT NULL,
  is_gift BOOLEAN DEFAULT false NOT NULL,
  gift_origin TEXT,
  gift_confirmed BOOLEAN,
  options JSONB DEFAULT '{}' NOT NULL,
  technical JSONB DEFAULT '{}' NOT NULL,
  refund TEXT DEFAULT 'none' NOT NULL,
  shipped_quantity NUMERIC(20, 6) DEFAULT 0 NOT NULL,
  returned_quantity NUMERIC(20, 6) DEFAULT 0 NOT NULL,
  CONSTRAINT pk_order_lines PRIMARY KEY (order_id, line),
  CONSTRAINT fk_order_lines_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
);

CREATE INDEX ix_order_lines_sku ON order_lines (sku);

CREATE TABLE order_search (
  order_id UUID NOT NULL,
  words TEXT NOT NULL,
  grams TEXT[] NOT NULL,
  extension JSONB DEFAULT '{}' NOT NULL,
  CONSTRAINT pk_order_search PRIMARY KEY (order_id),
  CONSTRAINT fk_order_search_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
);

CREATE INDEX ix_order_search_extension ON order_search USING gin (extension jsonb_path_ops);

CREATE INDEX ix_order_search_grams ON order_search USING gin (grams);

CREATE TABLE reservations (
  order_id UUID NOT NULL,
  material TEXT NOT NULL,
  quantity NUMERIC(20, 6) NOT NULL,
  reserved_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_reservations PRIMARY KEY (order_id, material),
  CONSTRAINT fk_reservations_order_id FOREIGN KEY(order_id) REFERENCES orders (id),
  CONSTRAINT fk_reservations_material FOREIGN KEY(material) REFERENCES articles (sku)
);

CREATE INDEX ix_reservations_material ON reservations (material);

CREATE TABLE work_orders (
  number TEXT NOT NULL,
  order_id UUID NOT NULL,
  line INTEGER NOT NULL,
  sku TEXT NOT NULL,
  quantity NUMERIC(20, 6) NOT NULL,
  operations JSONB DEFAULT '[]' NOT NULL,
  state TEXT DEFAULT 'released' NOT NULL,
  revision INTEGER NOT NULL,
  released_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_work_orders PRIMARY KEY (number),
  CONSTRAINT fk_work_orders_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
);

CREATE UNIQUE INDEX uq_work_orders_line ON work_orders (order_id, line, revision);"""

# The state an order shows must be the one its newest event says, and that event must belong to this very transaction.
GUARDS = """
CREATE SEQUENCE order_numbers START WITH 100001;

CREATE SEQUENCE work_order_numbers START WITH 1001;

CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER events_are_never_rewritten BEFORE UPDATE OR DELETE ON events
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();

CREATE TRIGGER events_are_never_emptied BEFORE TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();

CREATE TRIGGER published_documents_are_never_rewritten BEFORE UPDATE OR DELETE ON documents
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();

CREATE TRIGGER what_arrived_authentic_is_kept BEFORE DELETE ON payloads
  FOR EACH ROW WHEN (OLD.authentic) EXECUTE FUNCTION refuse_rewriting();

CREATE TRIGGER orders_are_never_removed BEFORE DELETE ON orders
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();

CREATE FUNCTION order_has_its_event() RETURNS trigger LANGUAGE plpgsql AS $$
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
      AND e.to_stage = o.stage AND e.held = o.held AND e.xid = pg_current_xact_id());
  IF named IS NOT NULL THEN
    RAISE EXCEPTION 'order % was changed without an event in the same transaction', named
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER order_has_its_event AFTER INSERT OR UPDATE ON orders
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION order_has_its_event();

CREATE CONSTRAINT TRIGGER order_line_has_its_event AFTER INSERT OR UPDATE OR DELETE ON order_lines
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION order_has_its_event();

CREATE FUNCTION event_has_its_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.seq = 1 THEN
    IF NEW.prev_hash <> repeat('0', 64) THEN
      RAISE EXCEPTION 'the first event of % does not begin a chain', NEW.order_id
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  ELSIF NOT EXISTS (SELECT 1 FROM events e
      WHERE e.order_id = NEW.order_id AND e.seq = NEW.seq - 1 AND e.hash = NEW.prev_hash) THEN
    RAISE EXCEPTION 'event % of % does not follow the one before', NEW.seq, NEW.order_id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = NEW.order_id AND o.version >= NEW.seq) THEN
    RAISE EXCEPTION 'event % of % was written without moving the order', NEW.seq, NEW.order_id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER event_has_its_place AFTER INSERT ON events
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION event_has_its_place();

"""

# The application may add to history and never change it; it may not touch what migrations own.
GRANTS = """
GRANT USAGE ON SCHEMA public TO {role};

GRANT SELECT, INSERT ON events, documents TO {role};

GRANT SELECT, INSERT, UPDATE ON orders, attachments, articles TO {role};

GRANT SELECT, INSERT, UPDATE, DELETE ON order_lines, order_search, customers, payloads, outbox, replies, ticks, notices, tasks,
  people, sessions, document_drafts, bom_lines, work_orders, reservations TO {role};

GRANT USAGE ON SEQUENCE order_numbers, work_order_numbers TO {role};

GRANT SELECT ON alembic_version TO {role};

"""


def upgrade() -> None:
    """Create everything. `app_role` comes from the settings; where it owns the database no grant is needed."""
    role = context.config.attributes.get("app_role")
    grants = GRANTS.format(role=f'"{role}"') if role else ""
    for statement in f"{TABLES}\n{GUARDS}\n{grants}".split(";\n\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """There is nothing before the first version."""
    raise NotImplementedError("history is not removed; restore a backup instead")
