"""Kingdee's forms as this product reads them: which fields, and what their values mean in the trade's words.

Source: integrations.md, section 1 'Forms and fields'. Field names differ by version and by customer; these are the
documented ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from integrations.ports import ErpFailed

STOCK = "STK_Inventory"
STOCK_FIELDS = (
    "FID",
    "FMaterialId.FNumber",
    "FMaterialId.FName",
    "FMaterialId.FSpecification",
    "FStockOrgId.FNumber",
    "FStockId.FNumber",
    "FStockId.FName",
    "FStockStatusId.FNumber",
    "FStockStatusId.FName",
    "FLot.FNumber",
    "FBaseUnitId.FName",
    "FBaseQty",
    "FBaseLockQty",
)
MATERIAL = "BD_MATERIAL"
MATERIAL_FIELDS = (
    "FMATERIALID",
    "FNumber",
    "FName",
    "FSpecification",
    "FMaterialGroup.FNumber",
    "FBaseUnitId.FNumber",
    "FErpClsID",
    "FDocumentStatus",
    "FForbidStatus",
    "FSafeStock",
    "FRefCost",
    "FFixLeadTime",
    "FModifyDate",
)
SUBSTITUTION = "ENG_Substitution"
SUBSTITUTION_FIELDS = (
    "FID",
    "FNumber",
    "FName",
    "FReplacePolicy",
    "FDocumentStatus",
    "FForbidStatus",
    "FEntityMainItems_FEntryID",
    "FMaterialID.FNumber",
    "FNumerator",
    "FDenominator",
    "FEntity_FEntryID",
    "FPriority",
    "FSubMaterialID.FNumber",
    "FSubNumerator",
    "FSubDenominator",
    "FEffectDate",
    "FExpireDate",
    "FMemo",
)
RECEIVABLE = "AR_receivable"
RECEIVABLE_FIELDS = (
    "FID",
    "FBillNo",
    "FDATE",
    "FENDDATE_H",
    "FDocumentStatus",
    "FCUSTOMERID.FNumber",
    "FCUSTOMERID.FName",
    "FCURRENCYID.FNumber",
    "FALLAMOUNTFOR",
    "FRECEIVEAMOUNT",
    "FWRITTENOFFSTATUS",
)
# The same by line, since a bill may be for several orders.
BILLED_FIELDS = (
    "FID",
    "FBillNo",
    "FDATE",
    "FENDDATE_H",
    "FDocumentStatus",
    "FCURRENCYID.FNumber",
    "FEntityDetail_FEntryID",
    "FALLAMOUNTFOR_D",
    "FORDERNUMBER",
)
RECEIPT = "AR_RECEIVEBILL"
RECEIPT_FIELDS = (
    "FID",
    "FBillNo",
    "FDATE",
    "FDocumentStatus",
    "FCONTACTUNITTYPE",
    "FCONTACTUNIT.FNumber",
    "FCURRENCYID.FNumber",
    "FRECEIVEBILLENTRY_FEntryID",
    "FPURPOSEID.FNumber",
    "FRECTOTALAMOUNTFOR_E",
    "FSALEORDERNO",
)
REFUND = "AR_REFUNDBILL"
REFUND_FIELDS = (
    "FID",
    "FBillNo",
    "FDATE",
    "FDocumentStatus",
    "FCURRENCYID.FNumber",
    "FREFUNDBILLENTRY_FEntryID",
    "FREFUNDAMOUNTFOR_E",
)
# Not certain: which field of a refund's lines names the sales order.
REFUND_ORDER_FIELD = "FSALEORDERNUMBER"
SALES_ORDER = "SAL_SaleOrder"
SALES_ORDER_FIELDS = (
    "FID",
    "FBillNo",
    "FDocumentStatus",
    "FCancelStatus",
    "FSettleCurrId.FNumber",
    "FBillAllAmount",
    "FNote",
)
DELIVERY = "SAL_OUTSTOCK"
CUSTOMER = "BD_Customer"
USABLE_STATE = "KCZT01_SYS"
_APPROVED, _IN_USE, _WHOLE_SET, _WRITTEN_OFF = "C", "A", "2", "C"
_NO_END = "9999"
_ADVANCE, _CANCELLED, _CHANGEABLE = "SFKYT02_SYS", "B", ("A", "D", "Z")
_CURRENCIES = {"PRE001": "CNY", "PRE002": "HKD", "PRE003": "EUR", "PRE004": "JPY", "PRE005": "TWD", "PRE006": "GBP",
               "PRE007": "USD"}  # fmt: skip


def stock_rows(rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Rows of the stock list; quantities in the base unit."""
    return [_stock_row(dict(zip(STOCK_FIELDS, row, strict=True))) for row in rows]


