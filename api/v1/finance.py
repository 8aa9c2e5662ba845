"""What was invoiced and paid, as finance's system tells it, and month's end: where the departments disagree."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.actor import TheActor, TheDoor
from api.keys import TheKey
from api.language import language_of
from api.paging import ThePage
from api.route import Answer, answer_of, router, stripped
from api.sheet import MEDIA_TYPE, as_download, workbook
from api.v1.types import Currency, Day, Page, Positive, SafeText, Sent, Shown
from domain.orders.reconciliation import LedgerEntry
from domain.text import Text
from usecases.finance.reconcile_orders import Reconcile, reconcile_orders
from usecases.finance.take_entries import TakeEntries, take_entries

routes = router("finance")

MOST_ENTRIES = 5_000
_AT_ONCE = 1_000
Code = Annotated[SafeText, Field(min_length=1, max_length=100)]
Basis = Annotated[Literal["signed", "delivered"], Query(description="which day of an order counts 按签约日或签收日")]
Since = Annotated[Day, Query(alias="from", description="first day, in the factory's own time 起始日")]
Until = Annotated[Day, Query(alias="to", description="last day, counted too 截止日")]
Only = Annotated[Literal["disagreements"] | None, Query(description="only orders that somebody must look at")]


class EntryIn(Sent):
    """One document of finance's system. Told again with the same number it is the same one, corrected."""

    external_id: Code = Field(examples=["AR-2026-11-0042"])
    kind: Literal["invoice", "credit_note", "receipt", "refund"]
    order_no: Code = Field(examples=["SO100001"])
    document_no: Code = Field(examples=["发票 03211234"])
    amount: Positive
    currency: Currency = "CNY"
    booked_date: Day
    due_date: Day | None = Field(None, description="last day to pay an invoice 到期日; unset: by its term")


class EntriesIn(Sent):
    """Documents of one system."""

    source: Code = Field(examples=["kingdee"])
    entries: list[EntryIn] = Field(min_length=1, max_length=MOST_ENTRIES)


class EntriesTaken(Shown):
    """How many were new, corrected, and as they were. Those of `unknown_orders` are kept for when they are known."""

    told: int
    new: int
    changed: int
    unchanged: int
    unknown_orders: list[str]


class Disagreement(Shown):
    """Why somebody must look."""

    code: str
    zh: str
    en: str


class DepartmentSays(Shown):
    """What one department says, with the documents that prove it; money only for who may read it."""

    date: str | None = None
    at: str | None = None
    ordered: str | None = None
    quantity: str | None = None
    returned: str | None = None
    total: str | None = None
    amount: str | None = None
    documents: list[dict[str, Any]] = Field(default_factory=list)


class ReconciledOrder(Shown):
    """One order in the words of each department, and where they disagree."""

    id: UUID
    order_no: str
    customer: str | None
    stage: str
    category: str
    currency: str
    signed: DepartmentSays
    produced: DepartmentSays
    shipped: DepartmentSays
    received: DepartmentSays
    invoiced: DepartmentSays
    paid: DepartmentSays
    reasons: list[Disagreement]


class ReconciledTotal(Shown):
    """What all orders of the period come to in one currency."""

    currency: str
    orders: int
    disagreements: int
    signed: DepartmentSays
    shipped: DepartmentSays
    invoiced: DepartmentSays
    paid: DepartmentSays
    open: DepartmentSays


class Reconciliation(Page[ReconciledOrder]):
    """A page of orders, and the totals of all of them."""

    totals: list[ReconciledTotal]


