"""What may stand for what: the lists of the ERP and of the house, and what bills name beside a material, as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.warning.substitutes import Substitute
from persistence.tx import Tx

# Everybody who asks what is allowed asks here. A bill's own alternatives hold for its product, and always; they come
# after what a list prefers.
ALLOWED = """
SELECT material, use, ratio, priority, from_date, until_date, note, product, customer_id FROM substitutes
UNION ALL
SELECT b.material, t->>'sku', (t->>'ratio')::numeric, 50, NULL, NULL,
  CASE WHEN coalesce(t->>'note', '') = '' THEN '{}' ELSE jsonb_build_object('zh', t->>'note', 'en', t->>'note') END,
  b.product, NULL
FROM bom_lines b, jsonb_array_elements(b.alternatives) t
"""
_SAVE = """
INSERT INTO substitutes AS s (id, source, material, use, ratio, priority, from_date, until_date, product, note)
SELECT e.id, $2, e.material, e.use, e.ratio, e.priority, e.from_date, e.until_date, e.product, e.note
FROM jsonb_to_recordset($1) AS e(id uuid, material text, use text, ratio numeric, priority int, from_date date,
  until_date date, product text, note jsonb)
ON CONFLICT (source, material, use, product, customer_id) DO UPDATE SET ratio = excluded.ratio,
  priority = excluded.priority, from_date = excluded.from_date, until_date = excluded.until_date, note = excluded.note
"""
_DROP = """
DELETE FROM substitutes s WHERE s.source = $2 AND NOT EXISTS (
  SELECT 1 FROM jsonb_to_recordset($1) AS e(material text, use text, product text)
  WHERE e.material = s.material AND e.use = s.use AND e.product IS NOT DISTINCT FROM s.product)
"""


async def save_substitutes(tx: Tx, source: str, allowed: Sequence[Substitute]) -> int:
    """Make this the whole list of a source; says how many are no longer allowed."""
    rows = [{"id": tx.new_id(), **_row(one)} for one in allowed]
    await tx.connection.run(_SAVE, rows, source)
    return await tx.connection.run(_DROP, rows, source)


def _row(one: Substitute) -> dict[str, Any]:
    return {
        "material": one.material,
        "use": one.use,
        "ratio": one.ratio,
        "priority": one.priority,
        "from_date": one.from_date and one.from_date.isoformat(),
        "until_date": one.until_date and one.until_date.isoformat(),
        "product": one.product,
        "note": dict(one.note),
    }
