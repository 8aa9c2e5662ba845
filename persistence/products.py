"""Articles and bills of material, written set-based: a hundred thousand take two statements."""

from __future__ import annotations

from collections.abc import Sequence

from domain.products.article import Article
from domain.products.bill import BillLine
from persistence.tx import Tx

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
_DROP_BILL_LINES = """
DELETE FROM bom_lines b WHERE b.product = ANY ($1::text[])
  AND (b.product, b.line) NOT IN (SELECT e.product, e.line FROM jsonb_to_recordset($2) AS e(product text, line int))
"""
_SAVE_BILL_LINES = """
INSERT INTO bom_lines AS b (product, line, material, quantity)
SELECT e.* FROM jsonb_to_recordset($1) AS e(product text, line int, material text, quantity numeric)
ON CONFLICT (product, line) DO UPDATE SET material = excluded.material, quantity = excluded.quantity
WHERE (b.material, b.quantity) IS DISTINCT FROM (excluded.material, excluded.quantity)
"""
_SKUS = "SELECT sku FROM articles WHERE sku = ANY ($1::text[])"


async def save_articles(tx: Tx, articles: Sequence[Article]) -> int:
    """Write articles, known ones anew; says how many are new or changed."""
    return await tx.connection.run(_SAVE_ARTICLES, [_article_row(article) for article in articles])


async def save_bills(tx: Tx, bills: Sequence[BillLine]) -> int:
    """Make these the whole bills of their products; says how many lines are new, changed or gone."""
    rows = [
        {"product": bill.product, "line": bill.line, "material": bill.material, "quantity": bill.quantity}
        for bill in bills
    ]
    gone = await tx.connection.run(_DROP_BILL_LINES, sorted({bill.product for bill in bills}), rows)
    return gone + await tx.connection.run(_SAVE_BILL_LINES, rows)


async def known_skus(tx: Tx, skus: Sequence[str]) -> set[str]:
    """Those of the numbers that are articles."""
    return {row["sku"] for row in await tx.connection.rows(_SKUS, list(skus))}


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
