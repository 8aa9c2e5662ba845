"""An uploaded Excel workbook as rows of text, within bounds: what unfolds to more than it should is not unfolded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook

from domain.refusals.kinds import Refusal
from domain.refusals.products import SHEET_UNREADABLE

LARGEST_BYTES = 8 * 1024 * 1024
_UNFOLDED_BYTES = 100 * 1024 * 1024
_MOST_ROWS, _MOST_COLUMNS = 20_000, 50


def rows_of(content: bytes) -> dict[str, list[list[str]]]:
    """Each sheet's rows by its name; formulas are read as what they last came to. Raises SHEET_UNREADABLE."""
    try:
        _insist_on_size(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return {sheet.title.strip().lower(): _rows(sheet) for sheet in book.worksheets}
    except Refusal:
        raise
    except Exception as error:  # noqa: BLE001 - a broken file fails in the reader in as many ways as it can be broken
        raise SHEET_UNREADABLE(reason=type(error).__name__) from None


def unfolded_bytes(content: bytes) -> int:
    """What a workbook unfolds to, as it says itself. Raises SHEET_UNREADABLE for what is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise SHEET_UNREADABLE(reason=type(error).__name__) from None


def _insist_on_size(content: bytes) -> None:
    if unfolded_bytes(content) > _UNFOLDED_BYTES:
        raise SHEET_UNREADABLE(reason=f"> {_UNFOLDED_BYTES} bytes")


def _rows(sheet: Any) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True):
        if len(rows) > _MOST_ROWS:
            raise SHEET_UNREADABLE(reason=f"> {_MOST_ROWS} rows")
        rows.append([_text(cell) for cell in row])
    return rows


def _text(cell: Any) -> str:
    """A cell as a person reads it: 28, not 28.0, and no more digits than anybody typed."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.6f}".rstrip("0").rstrip(".")
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return "".join(letter for letter in str(cell) if letter >= " " or letter in "\t\n")


def template_of(columns: Mapping[str, Sequence[str]]) -> bytes:
    """An empty workbook with these sheets and headings."""
    book = Workbook(write_only=True)
    for title, headings in columns.items():
        book.create_sheet(title).append(list(headings))
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()
