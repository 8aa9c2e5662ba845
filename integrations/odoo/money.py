"""What Odoo billed and was paid, as entries of the ledger: invoices first, then payments.

An invoice belongs to the order that its sales order names as the customer's reference, a payment to that of the invoice
that it settles. What belongs to none, or to several, is counted and left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from domain.orders.reconciliation import EntryKind, LedgerEntry
from integrations.calling import somewhat_earlier
from integrations.odoo import forms
from integrations.odoo.client import OdooClient
from integrations.ports import LedgerPage

_INVOICES, _PAYMENTS = "invoices", "payments"
_MOVE, _PAYMENT, _SALE = "account.move", "account.payment", "sale.order"
_MOVE_FIELDS = (
    "name",
    "move_type",
    "date",
    "invoice_date_due",
    "amount_total",
    "currency_id",
    "invoice_origin",
    "write_date",
)
_PAYMENT_FIELDS = (
    "name",
    "payment_type",
    "date",
    "amount",
    "currency_id",
    "reconciled_invoice_ids",
    "write_date",
)
_KINDS: Mapping[str, EntryKind] = {
    "out_invoice": "invoice",
    "out_refund": "credit_note",
    "inbound": "receipt",
    "outbound": "refund",
}


async def ledger_page(client: OdooClient, since: str | None, place: str | None, page_rows: int) -> LedgerPage:
    """One page; `since` is the newest change that was read, `place` is `invoices:START` or `payments:START`."""
    what, _, start = (place or f"{_INVOICES}:0").partition(":")
    invoices = what == _INVOICES
    rows = await client.search(
        _MOVE if invoices else _PAYMENT,
        [
            *(_posted_invoices() if invoices else _settled_payments()),
            *([("write_date", ">=", somewhat_earlier(since))] if since else []),
        ],
        ("id", *(_MOVE_FIELDS if invoices else _PAYMENT_FIELDS)),
        offset=int(start),
        limit=page_rows,
    )
    orders = await (_orders_of_invoices(client, rows) if invoices else _orders_of_payments(client, rows))
    entries = [_entry(row, orders[row["id"]], invoices=invoices) for row in rows if row["id"] in orders]
    entries = [entry for entry in entries if entry.amount > 0]
    following = f"{what}:{int(start) + len(rows)}" if len(rows) >= page_rows else None
    if following is None and invoices:
        following = f"{_PAYMENTS}:0"
    return LedgerPage(entries, following, forms.newest(rows), sum(row["id"] not in orders for row in rows))


def _posted_invoices() -> list[Any]:
    return [("move_type", "in", ["out_invoice", "out_refund"]), ("state", "=", "posted")]


def _settled_payments() -> list[Any]:
    """States up to 17 and those since."""
    return [("partner_type", "=", "customer"), ("state", "in", ["posted", "in_process", "paid"])]


async def _orders_of_invoices(client: OdooClient, rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """By invoice, our number; an invoice for several sales orders belongs to none of them alone."""
    origins = {row["id"]: forms.text(row["invoice_origin"]) for row in rows}
    numbers = await _our_numbers(client, {origin for origin in origins.values() if origin})
    return {identity: numbers[origin] for identity, origin in origins.items() if origin in numbers}


async def _our_numbers(client: OdooClient, names: set[str]) -> dict[str, str]:
    if not names:
        return {}
    found = await client.search(_SALE, [("name", "in", sorted(names))], ("name", "client_order_ref"))
    return {row["name"]: forms.text(row["client_order_ref"]) or row["name"] for row in found}


async def _orders_of_payments(client: OdooClient, rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    settled = {row["id"]: list(row["reconciled_invoice_ids"] or []) for row in rows}
    wanted = sorted({invoice for invoices in settled.values() for invoice in invoices})
    if not wanted:
        return {}
    invoices = await client.search(_MOVE, [("id", "in", wanted)], ("id", "invoice_origin"))
    orders = await _orders_of_invoices(client, invoices)
    found = {payment: _the_one(orders.get(invoice) for invoice in of) for payment, of in settled.items()}
    return {payment: order for payment, order in found.items() if order is not None}


def _the_one(orders: Iterable[str | None]) -> str | None:
    distinct = set(orders)
    return distinct.pop() if len(distinct) == 1 else None


def _entry(row: Mapping[str, Any], order_no: str, *, invoices: bool) -> LedgerEntry:
    name = forms.text(row["name"])
    return LedgerEntry(
        external_id=f"{_MOVE if invoices else _PAYMENT}/{row['id']}",
        kind=_KINDS[row["move_type"] if invoices else row["payment_type"]],
        order_no=order_no,
        document_no=name,
        amount=abs(forms.number(row["amount_total"] if invoices else row["amount"])),
        currency=forms.label(row["currency_id"]) or "",
        booked_date=date.fromisoformat(row["date"]),
        due_date=date.fromisoformat(due) if (due := forms.text(row.get("invoice_date_due"))) else None,
    )
