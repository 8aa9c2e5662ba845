"""Rows that an order change should have taken along and did not, found by SQL as in persistence/invariants.py."""

from __future__ import annotations

COUNT = "SELECT count(*) FROM order_changes"

# What holds of every order that was changed: history and changes tell the same, and nothing says what the order was.
BROKEN: tuple[tuple[str, str], ...] = (
    (
        "order_changes",
        """
        SELECT o.order_no || ' change ' || c.number AS row,
          'is applied as revision ' || coalesce(c.applied_revision::text, 'none') || ', no event tells of it' AS problem
        FROM order_changes c JOIN orders o ON o.id = c.order_id
        WHERE c.state = 'applied' AND NOT EXISTS (SELECT 1 FROM events e WHERE e.id = c.event_id
          AND e.order_id = c.order_id AND e.type = 'OrderChanged' AND e.body#>>'{payload,change_id}' = c.id::text
          AND (e.body->>'revision')::int = c.applied_revision)
        """,
    ),
    (
        "events",
        """
        SELECT o.order_no || ' #' || e.seq AS row, 'tells of a change that is not applied' AS problem
        FROM events e JOIN orders o ON o.id = e.order_id
        WHERE e.type = 'OrderChanged' AND NOT EXISTS (SELECT 1 FROM order_changes c
          WHERE c.event_id = e.id AND c.state = 'applied')
        """,
    ),
    (
        "order_changes",
        """
        SELECT o.order_no || ' change ' || c.number AS row, 'is undecided, and its order is cancelled' AS problem
        FROM order_changes c JOIN orders o ON o.id = c.order_id
        WHERE c.state IN ('proposed', 'awaiting_customer', 'approved') AND o.category = 'cancelled'
        """,
    ),
    (
        "order_changes",
        """
        SELECT o.order_no AS row,
          'its changes are numbered to ' || max(c.number) || ', there are ' || count(*) AS problem
        FROM order_changes c JOIN orders o ON o.id = c.order_id GROUP BY o.order_no HAVING max(c.number) <> count(*)
        """,
    ),
    (
        "work_orders",
        """
        SELECT w.number AS row, 'is open, and its order ' || o.order_no || ' is cancelled' AS problem
        FROM work_orders w JOIN orders o ON o.id = w.order_id
        WHERE w.state IN ('released', 'in_progress') AND o.category = 'cancelled'
        """,
    ),
    (
        "work_orders",
        """
        SELECT w.number AS row, 'makes ' || w.sku || ' for line ' || w.line || ' of ' || o.order_no || ', which is '
          || coalesce(l.sku, 'nothing') AS problem
        FROM work_orders w JOIN orders o ON o.id = w.order_id
        LEFT JOIN order_lines l ON l.order_id = w.order_id AND l.line = w.line
        WHERE w.state IN ('released', 'in_progress') AND w.sku IS DISTINCT FROM l.sku
        """,
    ),
    (
        "work_orders",
        """
        SELECT o.order_no || ' line ' || l.line AS row, 'its work orders make ' || sum(w.quantity) || ', it is '
          || l.quantity AS problem
        FROM work_orders w JOIN orders o ON o.id = w.order_id
        JOIN order_lines l ON l.order_id = w.order_id AND l.line = w.line AND l.sku = w.sku
        WHERE w.state <> 'cancelled' AND o.category IN ('not_started', 'in_production')
        GROUP BY o.order_no, l.line, l.quantity
        HAVING sum(w.quantity) FILTER (WHERE w.state = 'released') > 0
          AND sum(w.quantity) > greatest(l.quantity, coalesce(sum(w.quantity) FILTER (WHERE w.state <> 'released'), 0))
        """,
    ),
    (
        "work_orders",
        """
        SELECT w.number AS row, 'is of revision ' || w.revision || ', its order ' || o.order_no || ' of ' || o.revision
          AS problem
        FROM work_orders w JOIN orders o ON o.id = w.order_id
        WHERE w.state IN ('released', 'in_progress') AND o.category NOT IN ('done', 'cancelled')
          AND w.revision <> o.revision
        """,
    ),
    (
        "work_orders",
        """
        SELECT w.number AS row,
          CASE WHEN w.stop IS NULL THEN 'goes on, though a change of its order is not acknowledged'
          ELSE 'is stopped by change ' || (w.stop->>'number') || ', which everybody knows' END AS problem
        FROM work_orders w JOIN orders o ON o.id = w.order_id
        CROSS JOIN LATERAL (WITH RECURSIVE line_of(number, since) AS (
            SELECT w.number, 'infinity'::timestamptz
            UNION ALL SELECT b.after->>'split_from', b.changed_at FROM line_of JOIN work_order_changes b
              ON b.number = line_of.number AND b.kind = 'split' AND b.after ? 'split_from')
          SELECT EXISTS (SELECT 1 FROM change_acknowledgements a JOIN order_changes c ON c.id = a.change_id
            CROSS JOIN LATERAL jsonb_array_elements(c.impact->'work_orders') s
            JOIN line_of ON line_of.number = s->>'number' AND line_of.since >= c.applied_at
            WHERE a.order_id = w.order_id AND a.acknowledged_at IS NULL AND a.stops_work) AS waits) known
        WHERE w.state IN ('released', 'in_progress') AND o.category NOT IN ('done', 'cancelled')
          AND (w.stop IS NOT NULL) <> known.waits
        """,
    ),
    (
        "reservations",
        """
        SELECT o.order_no || ' ' || r.material AS row, 'is set aside for a cancelled order' AS problem
        FROM reservations r JOIN orders o ON o.id = r.order_id WHERE o.category = 'cancelled'
        """,
    ),
    (
        "tasks",
        """
        SELECT t.id::text AS row,
          'is open for stage ' || t.stage || ', its order ' || o.order_no || ' is in ' || o.stage AS problem
        FROM tasks t JOIN orders o ON o.order_no = t.order_no WHERE t.done_at IS NULL AND t.stage <> o.stage
        """,
    ),
    (
        "tasks",
        """
        SELECT t.id::text AS row, 'is due at ' || coalesce(t.due_at::text, 'no time') || ', its order ' || o.order_no
          || ' at ' || coalesce(o.due_at::text, 'no time') AS problem
        FROM tasks t JOIN orders o ON o.order_no = t.order_no
        WHERE t.done_at IS NULL AND t.due_at IS DISTINCT FROM o.due_at
          AND EXISTS (SELECT 1 FROM order_changes c WHERE c.order_id = o.id AND c.state = 'applied')
        """,
    ),
)
