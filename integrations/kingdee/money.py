"""What Kingdee billed and was paid, as entries of the ledger: bills to customers first, then receipts.

Lines without an order are counted and left out. A document is never cut in two by the end of a page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from domain.orders.reconciliation import EntryKind, LedgerEntry
from integrations.kingdee import forms
from integrations.kingdee.client import KingdeeClient
from integrations.ports import ErpFailed, LedgerPage

# Documents are booked and corrected with dates of the past; what is read twice changes nothing.
READ_AGAIN = timedelta(days=62)
_BILLS, _RECEIPTS = "bills", "receipts"


async def ledger_page(client: KingdeeClient, since: str | None, place: str | None, page_rows: int) -> LedgerPage:
    """One page; `since` is the newest date that was read, `place` is `bills:START` or `receipts:START`."""
    what, _, start = (place or f"{_BILLS}:0").partition(":")
    bills = what == _BILLS
    form, fields = (forms.RECEIVABLE, forms.BILLED_FIELDS) if bills else (forms.RECEIPT, forms.RECEIPT_FIELDS)
    found = await client.query(form, fields, where=_where(since), order="FID", start=int(start), limit=page_rows)
    rows, more = whole(found, page_rows)
    told = forms.billed_rows(rows) if bills else forms.receipt_rows(rows)
    entries, unassigned = _entries(told, bills=bills)
    following = f"{what}:{int(start) + len(rows)}" if more else (f"{_RECEIPTS}:0" if bills else None)
    # A date of the future, which somebody mistyped, must not keep the present from being read.
    today = client.clock().date().isoformat()
    until = max((row["date"] for row in told if row["date"] and row["date"] <= today), default=None)
    return LedgerPage(entries, following, until, unassigned)


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


def _entries(rows: Iterable[Mapping[str, Any]], *, bills: bool) -> tuple[list[LedgerEntry], int]:
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
    return [_entry(heads[key], total, bills=bills) for key, total in sums.items() if total], unassigned


def _entry(head: Mapping[str, Any], total: Decimal, *, bills: bool) -> LedgerEntry:
    kinds: tuple[EntryKind, EntryKind] = ("invoice", "credit_note") if bills else ("receipt", "refund")
    return LedgerEntry(
        external_id=f"{head['number']}/{head['order']}",
        kind=kinds[total < 0],
        order_no=head["order"],
        document_no=head["number"],
        amount=abs(total),
        currency=head["currency"],
        booked_date=date.fromisoformat(head["date"]),
    )
