"""Orders written into U8 under our own numbers, each once.

An order is looked for first. Where an answer was lost meanwhile, the repeat goes out under the same trade number, which
U8 makes one document of; told anew, it has another, since U8 keeps to what it said of the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from domain.erp.differences import OrderThere
from domain.erp.told import ToldLine, ToldOrder
from integrations.own_fields import number_or_none
from integrations.ports import ErpFailed
from integrations.u8.client import U8Client

ORDER, ORDERS, CUSTOMER = "saleorder", "saleorderlist", "customer"
_CURRENCIES = {"人民币": "CNY", "美元": "USD", "欧元": "EUR", "港币": "HKD", "英镑": "GBP", "日元": "JPY"}
_CURRENCY_FIELDS = ("currency", "cexch_name")


@dataclass(frozen=True, slots=True)
class Terms:
    """What U8 asks of an order besides what it says; `customer` stands for those that U8 does not know by name.

    `currency` is that of the books, for what names none.
    """

    customer: str = ""
    department: str = ""
    sale_type: str = ""
    business_type: str = "普通销售"
    currency: str = "CNY"


async def orders_there(client: U8Client, terms: Terms, numbers: Sequence[str], page_rows: int) -> dict[str, OrderThere]:
    """Those of the orders that U8 has, by number.

    They are asked for from the first to the last; where a database orders hyphens in its own way, one by one.
    """
    if not numbers:
        return {}
    found = await _between(client, terms, min(numbers), max(numbers), page_rows)
    for number in numbers:
        if number not in found and not number.isalnum():
            found |= await _between(client, terms, number, number, page_rows)
    return {number: found[number] for number in numbers if number in found}


async def _between(client: U8Client, terms: Terms, first: str, last: str, page_rows: int) -> dict[str, OrderThere]:
    asked, found = {"code_begin": first, "code_end": last}, dict[str, OrderThere]()
    page, more = 1, True
    while more:
        listed = await client.rows(f"{ORDERS}/batch_get", ORDERS, page, page_rows, asked)
        found |= {str(row["code"]): _there(row, terms) for row in listed.rows if row.get("code")}
        page, more = page + 1, listed.more
    return found


async def write_order(client: U8Client, terms: Terms, order: ToldOrder) -> None:
    """The sales order, where it is not there yet. Raises ErpFailed."""
    if order.category == "cancelled" or await _is_there(client, order.order_no):
        return
    document = await _document(client, terms, order)
    try:
        await client.add(ORDER, document, _trade(client, order))
    except ErpFailed as failed:
        # Somebody's order of our number, or ours of a telling before this one: either way it is there.
        if failed.reason != "refused" or not await _is_there(client, order.order_no):
            raise
        return
    if not await _is_there(client, order.order_no):
        raise ErpFailed("under_way", f"{order.order_no} is taken, and not in the list yet", retryable=True)


async def _is_there(client: U8Client, order_no: str) -> bool:
    asked = {"code_begin": order_no, "code_end": order_no}
    listed = await client.rows(f"{ORDERS}/batch_get", ORDERS, 1, 10, asked)
    return any(row.get("code") == order_no for row in listed.rows)


def _trade(client: U8Client, order: ToldOrder) -> str:
    """The number of one telling of one order, of the form of those that U8 gives out."""
    name = f"u8:{client.access.to_account}:{order.order_no}:{order.telling}"
    return uuid5(NAMESPACE_URL, name).hex


def _there(row: Mapping[str, Any], terms: Terms) -> OrderThere:
    amounts = [amount for name in ("sum", "money") if (amount := number_or_none(row.get(name))) is not None]
    said = next((str(row[name]) for name in _CURRENCY_FIELDS if row.get(name)), "")
    return OrderThere(str(row["code"]), amounts, _CURRENCIES.get(said, said) or terms.currency)


async def _document(client: U8Client, terms: Terms, order: ToldOrder) -> dict[str, Any]:
    due = {"dpredatebt": order.promised_date.isoformat()} if order.promised_date else {}
    return {
        "code": order.order_no,
        "date": order.ordered_on.isoformat(),
        "businesstype": terms.business_type,
        "typecode": terms.sale_type,
        "custcode": await _customer(client, terms, order.customer),
        "deptcode": terms.department,
        "memo": order.customer,
        **due,
        "entry": [_line(line, place, order) for place, line in enumerate(order.lines, 1)],
    }


def _line(line: ToldLine, place: int, order: ToldOrder) -> dict[str, Any]:
    if not line.sku:
        raise ErpFailed("no_article", f"the line {line.name!r} has no article number", fields=("inventorycode",))
    price, total = ("taxunitprice", "sum") if order.tax_included else ("unitprice", "money")
    return {
        "inventorycode": line.sku,
        "quantity": _number(line.quantity),
        price: _number(line.unit_price),
        total: _number(line.amount),
        "bgift": int(line.is_gift),
        "rowno": place,
    }


async def _customer(client: U8Client, terms: Terms, name: str) -> str:
    """The number of the customer of exactly that name, else of who stands for the unknown. Raises ErpFailed."""
    listed = await client.rows(f"{CUSTOMER}/batch_get", CUSTOMER, 1, 100, {"name": name})
    found = next((str(row["code"]) for row in listed.rows if row.get("name") == name and row.get("code")), "")
    if not (found or terms.customer):
        raise ErpFailed("unknown_customer", f"no customer is called {name!r}", alert=True, fields=("custcode",))
    return found or terms.customer


def _number(value: Decimal) -> float | int:
    return int(value) if value == value.to_integral_value() else float(value)