def _stock_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["FID"],
        "material": _text(row["FMaterialId.FNumber"]),
        "name": _text(row["FMaterialId.FName"]),
        "specification": _text(row["FMaterialId.FSpecification"]),
        "warehouse": _text(row["FStockId.FNumber"]),
        "status": _text(row["FStockStatusId.FName"]),
        "usable": row["FStockStatusId.FNumber"] == USABLE_STATE,
        "lot": _text(row["FLot.FNumber"]) or None,
        "unit": _text(row["FBaseUnitId.FName"]),
        "quantity": number(row["FBaseQty"]),
        "locked": number(row["FBaseLockQty"]),
    }


def material_rows(rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Rows of the article list; only what is approved and not forbidden is active."""
    return [_material_row(dict(zip(MATERIAL_FIELDS, row, strict=True))) for row in rows]


def _material_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["FMATERIALID"],
        "material": _text(row["FNumber"]),
        "name": _text(row["FName"]),
        "specification": _text(row["FSpecification"]),
        "group": _text(row["FMaterialGroup.FNumber"]),
        "unit": _text(row["FBaseUnitId.FNumber"]),
        "active": row["FDocumentStatus"] == _APPROVED and row["FForbidStatus"] == _IN_USE,
        "safety_stock": number_or_none(row["FSafeStock"]),
        "cost": number_or_none(row["FRefCost"]),
        "lead_days": None if row["FFixLeadTime"] is None else int(row["FFixLeadTime"]),
        "modified": _text(row["FModifyDate"]),
    }


def substitution_plans(rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Plans, folded: a query over two entries gives every main item with every substitute."""
    plans: dict[Any, dict[str, Any]] = {}
    for values in rows:
        row = dict(zip(SUBSTITUTION_FIELDS, values, strict=True))
        plan = plans.setdefault(row["FID"], {"plan": _plan(row), "main": {}, "substitutes": {}})
        plan["main"].setdefault(row["FEntityMainItems_FEntryID"], _main_item(row))
        plan["substitutes"].setdefault(row["FEntity_FEntryID"], _substitute_item(row))
    return [
        {**one["plan"], "main": list(one["main"].values()), "substitutes": list(one["substitutes"].values())}
        for one in plans.values()
    ]


def _plan(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": _text(row["FNumber"]),
        "name": _text(row["FName"]),
        "usable": row["FDocumentStatus"] == _APPROVED and row["FForbidStatus"] == _IN_USE,
        "whole_set": row["FReplacePolicy"] == _WHOLE_SET,
    }


def _main_item(row: Mapping[str, Any]) -> dict[str, Any]:
    per = number(row["FNumerator"]) / number(row["FDenominator"])
    return {"material": _text(row["FMaterialID.FNumber"]), "per": per}


def _substitute_item(row: Mapping[str, Any]) -> dict[str, Any]:
    until = _day(row["FExpireDate"])
    return {
        "material": _text(row["FSubMaterialID.FNumber"]),
        "priority": int(row["FPriority"]),
        "numerator": number(row["FSubNumerator"]),
        "denominator": number(row["FSubDenominator"]),
        "from": _day(row["FEffectDate"]),
        "until": None if until is None or until.startswith(_NO_END) else until,
        "note": _text(row["FMemo"]),
    }


def receivable_rows(rows: Iterable[Sequence[Any]], today: str) -> list[dict[str, Any]]:
    """Bills to customers, judged on a day; one that is not approved does not count, a negative one is a credit note."""
    return [_receivable(dict(zip(RECEIVABLE_FIELDS, row, strict=True)), today) for row in rows]


def _receivable(row: Mapping[str, Any], today: str) -> dict[str, Any]:
    amount, received, due = number(row["FALLAMOUNTFOR"]), number(row["FRECEIVEAMOUNT"]), _day(row["FENDDATE_H"])
    settled, counts = row["FWRITTENOFFSTATUS"] == _WRITTEN_OFF, row["FDocumentStatus"] == _APPROVED
    return {
        "number": _text(row["FBillNo"]),
        "date": _day(row["FDATE"]),
        "due": due,
        "customer": _text(row["FCUSTOMERID.FNumber"]),
        "currency": currency(row["FCURRENCYID.FNumber"]),
        "amount": amount,
        "received": received,
        "outstanding": amount - received,
        "settled": settled,
        "counts": counts,
        "overdue": counts and not settled and amount > received and due is not None and due < today,
        "credit_note": amount < 0,
    }


def billed_rows(rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Lines of bills to customers, each with the order that it is for, if it names one."""
    return [_billed(dict(zip(BILLED_FIELDS, row, strict=True))) for row in rows]


def _billed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": _text(row["FBillNo"]),
        "date": _day(row["FDATE"]),
        "due": _day(row["FENDDATE_H"]),
        "currency": currency(row["FCURRENCYID.FNumber"]),
        "amount": number(row["FALLAMOUNTFOR_D"]),
        "counts": row["FDocumentStatus"] == _APPROVED,
        "order": _text(row["FORDERNUMBER"]) or None,
    }


def receipt_rows(rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """What customers paid, by line; an advance is paid before anything is billed."""
    return [_receipt(dict(zip(RECEIPT_FIELDS, row, strict=True))) for row in rows]


def _receipt(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": _text(row["FBillNo"]),
        "date": _day(row["FDATE"]),
        "customer": _text(row["FCONTACTUNIT.FNumber"]),
        "currency": currency(row["FCURRENCYID.FNumber"]),
        "amount": number(row["FRECTOTALAMOUNTFOR_E"]),
        "advance": row["FPURPOSEID.FNumber"] == _ADVANCE,
        "counts": row["FDocumentStatus"] == _APPROVED,
        "order": _text(row["FSALEORDERNO"]) or None,
    }


def refund_rows(rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """What customers were paid back, by line; the last value of a row is the order that it is for."""
    return [_refund(dict(zip((*REFUND_FIELDS, "order"), row, strict=True))) for row in rows]


def _refund(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": _text(row["FBillNo"]),
        "date": _day(row["FDATE"]),
        "currency": currency(row["FCURRENCYID.FNumber"]),
        "amount": number(row["FREFUNDAMOUNTFOR_E"]),
        "counts": row["FDocumentStatus"] == _APPROVED,
        "order": _text(row["order"]) or None,
    }


def order_rows(rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Heads of sales orders; one that is submitted or approved cannot be changed any more."""
    return [_order(dict(zip(SALES_ORDER_FIELDS, row, strict=True))) for row in rows]


def _order(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["FID"],
        "number": _text(row["FBillNo"]),
        "open": row["FDocumentStatus"] in _CHANGEABLE,
        "cancelled": row["FCancelStatus"] == _CANCELLED,
        "currency": currency(row["FSettleCurrId.FNumber"]),
        "amount": number_or_none(row["FBillAllAmount"]) or Decimal(0),
        "note": _text(row["FNote"]),
    }


def currency(code: Any) -> str:
    """ISO 4217 of Kingdee's own code; what is not known is told as it is."""
    return _CURRENCIES.get(code, _text(code))


def currency_code(iso: str) -> str:
    """Kingdee's own code of a currency. Raises ErpFailed where it has none."""
    for code, known in _CURRENCIES.items():
        if known == iso:
            return code
    raise ErpFailed("unknown_currency", iso, alert=True, fields=("FSettleCurrId",))


def number(value: Any) -> Decimal:
    """A number that has to be one; `***` is a price that the account may not see. Raises ErpFailed."""
    found = number_or_none(value)
    if found is None:
        raise ErpFailed("not_an_api_answer", f"no number: {value!r}"[:200], alert=True)
    return found


def number_or_none(value: Any) -> Decimal | None:
    """A number, or None for what is empty or hidden."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _day(value: Any) -> str | None:
    return _text(value)[:10] or None
