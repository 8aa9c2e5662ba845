"""What a factory can name aloud, made ready for reading sentences once and kept until something of it changed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from domain.floor.speech.house import house_catalogue
from domain.floor.speech.lexicon import Lexicon, lexicon_of
from persistence.tx import Tx

# Each part is the last entry of an index, so that asking costs nothing however long the lists are. A transaction that
# is still open may yet write something older than the newest: the version says so, and changes when it has ended.
_VERSION = """
SELECT concat_ws(':', newest.xid, newest.xid < feed_frontier(),
  (SELECT id FROM customers ORDER BY id DESC LIMIT 1),
  (SELECT max(version) || '/' || count(*) FROM documents WHERE kind = 'product'),
  (SELECT sum(hashtextextended(concat_ws(E'\\x1f', code, name, active), 0)) FROM work_centres))
FROM (SELECT (SELECT xid FROM articles ORDER BY xid DESC LIMIT 1) AS xid) newest
"""
# A customer of a shop is a private person: nobody calls one by name on the floor.
_KNOWN = """
SELECT
  (SELECT coalesce(jsonb_agg(jsonb_build_object('sku', sku, 'name', name, 'unit', unit, 'aliases', aliases)
    ORDER BY sku), '[]') FROM articles) AS articles,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('name', name) ORDER BY code), '[]') FROM work_centres
    WHERE active) AS work_centres,
  (SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('name', o->'name'->>'zh')), '[]')
    FROM documents d, jsonb_array_elements(d.body::jsonb->'operations') o WHERE d.kind = 'product') AS operations,
  (SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('name', company)), '[]') FROM customers
    WHERE company <> '' AND NOT masked) AS customers,
  (SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('name', place)), '[]')
    FROM material_moves m, unnest(ARRAY[m.location, m.to_location]) place WHERE place <> '') AS locations
"""
_KEY = ("spoken names", "", 0)
_LOOK_AGAIN = timedelta(minutes=10)
"""Places are known by what was put there; for them alone nobody looks at every sentence."""


async def lexicon(tx: Tx) -> Lexicon:
    """The factory's lexicon: one small statement, and a second one after a change."""
    version = await tx.connection.value(_VERSION)
    kept: tuple[Any, Any, Lexicon] | None = tx.connection.published.get(_KEY)
    if kept is None or kept[0] != version or abs(tx.now - kept[1]) > _LOOK_AGAIN:
        (row,) = await tx.connection.rows(_KNOWN)
        # In a thread: a hundred thousand articles take a second, and others want their answers meanwhile.
        made = await asyncio.to_thread(lambda: lexicon_of(house_catalogue(dict(row))))
        kept = tx.connection.published[_KEY] = (version, tx.now, made)
    return kept[2]
