"""Pieces of SQL that several statements share; constants only."""

# The rows that go beside an order in the same statement: its event, what is to be carried out, and the key's answer.
BESIDE = """
written AS (
  INSERT INTO events (id, order_id, seq, type, action, from_stage, to_stage, held, recorded_at, canonical, prev_hash,
    hash)
  SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM moved
), sent AS (
  INSERT INTO outbox (id, event_id, order_no, kind, channel, recipient, body, created_at, due_at)
  SELECT e.id, $1, $13, e.kind, e.channel, e.recipient, e.body, $9, coalesce(e.due_at, $9)
  FROM moved, jsonb_to_recordset($14) AS e(id uuid, kind text, channel text, recipient text, body jsonb, due_at
    timestamptz)
), answered AS (
  INSERT INTO replies (scope, key, fingerprint, answer, created_at, touched_at)
  SELECT $15, $16, $17, $18, $9, $9 FROM moved WHERE $15::text IS NOT NULL
), tasked AS (
  UPDATE tasks SET done_at = $9 FROM moved
  WHERE tasks.order_no = $13 AND tasks.done_at IS NULL AND tasks.stage <> $7
)
"""

# A change with its order's number and version, and its departments with who has acknowledged.
CHANGE = """
SELECT c.*, o.order_no, o.version AS order_version, o.currency, o.customer_id,
  coalesce((SELECT jsonb_agg(jsonb_build_object('role', a.role, 'stops_work', a.stops_work,
      'acknowledged_at', to_char(a.acknowledged_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'acknowledged_by', a.acknowledged_by, 'reason', a.reason)
      ORDER BY a.stops_work DESC, a.role)
    FROM change_acknowledgements a WHERE a.change_id = c.id), '[]') AS departments
FROM order_changes c JOIN orders o ON o.id = c.order_id
"""
