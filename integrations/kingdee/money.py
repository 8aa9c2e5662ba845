"""What Kingdee billed, was paid and paid back, as entries of the ledger: bills to customers, receipts, refunds.

Lines without an order are counted and left out. A document is never cut in two by the end of a page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from domain.orders.reconciliation import EntryKind, LedgerEntry
from integrations.kingdee import forms
from integrations.kingdee.client import KingdeeClient
from integrations.ports import ErpFailed, LedgerPage

# Documents are booked and corrected with dates of the past; what is read twice changes nothing.
READ_AGAIN = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class _Book:
    """One kind of documents: what is asked for, how its rows read, and what it is above and below zero."""

    form: str
    fields: Sequence[str]
    read: Callable[[Iterable[Sequence[Any]]], list[dict[str, Any]]]
    kinds: tuple[EntryKind, EntryKind]


def _books(refund_order: str) -> dict[str, _Book]:
    """In the order in which they are read; refunds where it is known which field names their order."""
    refund_fields = (*forms.REFUND_FIELDS, refund_order)
    books = {
        "bills": _Book(forms.RECEIVABLE, forms.BILLED_FIELDS, forms.billed_rows, ("invoice", "credit_note")),
        "receipts": _Book(forms.RECEIPT, forms.RECEIPT_FIELDS, forms.receipt_rows, ("receipt", "refund")),
    }
    if refund_order:
        books["refunds"] = _Book(forms.REFUND, refund_fields, forms.refund_rows, ("refund", "receipt"))
    return books


async def ledger_page(
    client: KingdeeClient, since: str | None, place: str | None, page_rows: int, refund_order: str
) -> LedgerPage:
    """One page; `since` is the newest date that was read, `place` is `bills:START`, `receipts:` or `refunds:START`."""
    books = _books(refund_order)
    what, _, start = (place or f"{next(iter(books))}:0").partition(":")
    book = books[what]
    found = await client.query(
        book.form, book.fields, where=_where(since), order="FID", start=int(start), limit=page_rows
    )
    rows, more = whole(found, page_rows)
    told = book.read(rows)
    entries, unassigned = _entries(told, book.kinds)
    following = f"{what}:{int(start) + len(rows)}" if more else _after(list(books), what)
    # A date of the future, which somebody mistyped, must not keep the present from being read.
    today = client.clock().date().isoformat()
    until = max((row["date"] for row in told if row["date"] and row["date"] <= today), default=None)
    return LedgerPage(entries, following, until, unassigned)


def _after(books: Sequence[str], what: str) -> str | None:
    rest = books[books.index(what) + 1 :]
    return f"{rest[0]}:0" if rest else None


def whole(rows: Sequence[Sequence[Any]], page_rows: int) -> tuple[Sequence[Sequence[Any]], bool]:
    """The rows without a last document that may go on, and whether there may be more. Raises ErpFailed."""
    if len(rows) < page_rows:
        return rows, False
    kept = [row for row in rows if row[0] != rows[-1][0]]
    if not kept:
        raise ErpFailed("answer_too_large", "one document has more lines than a page has rows", alert=True)
    return kept, True


def _where(since: str | None) -> str:
    if since is None:
        return ""
    return f"FDATE>='{(date.fromisoformat(since) - READ_AGAIN).isoformat()}'"


def _entries(rows: Iterable[Mapping[str, Any]], kinds: tuple[EntryKind, EntryKind]) -> tuple[list[LedgerEntry], int]:
    """One entry for each document and order; a document that is not approved does not count yet."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    heads: dict[tuple[str, str], Mapping[str, Any]] = {}
    unassigned = 0
    for row in rows:
        if not row["counts"]:
            continue
        if row["order"] is None:
            unassigned += 1
            continue
        key = (row["number"], row["order"])
        sums[key] += row["amount"]
        heads.setdefault(key, row)
    return [_entry(heads[key], total, kinds) for key, total in sums.items() if total], unassigned


def _entry(head: Mapping[str, Any], total: Decimal, kinds: tuple[EntryKind, EntryKind]) -> LedgerEntry:
    return LedgerEntry(
        external_id=f"{head['number']}/{head['order']}",
        kind=kinds[total < 0],
        order_no=head["order"],
        document_no=head["number"],
        amount=abs(total),
        currency=head["currency"],
        booked_date=date.fromisoformat(head["date"]),
        due_date=date.fromisoformat(head["due"]) if head.get("due") else None,
    )
