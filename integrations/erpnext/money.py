"""What ERPNext billed and was paid, as entries of the ledger: submitted invoices first, then payments of customers.

An invoice belongs to the order that is the customer's order number, a payment to those of the documents that it
settles, each with its part. What belongs to none is counted and left out; no payment is cut in two by a page's end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from domain.orders.reconciliation import EntryKind, LedgerEntry
from integrations.calling import somewhat_earlier
from integrations.erpnext.client import ErpNextClient
from integrations.erpnext.rows import number, whole
from integrations.ports import LedgerPage

INVOICE, PAYMENT, ORDER = "Sales Invoice", "Payment Entry", "Sales Order"
INVOICE_FIELDS = ("name", "po_no", "posting_date", "due_date", "grand_total", "currency", "is_return", "modified")
PAYMENT_FIELDS = (
    "name",
    "payment_type",
    "posting_date",
    "paid_from_account_currency",
    "paid_to_account_currency",
    "modified",
    "references.reference_doctype",
    "references.reference_name",
    "references.allocated_amount",
)
_INVOICES, _PAYMENTS = "invoices", "payments"
_SUBMITTED = 1


async def ledger_page(client: ErpNextClient, since: str | None, place: str | None, page_rows: int) -> LedgerPage:
    """One page; `since` is the newest change that was read, `place` is `invoices:START` or `payments:START`."""
    what, _, start = (place or f"{_INVOICES}:0").partition(":")
    read = _invoices if what == _INVOICES else _payments
    changed = [["modified", ">=", somewhat_earlier(since)]] if since else []
    return await read(client, changed, int(start), page_rows)


async def _invoices(client: ErpNextClient, changed: list[Any], start: int, page_rows: int) -> LedgerPage:
    filters = [["docstatus", "=", _SUBMITTED], *changed]
    rows = await client.find(INVOICE, INVOICE_FIELDS, filters, start=start, limit=page_rows)
    entries = [_invoice(row) for row in rows if row["po_no"] and number(row["grand_total"])]
    following = f"{_INVOICES}:{start + len(rows)}" if len(rows) >= page_rows else f"{_PAYMENTS}:0"
    return LedgerPage(entries, following, _newest(rows), sum(not row["po_no"] for row in rows))


async def _payments(client: ErpNextClient, changed: list[Any], start: int, page_rows: int) -> LedgerPage:
    filters = [["docstatus", "=", _SUBMITTED], ["party_type", "=", "Customer"], *changed]
    found = await client.find(PAYMENT, PAYMENT_FIELDS, filters, start=start, limit=page_rows)
    rows, more = whole(found, page_rows)
    orders = {doctype: await _orders(client, doctype, rows) for doctype in (INVOICE, ORDER)}
    entries, unassigned = _paid(rows, orders)
    return LedgerPage(entries, f"{_PAYMENTS}:{start + len(rows)}" if more else None, _newest(rows), unassigned)


async def _orders(client: ErpNextClient, doctype: str, rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Our numbers by the documents of a kind that these payments settle."""
    names = sorted({str(row["reference_name"]) for row in rows if row["reference_doctype"] == doctype})
    if not names:
        return {}
    found = await client.find(doctype, ("name", "po_no"), [["name", "in", names]], limit=len(names))
    return {row["name"]: str(row["po_no"]) for row in found if row["po_no"]}


def _paid(rows: Iterable[Mapping[str, Any]], orders: Mapping[str, Mapping[str, str]]) -> tuple[list[LedgerEntry], int]:
    """One entry for each payment and order, and how many parts belong to none."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    heads: dict[tuple[str, str], Mapping[str, Any]] = {}
    unassigned = 0
    for row in rows:
        order = orders.get(str(row["reference_doctype"]), {}).get(str(row["reference_name"]))
        if order is None:
            unassigned += 1
            continue
        sums[row["name"], order] += number(row["allocated_amount"])
        heads[row["name"], order] = row
    return [_payment(heads[key], key[1], total) for key, total in sums.items() if total], unassigned


def _payment(head: Mapping[str, Any], order: str, total: Decimal) -> LedgerEntry:
    """In the currency of the customer's account, which is where a receipt comes from and a refund goes to."""
    received = head["payment_type"] == "Receive"
    kind: EntryKind = "receipt" if received else "refund"
    currency = head["paid_from_account_currency"] if received else head["paid_to_account_currency"]
    return _entry(PAYMENT, head, f"{head['name']}/{order}", kind, order, total, currency)


def _invoice(row: Mapping[str, Any]) -> LedgerEntry:
    kind: EntryKind = "credit_note" if row["is_return"] else "invoice"
    return _entry(INVOICE, row, row["name"], kind, row["po_no"], number(row["grand_total"]), row["currency"])


def _entry(
    doctype: str, row: Mapping[str, Any], name: str, kind: EntryKind, order: str, total: Decimal, currency: Any
) -> LedgerEntry:
    return LedgerEntry(
        external_id=f"{doctype}/{name}",
        kind=kind,
        order_no=str(order),
        document_no=str(row["name"]),
        amount=abs(total),
        currency=str(currency),
        booked_date=date.fromisoformat(str(row["posting_date"])[:10]),
        due_date=date.fromisoformat(str(row["due_date"])[:10]) if row.get("due_date") else None,
    )


def _newest(rows: Sequence[Mapping[str, Any]]) -> str | None:
    return max((str(row["modified"]) for row in rows), default=None)
