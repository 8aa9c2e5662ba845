-- The least that could serve the four paths: no guards, no chain, no keys, no search. Filled from the product's tables.
CREATE SCHEMA minimal;

CREATE TABLE minimal.tokens (
  hash text PRIMARY KEY,
  person uuid NOT NULL,
  rights text[] NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE minimal.orders AS
SELECT o.id, o.order_no, o.channel, o.currency, o.total, o.stage, o.due_at, o.version, o.opened_at, o.updated_at,
  c.name AS customer_name
FROM orders o LEFT JOIN customers c ON c.id = o.customer_id;

ALTER TABLE minimal.orders ADD PRIMARY KEY (id);

CREATE UNIQUE INDEX ON minimal.orders (order_no);

CREATE INDEX ON minimal.orders (stage, id);

CREATE TABLE minimal.lines AS
SELECT order_id, line, sku, name, quantity, unit_price, amount FROM order_lines;

ALTER TABLE minimal.lines ADD PRIMARY KEY (order_id, line);

CREATE TABLE minimal.events (
  id uuid PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES minimal.orders,
  seq int NOT NULL,
  action text NOT NULL,
  person uuid NOT NULL,
  recorded_at timestamptz NOT NULL,
  payload jsonb NOT NULL,
  UNIQUE (order_id, seq)
);

CREATE TABLE minimal.outbox (
  id uuid PRIMARY KEY,
  event_id uuid NOT NULL,
  recipient text NOT NULL,
  body jsonb NOT NULL,
  due_at timestamptz NOT NULL
);

CREATE SEQUENCE minimal.numbers START WITH 1;

GRANT USAGE ON SCHEMA minimal TO tl_app;

GRANT ALL ON ALL TABLES IN SCHEMA minimal TO tl_app;

GRANT ALL ON ALL SEQUENCES IN SCHEMA minimal TO tl_app;
