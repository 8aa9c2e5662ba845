"""Load articles and bills of material: from a file, an ERP, or the demo factory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from domain.products.article import Article, article_problems
from domain.products.bill import BillLine, bill_problems
from domain.refusals.general import FIELD_INVALID
from persistence import products, work_centres
from persistence.tx import Tx
from usecases.door import use_case

_PROBLEMS_TOLD = 100


@dataclass(frozen=True, slots=True)
class LoadCatalogue:
    """Articles to add or replace, and the whole bills of the products that they name; nothing else is touched.

    `quality` are whole quality standards by article.
    """

    articles: Sequence[Article]
    bills: Sequence[BillLine] = ()
    quality: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


@use_case(right="admin.all")
async def load_catalogue(tx: Tx, command: LoadCatalogue) -> dict[str, Any]:
    """Answers `{"articles", "bill_lines"}`, how many are new or changed. Raises FIELD_INVALID; then none is.

    A product whose routing or bill changed gets a new published version.
    """
    named = {sku for bill in command.bills for sku in (bill.product, bill.material)}
    coming = {article.sku for article in command.articles}
    known = coming | await products.known_skus(tx, sorted(named - coming))
    found = (*article_problems(command.articles), *bill_problems(command.bills, known))
    problems = list(islice(found, _PROBLEMS_TOLD))
    if problems:
        raise FIELD_INVALID(*problems, summary=", ".join(problem.pointer for problem in problems[:10]))
    return await write_catalogue(tx, command)


async def write_catalogue(tx: Tx, command: LoadCatalogue, *, merge: bool = False) -> dict[str, Any]:
    """Write a catalogue that is right; a product whose routing or bill changed gets its next version.

    `merge` leaves what is known of an article and not said here.
    """
    save = products.merge_articles if merge else products.save_articles
    written = {
        "articles": await save(tx, command.articles),
        "bill_lines": await products.save_bills(tx, command.bills),
    }
    centres = {step.work_centre for article in command.articles for step in article.operations}
    await work_centres.add_missing(tx, sorted(centres))
    touched = {article.sku for article in command.articles} | {bill.product for bill in command.bills}
    await products.publish_changed(tx, sorted(touched | command.quality.keys()), command.quality)
    return written
