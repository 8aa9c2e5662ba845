"""Why a person must look at an order before it is opened: the reasons of samples/review_reasons.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from domain.intake.catalogue import Catalogue
from domain.intake.meaning import Evidence
from domain.orders.money import computed_total
from domain.text import Text

REASONS: Mapping[str, Text] = {
    "gift_claimed_by_buyer": Text(
        "买家称有赠品或索要赠品，卖方没有确认",
        "the buyer claims or asks for a gift that nobody on our side confirmed",
    ),
    "gift_not_in_catalog": Text("赠品不在物料表中", "a gift is named that the article list does not know"),
    "gift_quantity_unclear": Text("赠品没有可用的数量", "a gift is named without a usable quantity"),
    "gift_declined": Text("买家不要赠品", "the buyer does not want the gift"),
    "remark_instruction": Text("备注要求需要人来处理", "a remark asks for something that a person must decide"),
    "refund_in_progress": Text("至少一行正在退款", "at least one line is in a refund"),
    "missing_sku": Text("有一行没有货号", "a line has no article number"),
    "unknown_sku": Text(
        "有一行的货号不在物料表中",
        "a line has an article number that the article list does not know",
    ),
    "missing_quantity": Text("有一行没有可用的数量", "a line has no usable quantity"),
    "missing_price": Text("有一行没有可用的单价", "a line has no usable price"),
    "zero_price_line": Text(
        "有一行价格为零，又没有说明是赠品",
        "a line costs nothing and nothing says that it is a gift",
    ),
    "missing_customer": Text("没有客户", "no customer can be named"),
    "missing_phone": Text("没有可用的电话", "there is no usable phone number"),
    "missing_address": Text("没有可用的收货地址", "there is no usable delivery address"),
    "missing_promised_date": Text("这类订单需要交期，但没有", "the order type needs a date and there is none"),
    "ambiguous_date": Text("日期有多种读法", "a date can be read in more than one way"),
    "ambiguous_quantity": Text("数量有多种读法", "a quantity can be read in more than one way"),
    "amounts_do_not_add_up": Text(
        "各行、优惠、费用、运费和税加起来不等于总额",
        "lines, discounts, fees, shipping and tax do not give the total",
    ),
    "currency_missing": Text("没有币种", "no currency is given"),
    "hand_entered": Text("人工录入，须先由人审核", "typed by a person: always read by a person first"),
    "payment_incomplete": Text("货款没有付清", "the payment is not complete"),
    "possible_duplicate": Text("可能重复", "the same content seems to be there already, or twice"),
    "hs_code_missing": Text("出口行没有海关编码", "an export line has no HS code"),
    "hs_code_invalid": Text("海关编码的长度或字符不对", "an HS code has a wrong length or wrong characters"),
    "incoterm_invalid": Text("贸易术语不属于 Incoterms 2020", "the trade term is not one of the Incoterms 2020"),
    "incoterm_place_missing": Text("贸易术语没有指明地点", "the trade term has no named place"),
    "origin_missing": Text("出口行没有原产国", "an export line has no country of origin"),
    "drawing_missing": Text("引用的图纸没有附上", "a drawing is referred to that is not attached"),
    "drawing_superseded": Text(
        "引用的图纸版本已被替代",
        "a line refers to an older revision than the newest attached",
    ),
    "attachment_unverifiable": Text(
        "附件没有校验和或可用地址",
        "an attachment has no checksum, or no usable address",
    ),
    "price_masked": Text("来源对此账号隐藏了价格", "the source hides the price from this account"),
}  # fmt: skip
"""Every reason with its words."""

Finding = tuple[str, Evidence]


def review(content: Mapping[str, Any], catalogue: Catalogue, required: Collection[str], *, sums: bool) -> list[Finding]:
    """What is missing, unknown or wrong in an order's content. `required`: customer, phone, address, promised_date."""
    return [
        *_missing(content, required),
        *_lines(content["lines"], catalogue),
        *(sum_problems(content) if sums else ()),
        *_twice(content["lines"]),
    ]


def _missing(content: Mapping[str, Any], required: Collection[str]) -> Iterator[Finding]:
    customer = content["customer"] or {}
    address = customer.get("address") or {}
    found = {
        "customer": customer.get("name") or customer.get("company"),
        "phone": _usable_phone(customer.get("phone")),
        "address": address.get("street"),
        "promised_date": content["promised_date"],
    }
    for name in required:
        if not found[name]:
            yield f"missing_{name}", Evidence(f"/{name}", "")
    if not content["currency"]:
        yield "currency_missing", Evidence("/currency", "")


def _usable_phone(phone: str | None) -> bool:
    """At least seven digits, or digits that the platform masks ('*******6621')."""
    digits = sum(character.isdigit() for character in phone or "")
    return digits >= 7 or (digits >= 3 and "*" in (phone or ""))


def _lines(lines: Sequence[Mapping[str, Any]], catalogue: Catalogue) -> Iterator[Finding]:
    for place, line in enumerate(lines):
        where = f"/lines/{place}"
        name = line["name"] or ""
        if line["quantity"] is None or Decimal(line["quantity"]) <= 0:
            yield "missing_quantity", Evidence(f"{where}/quantity", name)
        if line["unit_price"] is None or Decimal(line["unit_price"]) < 0:
            yield "missing_price", Evidence(f"{where}/unit_price", name)
        if line["refund"] == "requested":
            yield "refund_in_progress", Evidence(f"{where}/refund", name)
        if line["is_gift"]:
            continue
        if not line["sku"]:
            yield "missing_sku", Evidence(f"{where}/sku", name)
        elif catalogue.by_number(line["sku"]) is None:
            yield "unknown_sku", Evidence(f"{where}/sku", line["sku"])


def sum_problems(content: Mapping[str, Any]) -> Iterator[Finding]:
    """Lines - discounts + fees + shipping (+ tax unless included) = total, where all of it is known."""
    amounts = [line["amount"] for line in content["lines"]]
    if content["total"] is None or any(amount is None for amount in amounts):
        return
    computed = computed_total(
        (Decimal(amount) for amount in amounts),
        content["discounts"],
        content["fees"],
        Decimal(content["shipping"]),
        Decimal(content["tax"]),
        tax_included=content["tax_included"],
    )
    if computed != Decimal(content["total"]):
        yield "amounts_do_not_add_up", Evidence("/total", f"{computed} != {content['total']}")


def _twice(lines: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    counted = Counter(line["external_id"] for line in lines if line["external_id"])
    for external_id, times in counted.items():
        if times > 1:
            yield "possible_duplicate", Evidence("/lines", external_id)
