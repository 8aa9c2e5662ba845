-- The product's own three statements: who acts, read once, write once.
{{pick}}
{{actor}};
SELECT m.*, encode(sha256(convert_to(m.head_hash || chr(10) || m.canonical, 'UTF8')), 'hex') AS hash
FROM (SELECT l.*, jsonb_build_object('id', l.event_id, 'order_no', l.order_no, 'seq', l.next_version,
    'type', 'ActionPerformed', 'action', l.action, 'from', l.stage, 'to', l.to_stage, 'held', false,
    'actor', jsonb_build_object('kind', 'system', 'id', 'pgbench', 'role', null), 'device_id', null, 'evidence', '[]'::jsonb,
    'payload', jsonb_build_object('note', 'pgbench'), 'occurred_at', now(), 'recorded_at', now(), 'revision', l.revision,
    'workflow', l.workflow_key || '@' || l.workflow_version, 'cause', null)::text AS canonical
  FROM (SELECT o.*, gen_random_uuid() AS event_id, o.version + 1 AS next_version,
      CASE o.stage WHEN 'in_production' THEN 'awaiting_qc' ELSE 'in_production' END AS to_stage,
      CASE o.stage WHEN 'in_production' THEN 'quality' ELSE 'in_production' END AS to_category,
      CASE o.stage WHEN 'in_production' THEN 'completion_reported' ELSE 'fail_inspection' END AS action
    FROM ({{load}}) o) l) m \gset
{{move}};
