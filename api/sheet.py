"""Tables as they are downloaded."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

from integrations.sheet.table import MEDIA_TYPE, RowWriter, csv_rows, workbook

__all__ = ["MEDIA_TYPE", "RowWriter", "as_download", "csv_rows", "workbook"]


def as_download(content: bytes, file_name: str) -> Response:
    """The workbook to be saved under this name."""
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file_name)}",
        "cache-control": "private, no-store",
    }
    return Response(content, headers=headers, media_type=MEDIA_TYPE)
