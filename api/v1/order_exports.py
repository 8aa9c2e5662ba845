"""Orders as a table, a row per line, as far as whoever asks may see them; written while they are read."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import IO, Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.actor import TheActor, TheDoor
from api.language import language_of
from api.route import hidden_of, router, stripped
from api.sheet import MEDIA_TYPE, RowWriter, csv_rows
from api.v1.order_query import TheOrderFilter
from domain.exports.sheets import own_cell, own_labels
from domain.text import Language, Text
from persistence.queries.order_board import NOT_DUE, OrderFilter
from usecases.intake.import_facts import order_types
from usecases.orders.export_orders import export_orders

routes = router("orders")

_AT_ONCE = 500
_PIECE_BYTES = 256 * 1024
CSV_TYPE = "text/csv; charset=utf-8"
_BOM = "\ufeff".encode()
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the table: `field` is the name by which the table of rights hides it."""

    field: str
    label: Text
    value: Callable[[Row, Row], Any]


def _plain(key: str, zh: str, en: str) -> _Column:
    return _Column(key, Text(zh, en), lambda order, _: order.get(key))


def _money(key: str, zh: str, en: str) -> _Column:
    return _Column(key, Text(zh, en), lambda order, _: _number(order.get(key)))


def _of_line(key: str, zh: str, en: str, *, number: bool = False) -> _Column:
    return _Column(key, Text(zh, en), lambda _, line: _number(line.get(key)) if number else line.get(key))


def _inside(field: str, key: str, zh: str, en: str) -> _Column:
    return _Column(field, Text(zh, en), lambda order, _: (order.get(field) or {}).get(key))


_COLUMNS: Sequence[_Column] = (
    _plain("order_no", "订单号", "Order no."),
    _plain("external_id", "来源单号", "Sender's number"),
    _plain("channel", "渠道", "Channel"),
    _plain("shop", "店铺", "Shop"),
    _plain("order_type", "订单类型", "Order type"),
    _inside("customer", "name", "客户", "Customer"),
    _inside("customer", "company", "公司", "Company"),
    _plain("phone", "电话", "Phone"),
    _plain("email", "邮箱", "E-mail"),
    _inside("address", "country", "国家", "Country"),
    _inside("address", "province", "省", "Province"),
    _inside("address", "city", "市", "City"),
    _inside("address", "district", "区县", "District"),
    _inside("address", "street", "详细地址", "Street"),
    _inside("merchandiser", "name", "跟单员", "Merchandiser"),
    _Column("stage_label", Text("阶段", "Stage"), lambda order, _: order["stage_label"]),
    _plain("signed_date", "签约日期", "Signed"),
    _plain("requested_date", "客户要求日期", "Requested date"),
    _plain("promised_date", "承诺交期", "Promised date"),
    _plain("opened_at", "录入时间", "Opened at"),
    _plain("currency", "币种", "Currency"),
    _money("discounts", "整单优惠", "Discount"),
    _money("shipping", "运费", "Shipping"),
    _money("total", "订单总额", "Total"),
    _money("cost", "成本", "Cost"),
    _money("margin", "毛利", "Margin"),
    _of_line("line", "行号", "Line", number=True),
    _of_line("sku", "货号", "Article no."),
    _of_line("name", "品名", "Name"),
    _of_line("quantity", "数量", "Quantity", number=True),
    _of_line("unit", "单位", "Unit"),
    _of_line("unit_price", "单价", "Unit price", number=True),
    _of_line("amount", "金额", "Amount", number=True),
    _of_line("is_gift", "赠品", "Gift"),
    _of_line("shipped_quantity", "已发数量", "Shipped", number=True),
)


@routes.get(
    "/exports/orders",
    response_class=Response,
    responses={200: {"description": "A table of orders 订单表", "content": {MEDIA_TYPE: {}, "text/csv": {}}}},
)
async def export_orders_table(
    request: Request,
    actor: TheActor,
    door: TheDoor,
    asked: TheOrderFilter,
    format: Annotated[Literal["xlsx", "csv"], Query(description="文件格式")] = "xlsx",  # noqa: A002 - its name outside
    language: Annotated[Literal["zh", "en"] | None, Query(description="of headings 表头语言")] = None,
) -> Response:
    """The orders that `GET orders` finds by the same filters, a row per line, in the columns that the asker may see.

    What begins like a formula is written as text. A CSV is sent while it is read, so that any number may be asked for.
    """
    spoken = language or language_of(request)
    hidden = frozenset(hidden_of(request))
    columns = [column for column in _COLUMNS if column.field not in hidden]
    columns += _own_columns(await door.read(actor, order_types, None))
    # The first page is read before anything is answered, so that a no is still a no.
    first = await door.read(actor, export_orders, replace(asked, limit=_AT_ONCE))
    pages = _pages(actor, door, asked, first)
    tables = (_table(stripped(request, page), columns, spoken) async for page in pages)
    heads = [column.label.of(spoken) for column in columns]
    name = f"{Text('订单', 'orders').of(spoken)}.{format}"
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "cache-control": "private, no-store",
    }
    if format == "csv":
        return StreamingResponse(_csv(heads, tables), headers=headers, media_type=CSV_TYPE)
    file = await _workbook(Text("订单", "Orders").of(spoken), heads, tables)
    return StreamingResponse(_pieces(file), headers=headers, media_type=MEDIA_TYPE)


async def _pages(actor: Any, door: Any, asked: OrderFilter, first: list[Row]) -> AsyncIterator[list[Row]]:
    page = first
    while page:
        yield page
        if len(page) < _AT_ONCE:
            return
        last = page[-1]
        after = [last["due_at"] or NOT_DUE, last["id"]] if asked.sort == "due" else [last["id"]]
        page = await door.read(actor, export_orders, replace(asked, after=after, limit=_AT_ONCE))


async def _csv(heads: Sequence[str], tables: AsyncIterator[list[list[Any]]]) -> AsyncIterator[bytes]:
    """With a mark at its beginning by which Excel knows that it is UTF-8."""
    yield _BOM + csv_rows([heads])
    async for rows in tables:
        yield await asyncio.to_thread(csv_rows, rows)


async def _workbook(title: str, heads: Sequence[str], tables: AsyncIterator[list[list[Any]]]) -> IO[bytes]:
    """A workbook on disk, at its beginning; a zip's end must be known before it can be read."""
    writer = RowWriter(title, heads)
    async for rows in tables:
        await asyncio.to_thread(writer.write, rows)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed where it has been sent
    await asyncio.to_thread(writer.save, file)
    file.seek(0)
    return file


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while piece := await asyncio.to_thread(file.read, _PIECE_BYTES):
            yield piece


def _table(orders: Sequence[Row], columns: Sequence[_Column], language: Language) -> list[list[Any]]:
    return [
        [own_cell(column.value(order, line), language) for column in columns]
        for order in orders
        for line in order["lines"] or [{}]
    ]


def _number(text: Any) -> Decimal | None:
    return None if text in (None, "") else Decimal(str(text))


def _own_columns(types: Mapping[str, Any]) -> list[_Column]:
    """A column for each field that an order type adds; what its document closes has been taken out of the row."""
    labels = own_labels(one.form for one in types.values())
    return [_inside("extension", name, label.zh, label.en) for name, label in labels.items()]
