"""Articles and bills of material, written set-based: a hundred thousand take two statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.products.article import Article
from domain.products.bill import BillLine
from persistence.database import Row
from persistence.tx import Tx


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that the store holds under its SHA-256, under the name by which people know it."""

    sha256: str
    file_name: str
    media_type: str
    size_bytes: int


_SAVE_ARTICLES = """
INSERT INTO articles AS a (sku, name, name_en, unit, line, kind, is_gift, hs_code, aliases, details)
SELECT e.* FROM jsonb_to_recordset($1) AS e(sku text, name text, name_en text, unit text, line text, kind text,
  is_gift boolean, hs_code text, aliases jsonb, details jsonb)
ON CONFLICT (sku) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, unit = excluded.unit,
  line = excluded.line, kind = excluded.kind, is_gift = excluded.is_gift, hs_code = excluded.hs_code,
  aliases = excluded.aliases, details = excluded.details
WHERE (a.name, a.name_en, a.unit, a.line, a.kind, a.is_gift, a.hs_code, a.aliases, a.details) IS DISTINCT FROM
  (excluded.name, excluded.name_en, excluded.unit, excluded.line, excluded.kind, excluded.is_gift, excluded.hs_code,
   excluded.aliases, excluded.details)
"""
# Only what a spreadsheet says: its other names, what it costs and how it is spoken of stay.
_MERGE_ARTICLES = """
INSERT INTO articles AS a (sku, name, name_en, unit, line, kind, is_gift, hs_code, aliases, details)
SELECT e.* FROM jsonb_to_recordset($1) AS e(sku text, name text, name_en text, unit text, line text, kind text,
  is_gift boolean, hs_code text, aliases jsonb, details jsonb)
ON CONFLICT (sku) DO UPDATE SET name = excluded.name, name_en = coalesce(nullif(excluded.name_en, ''), a.name_en),
  unit = excluded.unit, kind = excluded.kind, is_gift = excluded.is_gift, details = a.details || excluded.details
WHERE (a.name, a.unit, a.kind) IS DISTINCT FROM (excluded.name, excluded.unit, excluded.kind)
  OR excluded.name_en NOT IN ('', a.name_en) OR NOT a.details @> excluded.details
  OR a.details->'operations' IS DISTINCT FROM coalesce(excluded.details->'operations', a.details->'operations')
"""
_DROP_BILL_LINES = """
DELETE FROM bom_lines b WHERE b.product = ANY ($1::text[])
  AND (b.product, b.line) NOT IN (SELECT e.product, e.line FROM jsonb_to_recordset($2) AS e(product text, line int))
"""
_SAVE_BILL_LINES = """
WITH told AS (
  SELECT e.product, e.line, e.material, e.quantity, coalesce(e.alternatives, (SELECT o.alternatives FROM bom_lines o
    WHERE o.product = e.product AND o.material = e.material ORDER BY o.line LIMIT 1), '[]') AS alternatives
  FROM jsonb_to_recordset($1) AS e(product text, line int, material text, quantity numeric, alternatives jsonb)
)
INSERT INTO bom_lines AS b (product, line, material, quantity, alternatives)
SELECT product, line, material, quantity, alternatives FROM told
ON CONFLICT (product, line) DO UPDATE SET material = excluded.material, quantity = excluded.quantity,
  alternatives = excluded.alternatives
WHERE (b.material, b.quantity, b.alternatives) IS DISTINCT FROM
  (excluded.material, excluded.quantity, excluded.alternatives)
"""
_SKUS = "SELECT sku FROM articles WHERE sku = ANY ($1::text[])"
# The newest published version, beside whatever is joined with it by sku.
LATEST = """
LEFT JOIN LATERAL (SELECT d.version, d.body::jsonb AS body, d.published_at, d.published_by FROM documents d
  WHERE d.kind = 'product' AND d.key = a.sku ORDER BY d.version DESC LIMIT 1) d ON true
"""
_BILL_OF = """
SELECT jsonb_agg(jsonb_build_object('material', b.material, 'quantity', trim_scale(b.quantity)::text,
  'alternatives', b.alternatives) ORDER BY b.line) AS bill FROM bom_lines b WHERE b.product = a.sku
"""
_PUBLISH_CHANGED = f"""
INSERT INTO documents (kind, key, version, body, published_at, published_by)
SELECT 'product', a.sku, coalesce(d.version, 0) + 1, json_build_object('key', a.sku,
    'version', coalesce(d.version, 0) + 1, 'operations', now.operations, 'bill', now.bill,
    'quality', now.quality, 'drawings', coalesce(d.body->'drawings', '[]')), $2, $3
FROM articles a {LATEST} LEFT JOIN LATERAL ({_BILL_OF}) b ON true
CROSS JOIN LATERAL (SELECT coalesce(a.details->'operations', '[]') AS operations, coalesce(b.bill, '[]') AS bill,
  coalesce($4::jsonb->a.sku, d.body->'quality', '[]') AS quality) now
WHERE a.sku = ANY ($1::text[]) AND a.kind IN ('product', 'part')
  AND (now.operations <> '[]' OR now.bill <> '[]' OR now.quality <> '[]')
  AND (d.version IS NULL OR (d.body->'operations', d.body->'bill', d.body->'quality') IS DISTINCT FROM
    (now.operations, now.bill, now.quality))
"""  # noqa: S608 - composed of constants
_FIND = f"""
SELECT a.*, d.version, d.body, d.published_at, d.published_by,
  EXISTS (SELECT 1 FROM document_drafts t WHERE t.kind = 'product' AND t.key = a.sku) AS has_draft,
  coalesce((SELECT jsonb_object_agg(m.sku, jsonb_build_array(m.name, m.name_en, m.unit))
    FROM jsonb_array_elements(d.body->'bill') l JOIN articles m ON m.sku = l->>'material'), '{{}}') AS materials,
  coalesce((SELECT jsonb_agg(jsonb_build_object('sha256', g.sha256, 'file_name', g.file_name,
    'media_type', g.media_type, 'size_bytes', g.size_bytes) ORDER BY g.added_at, g.sha256)
    FROM drawings g WHERE g.sku = a.sku), '[]') AS files
FROM articles a {LATEST} WHERE a.sku = $1
"""  # noqa: S608 - composed of constants
_PROJECT = """
UPDATE articles SET details = details || jsonb_build_object('operations', $2::jsonb) WHERE sku = $1
"""
_DROP_BILL = "DELETE FROM bom_lines WHERE product = $1"
_PUT_BILL = """
INSERT INTO bom_lines (product, line, material, quantity, alternatives)
SELECT $1, e.line, e.material, e.quantity, e.alternatives
FROM jsonb_to_recordset($2) AS e(line int, material text, quantity numeric, alternatives jsonb)
"""
_ADD_DRAWING = """
INSERT INTO drawings (sku, sha256, file_name, media_type, size_bytes, added_by, added_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (sku, sha256) DO NOTHING
"""
_DRAWINGS = "SELECT sha256, file_name, media_type, size_bytes FROM drawings WHERE sku = $1 ORDER BY added_at, sha256"
_DRAWING = "SELECT file_name, media_type, size_bytes FROM drawings WHERE sha256 = $1 LIMIT 1"


