-- A new order with four lines for a known customer, as it is usually written: eight round trips.
BEGIN;
{{actor}};
SELECT m.*, encode(sha256(convert_to(repeat('0', 64) || chr(10) || m.canonical, 'UTF8')), 'hex') AS hash
FROM (SELECT l.*, 'SO' || l.number AS order_no, jsonb_build_object('id', l.event_id, 'order_no', 'SO' || l.number, 'seq', 1,
    'type', 'OrderOpened', 'action', null, 'from', null, 'to', 'signed', 'held', false,
    'actor', jsonb_build_object('kind', 'system', 'id', 'pgbench', 'role', null), 'device_id', null, 'evidence', '[]'::jsonb,
    'payload', jsonb_build_object('order_type', 'standard', 'total', '2143.20'), 'occurred_at', now(), 'recorded_at', now(),
    'revision', 1, 'workflow', 'standard@1', 'cause', null)::text AS canonical
  FROM (SELECT nextval('order_numbers') AS number, gen_random_uuid() AS id, gen_random_uuid() AS event_id, c.id AS customer_id,
      (SELECT max(version) FROM documents WHERE kind = 'workflow' AND key = 'standard') AS workflow_version
    FROM customers c WHERE c.channel = 'taobao' AND c.external_id = 'C000000') l) m \gset
INSERT INTO orders (id, order_no, stage, held, version, head_hash, opened_at, updated_at, stage_since, channel, external_id,
  order_type, customer_id, currency, shipping, tax, tax_included, total, due_at, workflow_key, workflow_version, category)
VALUES (:id::uuid, :order_no, 'signed', false, 1, :hash, now(), now(), now(), 'taobao', :event_id, 'standard',
  :customer_id::uuid, 'CNY', 0, 0, true, 2143.20, now() + interval '20 days', 'standard', :workflow_version::int, 'not_started');
INSERT INTO order_lines (order_id, line, sku, name, quantity, unit, unit_price, amount)
VALUES (:id::uuid, 1, 'RAD-CU6012-W', '铜铝复合散热器 60×1200 白', 1, '组', 180.00, 180.00),
  (:id::uuid, 2, 'RAD-ST5018-G', '钢制柱式散热器 50×1800 灰', 2, '组', 265.50, 531.00),
  (:id::uuid, 3, 'TWR-HB0812-B', '浴室背篓毛巾架 80×120 黑', 3, '件', 399.00, 1197.00),
  (:id::uuid, 4, 'VLV-TH15-S', '恒温温控阀 DN15 直角', 4, '只', 58.80, 235.20);
INSERT INTO events (id, order_id, seq, type, to_stage, held, recorded_at, canonical, prev_hash, hash)
VALUES (:event_id::uuid, :id::uuid, 1, 'OrderOpened', 'signed', false, now(), :canonical, repeat('0', 64), :hash);
WITH searchable AS (
  INSERT INTO order_search (order_id, words, grams) SELECT :id::uuid, s.words, s.grams || ARRAY[:order_no::text]
  FROM order_search s JOIN orders o ON o.id = s.order_id WHERE o.order_no = 'SO100001')
INSERT INTO replies (scope, key, fingerprint, answer, created_at, touched_at)
VALUES ('pgbench', :event_id, :hash, :canonical::jsonb, now(), now());
COMMIT;
