"""Workbooks as people would make them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook

HEADINGS = ("客户单号", "客户名称", "电话", "货号", "品名", "数量", "单价")


def workbook(rows: Sequence[Sequence[Any]], headings: Sequence[str] = HEADINGS, title: str = "订单") -> bytes:
    """A workbook with one sheet of these headings and rows."""
    return book_of({title: [headings, *rows]})


def book_of(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook of these sheets."""
    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()