@routes.post("/ledger/entries", response_model=EntriesTaken)
async def post_entries(body: EntriesIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Push invoices, credit notes, receipts and refunds; all of them or none are taken."""
    entries = [LedgerEntry(**entry.model_dump()) for entry in body.entries]
    return answer_of(await door.run(actor, take_entries, TakeEntries(body.source, entries), key=key))


@routes.get("/reconciliation", response_model=Reconciliation)
async def get_reconciliation(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    from_date: Since,
    to_date: Until,
    basis: Basis = "signed",
    only: Only = None,
) -> Any:
    """Each order's signed, produced, shipped, received, invoiced and paid, with proofs, and where they disagree."""
    after = UUID(page.after[0]) if page.after else None
    asked = Reconcile(basis, from_date, to_date, only is not None, after, page.fetch)
    found = await door.read(actor, reconcile_orders, asked)
    return {**page.page(found["items"], lambda row: [row["id"]]), "totals": found["totals"]}


@routes.get(
    "/reconciliation/export",
    response_class=Response,
    responses={200: {"description": "An Excel workbook 对账表", "content": {MEDIA_TYPE: {}}}},
)
async def export_reconciliation(
    request: Request,
    actor: TheActor,
    door: TheDoor,
    from_date: Since,
    to_date: Until,
    basis: Basis = "signed",
    only: Only = None,
) -> Response:
    """The same as a workbook: a sheet of orders and a sheet of totals, as far as the reader may see them."""
    found = await _all(actor, door, Reconcile(basis, from_date, to_date, only is not None, None, _AT_ONCE))
    shown = stripped(request, found)
    content = await asyncio.to_thread(_sheets, shown, language_of(request))
    return as_download(content, f"reconciliation-{from_date}-{to_date}.xlsx")


async def _all(actor: Any, door: Any, asked: Reconcile) -> dict[str, Any]:
    items: list[dict[str, Any]] = []
    while True:
        after = UUID(items[-1]["id"]) if items else None
        step = Reconcile(asked.basis, asked.from_date, asked.to_date, asked.only_disagreements, after, _AT_ONCE)
        found = await door.read(actor, reconcile_orders, step)
        items += found["items"]
        if len(found["items"]) < _AT_ONCE:
            return {"items": items, "totals": found["totals"]}


_COLUMNS: Sequence[tuple[Text, Sequence[str]]] = (
    (Text("订单", "order"), ("order_no",)),
    (Text("客户", "customer"), ("customer",)),
    (Text("币种", "currency"), ("currency",)),
    (Text("签约日", "signed"), ("signed", "date")),
    (Text("合同额", "contract amount"), ("signed", "total")),
    (Text("应产", "to make"), ("produced", "ordered")),
    (Text("完工", "made"), ("produced", "quantity")),
    (Text("订货", "ordered"), ("shipped", "ordered")),
    (Text("已发", "shipped"), ("shipped", "quantity")),
    (Text("退货", "returned"), ("shipped", "returned")),
    (Text("发货额", "worth shipped"), ("shipped", "amount")),
    (Text("签收时间", "received at"), ("received", "at")),
    (Text("开票额", "invoiced"), ("invoiced", "amount")),
    (Text("收款额", "paid"), ("paid", "amount")),
)
_TOTALS: Sequence[tuple[Text, Sequence[str]]] = (
    (Text("币种", "currency"), ("currency",)),
    (Text("订单数", "orders"), ("orders",)),
    (Text("有差异", "disagreements"), ("disagreements",)),
    (Text("合同额", "contract amount"), ("signed", "total")),
    (Text("发货额", "worth shipped"), ("shipped", "amount")),
    (Text("开票额", "invoiced"), ("invoiced", "amount")),
    (Text("收款额", "paid"), ("paid", "amount")),
    (Text("未收", "open"), ("open", "amount")),
)
_NUMBERS = frozenset({"total", "amount", "quantity", "ordered", "returned", "orders", "disagreements"})


def _sheets(found: Mapping[str, Any], language: Any) -> bytes:
    why = Text("差异", "disagreement").of(language)
    proofs = Text("凭证", "documents").of(language)
    rows = [
        [*_row(item, _COLUMNS), "; ".join(one[language] for one in item["reasons"]), _proofs(item)]
        for item in found["items"]
    ]
    heads = [head.of(language) for head, _ in _COLUMNS]
    return workbook(
        (
            (Text("对账", "reconciliation").of(language), [*heads, why, proofs], rows),
            (
                Text("合计", "totals").of(language),
                [head.of(language) for head, _ in _TOTALS],
                [_row(total, _TOTALS) for total in found["totals"]],
            ),
        )
    )


def _row(item: Mapping[str, Any], columns: Sequence[tuple[Text, Sequence[str]]]) -> list[Any]:
    values = []
    for _, path in columns:
        value: Any = item
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        values.append(Decimal(str(value)) if path[-1] in _NUMBERS and value is not None else value)
    return values


def _proofs(item: Mapping[str, Any]) -> str:
    documents = [one for said in item.values() if isinstance(said, Mapping) for one in said.get("documents", ())]
    return "; ".join(str(one.get("number") or one.get("file_name") or one.get("action")) for one in documents)[:2000]
