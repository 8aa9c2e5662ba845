-- The same transaction as it is usually written: seven round trips.
{{pick}}
BEGIN;
{{actor}};
SELECT m.*, encode(sha256(convert_to(m.head_hash || chr(10) || m.canonical, 'UTF8')), 'hex') AS hash
FROM (SELECT l.*, jsonb_build_object('id', l.event_id, 'order_no', l.order_no, 'seq', l.next_version,
    'type', 'ActionPerformed', 'action', l.action, 'from', l.stage, 'to', l.to_stage, 'held', false,
    'actor', jsonb_build_object('kind', 'system', 'id', 'pgbench', 'role', null), 'device_id', null, 'evidence', '[]'::jsonb,
    'payload', jsonb_build_object('note', 'pgbench'), 'occurred_at', now(), 'recorded_at', now(), 'revision', l.revision,
    'workflow', 'standard@1', 'cause', null)::text AS canonical
  FROM (SELECT o.id, o.order_no, o.stage, o.revision, o.head_hash, gen_random_uuid() AS event_id,
      o.version + 1 AS next_version,
      CASE o.stage WHEN 'in_production' THEN 'awaiting_qc' ELSE 'in_production' END AS to_stage,
      CASE o.stage WHEN 'in_production' THEN 'quality' ELSE 'in_production' END AS to_category,
      CASE o.stage WHEN 'in_production' THEN 'completion_reported' ELSE 'fail_inspection' END AS action
    FROM orders o WHERE o.order_no = 'SO' || :number FOR UPDATE) l) m \gset
UPDATE orders SET stage = :to_stage, category = :to_category, stage_since = now(), version = :next_version::int,
  head_hash = :hash, updated_at = now() WHERE id = :id::uuid;
INSERT INTO events (id, order_id, seq, type, action, from_stage, to_stage, held, recorded_at, canonical, prev_hash, hash)
VALUES (:event_id::uuid, :id::uuid, :next_version::int, 'ActionPerformed', :action, :stage, :to_stage, false, now(), :canonical,
  :head_hash, :hash);
WITH sent AS (
  INSERT INTO outbox (id, event_id, order_no, kind, channel, recipient, body, created_at, due_at)
  SELECT gen_random_uuid(), :event_id::uuid, :order_no, 'notify', '*', 'pgbench' || n,
    jsonb_build_object('order_no', :order_no::text, 'stage', :to_stage::text), now(), now() + interval '1 year'
  FROM generate_series(1, 2) AS n)
INSERT INTO replies (scope, key, fingerprint, answer, created_at, touched_at)
VALUES ('pgbench', :event_id, :hash, :canonical::jsonb, now(), now());
COMMIT;
