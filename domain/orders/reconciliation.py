"""Month's end: what sales, workshop, warehouse, customer and finance each say of an order, and where they disagree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from domain.orders.money import money_text, quantity_text
from domain.text import Text

EntryKind = Literal["invoice", "credit_note", "receipt", "refund"]
# Which side of an order's account an entry counts on, and with which sign.
SIDES: Mapping[str, tuple[str, int]] = {
    "invoice": ("invoiced", 1),
    "credit_note": ("invoiced", -1),
    "receipt": ("paid", 1),
    "refund": ("paid", -1),
}


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One document of finance's system: `amount` is above zero, its `kind` says which way it counts.

    `due_date`: the last day on which an invoice may be paid, where finance says so.
    """

    external_id: str
    kind: EntryKind
    order_no: str
    document_no: str
    amount: Decimal
    currency: str
    booked_date: date
    due_date: date | None = None


REASONS: Mapping[str, Text] = {
    "shipped_without_contract": Text("已发货，没有签约日期也没有合同", "shipped without a signing date or a contract"),
    "shipped_more_than_produced": Text("发货多于完工", "more was shipped than was produced"),
    "delivered_not_shipped": Text("已签收，但仓库尚有未发", "delivered, and the warehouse has not shipped all of it"),
    "delivered_without_proof": Text("已签收，但没有签收凭证", "delivered without any proof of the delivery"),
    "shipped_not_received": Text(
        "全部发出七天，客户尚未签收", "all shipped seven days ago, not received by the customer"
    ),
    "invoiced_more_than_shipped": Text("开票多于发货", "more was invoiced than was shipped"),
    "delivered_not_invoiced": Text("已签收，尚未全额开票", "delivered and not fully invoiced"),
    "returned_not_credited": Text("有退货，没有红字发票或退款", "goods came back, nothing was credited or refunded"),
    "paid_less_than_invoiced": Text("收款少于开票", "less was paid than was invoiced"),
    "paid_more_than_invoiced": Text("收款多于开票", "more was paid than was invoiced"),
    "currency_differs": Text("财务凭证币种与订单不同", "finance has it in another currency than the order"),
    "cancelled_and_paid": Text("订单已取消，款项未退清", "cancelled, and money of the customer is still here"),
}
UNSIGNED_DAYS = 7


def reason_views(codes: Iterable[str]) -> list[dict[str, Any]]:
    """The reasons with their words, in the order in which they are looked at."""
    found = set(codes)
    return [{"code": code, **text.as_json()} for code, text in REASONS.items() if code in found]


def totals_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """What all orders of one currency come to. Sums are decimal, so that they are the sum of what the rows show."""
    currency = row["currency"]
    return {
        "currency": currency,
        "orders": row["orders"],
        "disagreements": row["disagreements"],
        "signed": {"total": money_text(_decimal(row["signed"]), currency)},
        "shipped": {"amount": money_text(_decimal(row["shipped"]), currency)},
        "invoiced": {"amount": money_text(_decimal(row["invoiced"]), currency)},
        "paid": {"amount": money_text(_decimal(row["paid"]), currency)},
        "open": {"amount": money_text(_decimal(row["invoiced"]) - _decimal(row["paid"]), currency)},
    }


def order_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """One order of the reconciliation: each department's word with its proof, money under the names of money."""
    currency = row["currency"]
    return {
        "order_no": row["order_no"],
        "customer": row["customer"],
        "stage": row["stage"],
        "category": row["category"],
        "currency": currency,
        "signed": {
            "date": row["signed_date"],
            "total": money_text(_decimal(row["total"]), currency),
            "documents": row["contracts"],
        },
        "produced": {
            "ordered": quantity_text(_decimal(row["to_make"])),
            "quantity": quantity_text(_decimal(row["made"])),
            "documents": row["works"],
        },
        "shipped": {
            "ordered": quantity_text(_decimal(row["ordered"])),
            "quantity": quantity_text(_decimal(row["sent"])),
            "returned": quantity_text(_decimal(row["returned"])),
            "amount": money_text(_decimal(row["sent_worth"]), currency),
            "at": row["sent_at"],
            "documents": row["shipments"],
        },
        "received": {"at": row["received_at"], "documents": row["receipts"]},
        "invoiced": {"amount": money_text(_decimal(row["invoiced"]), currency), "documents": row["invoices"]},
        "paid": {"amount": money_text(_decimal(row["paid"]), currency), "documents": row["payments"]},
        "reasons": reason_views(row["reasons"]),
    }


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value or 0))