async def save_articles(tx: Tx, articles: Sequence[Article]) -> int:
    """Write articles, known ones anew; says how many are new or changed."""
    return await tx.connection.run(_SAVE_ARTICLES, [_article_row(article) for article in articles])


async def merge_articles(tx: Tx, articles: Sequence[Article]) -> int:
    """Write what a spreadsheet says of articles; whatever else is known of them stays. Says how many are different."""
    return await tx.connection.run(_MERGE_ARTICLES, [_article_row(article) for article in articles])


async def save_bills(tx: Tx, bills: Sequence[BillLine]) -> int:
    """Make these the whole bills of their products; says how many lines are new, changed or gone."""
    rows = [
        {
            "product": bill.product,
            "line": bill.line,
            "material": bill.material,
            "quantity": bill.quantity,
            "alternatives": bill.alternatives,
        }
        for bill in bills
    ]
    # What is gone goes last: alternatives of a material that has moved to another line are found by the material.
    written = await tx.connection.run(_SAVE_BILL_LINES, rows)
    return written + await tx.connection.run(_DROP_BILL_LINES, sorted({bill.product for bill in bills}), rows)


async def known_skus(tx: Tx, skus: Sequence[str]) -> set[str]:
    """Those of the numbers that are articles."""
    return {row["sku"] for row in await tx.connection.rows(_SKUS, list(skus))}


async def publish_changed(tx: Tx, skus: Sequence[str], quality: Mapping[str, Sequence[Mapping[str, Any]]]) -> int:
    """Publish a version of each product whose routing, bill or quality standard is not that of its newest.

    `quality` has whole standards by article; those of others stay. Says how many.
    """
    return await tx.connection.run(_PUBLISH_CHANGED, list(skus), tx.now, tx.actor.id, dict(quality))


async def find(tx: Tx, sku: str) -> Row | None:
    """An article with its newest version, the names of its materials and its drawings; None where there is none."""
    return await tx.connection.row(_FIND, sku)


async def project(tx: Tx, sku: str, body: Mapping[str, Any]) -> None:
    """Make a published version the one by which material is reserved and work orders are made."""
    await tx.connection.run(_PROJECT, sku, list(body["operations"]))
    await tx.connection.run(_DROP_BILL, sku)
    lines = [
        {
            "line": number,
            "material": line["material"],
            "quantity": line["quantity"],
            "alternatives": line.get("alternatives") or [],
        }
        for number, line in enumerate(body["bill"], 1)
    ]
    await tx.connection.run(_PUT_BILL, sku, lines)


async def add_drawing(tx: Tx, sku: str, file: StoredFile) -> None:
    """Note that a file belongs to a product; known ones stay as they are."""
    await tx.connection.run(
        _ADD_DRAWING, sku, file.sha256, file.file_name, file.media_type, file.size_bytes, tx.actor.id, tx.now
    )


async def drawings(tx: Tx, sku: str) -> list[StoredFile]:
    """The files of a product."""
    return [StoredFile(**row) for row in await tx.connection.rows(_DRAWINGS, sku)]


async def drawing(tx: Tx, sha256: str) -> StoredFile | None:
    """A drawing by the SHA-256 of its bytes, whichever product it belongs to."""
    row = await tx.connection.row(_DRAWING, sha256)
    return StoredFile(sha256=sha256, **row) if row else None


def _article_row(article: Article) -> dict[str, object]:
    return {
        "sku": article.sku,
        "name": article.name,
        "name_en": article.name_en,
        "unit": article.unit,
        "line": article.line,
        "kind": article.kind,
        "is_gift": article.is_gift,
        "hs_code": article.hs_code,
        "aliases": list(article.aliases),
        "details": article.kept_details(),
    }
