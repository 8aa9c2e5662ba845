"""An uploaded table, Excel or CSV, as rows of text. People save CSV in the encoding of their own machine."""

from __future__ import annotations

import csv
import io

from fastapi import UploadFile

from domain.refusals.general import BODY_TOO_LARGE
from domain.refusals.products import SHEET_UNREADABLE
from integrations.sheet.workbook import LARGEST_BYTES, rows_of

_ZIP = b"PK"
_ENCODINGS = ("utf-8-sig", "gb18030")
_MOST_ROWS, _MOST_COLUMNS = 200_000, 50
_DELIMITERS = ",;\t"


async def uploaded(file: UploadFile) -> bytes:
    """All of an uploaded table. Raises BODY_TOO_LARGE."""
    content = await file.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise BODY_TOO_LARGE(limit_bytes=LARGEST_BYTES)
    return content


def tables_of(content: bytes) -> dict[str, list[list[str]]]:
    """Each sheet's rows by its name; a CSV file is one sheet called `csv`. Raises SHEET_UNREADABLE."""
    if content.startswith(_ZIP):
        return rows_of(content)
    text = _decoded(content)
    if "\0" in text:
        raise SHEET_UNREADABLE(reason="no text")
    heading = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=heading.count)
    try:
        rows = [row[:_MOST_COLUMNS] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise SHEET_UNREADABLE(reason=str(error)) from None
    if len(rows) > _MOST_ROWS:
        raise SHEET_UNREADABLE(reason=f"> {_MOST_ROWS} rows")
    return {"csv": rows}


def _decoded(content: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SHEET_UNREADABLE(reason=" / ".join(_ENCODINGS))
