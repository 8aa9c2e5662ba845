"""The article list as intake looks things up in it, made anew when it changed and kept until then."""

from __future__ import annotations

from domain.intake.catalogue import Article, Catalogue
from persistence.database import Row
from persistence.tx import Tx

_KINDS = "kind IN ('product', 'goods', 'gift')"
# One number that is another as soon as any article is; far less work than making the list.
_FINGERPRINT = f"""
SELECT count(*) || ':' || coalesce(sum(hashtextextended(
  concat_ws(E'\\x1f', sku, name, name_en, unit, is_gift, aliases), 0)), 0)
FROM articles WHERE {_KINDS}
"""  # noqa: S608 - composed of constants
_ALL = f"SELECT sku, name, name_en, unit, is_gift, aliases FROM articles WHERE {_KINDS} ORDER BY sku"  # noqa: S608
_KEY = ("catalogue", "", 0)


async def catalogue(tx: Tx) -> Catalogue:
    """The articles that a customer can name: what is made, sold on or given away."""
    fingerprint = await tx.connection.value(_FINGERPRINT)
    kept: tuple[str, Catalogue] | None = tx.connection.published.get(_KEY)
    if kept is None or kept[0] != fingerprint:
        rows = await tx.connection.rows(_ALL)
        kept = tx.connection.published[_KEY] = (fingerprint, Catalogue(tuple(map(_article, rows))))
    return kept[1]


def _article(row: Row) -> Article:
    return Article(row["sku"], row["name"], row["name_en"], tuple(row["aliases"]), row["unit"] or None, row["is_gift"])
