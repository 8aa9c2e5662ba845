"""Stock from a file: Excel or CSV, whole or not at all, and the workbook to fill in."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import Query, UploadFile
from starlette.responses import Response

from api.actor import TheActor, TheDoor
from api.keys import TheKey
from api.route import Answer, answer_of, max_body_bytes, router
from api.tables import tables_of, uploaded
from api.v1.product_shapes import SheetErrorOut
from api.v1.stock import Taken
from api.v1.types import Shown
from domain.warning.sheet import COLUMNS, SHEET
from integrations.sheet.workbook import LARGEST_BYTES, template_of
from usecases.warning.import_levels import ImportLevels, import_levels
from usecases.warning.read_stock import list_sources

routes = router("stock")


class LevelsImported(Shown):
    """What an import took, or would take; with errors nothing is taken."""

    dry_run: bool
    source: str
    materials: int
    counted: int
    errors: list[SheetErrorOut]
    taken: Taken | None


@routes.post("/imports/stock-levels", response_model=LevelsImported)
@max_body_bytes(LARGEST_BYTES + 64 * 1024)
async def post_levels_import(
    actor: TheActor,
    door: TheDoor,
    key: TheKey,
    file: UploadFile,
    source: Annotated[str, Query(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="whose figures 数据来源")] = "file",
    whole: Annotated[bool, Query(description="it is everything that is there 为全部库存")] = False,
    dry_run: Annotated[bool, Query(description="only tell what is wrong 只检查")] = False,
) -> Answer:
    """Take stock from Excel or CSV: a row for each material, whole or not at all.

    Headings may be English or Chinese. A dry run answers every error by row and column.
    """
    content = await uploaded(file)
    sheets = await asyncio.to_thread(tables_of, content)
    command = ImportLevels(source, sheets, whole, dry_run)
    return answer_of(await door.run(actor, import_levels, command, key=key))


@routes.get(
    "/imports/stock-levels/template",
    response_class=Response,
    responses={200: {"description": "An Excel workbook 导入模板", "content": {"application/octet-stream": {}}}},
)
async def get_levels_template(actor: TheActor, door: TheDoor) -> Any:
    """The workbook to fill in: one sheet with its headings."""
    await door.read(actor, list_sources, None)
    headers = {"content-disposition": "attachment; filename=stock-levels.xlsx"}
    return Response(template_of({SHEET: tuple(COLUMNS)}), 200, headers, "application/octet-stream")
