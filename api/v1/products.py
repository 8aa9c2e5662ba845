"""Products: what is made, how, of what, to which standard, by which drawings; each version published once for all."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import Path, Query, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.actor import TheActor, TheDoor
from api.files import FORM_BYTES, GIVEN, KeptFile, give, keep
from api.keys import IfMatch, TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, found_at, max_body_bytes, router
from api.tables import uploaded
from api.v1.product_shapes import (
    FileOut,
    ImportOut,
    Kind,
    ProductDraftDropped,
    ProductDraftOut,
    ProductOut,
    ProductPublished,
    ProductRow,
    SpecificationIn,
    SpecificationOut,
    VersionOut,
)
from api.v1.types import (
    Page,
    SafeText,
    Sha256,
)
from domain.products.sheet import COLUMNS
from integrations.sheet.workbook import LARGEST_BYTES, rows_of, template_of
from persistence.queries.product_list import ProductFilter
from usecases.products.edit_product import (
    AddDrawing,
    SaveProductDraft,
    add_drawing,
    drop_product_draft,
    publish_product,
    read_product_draft,
    save_product_draft,
)
from usecases.products.import_products import ImportProducts, import_products
from usecases.products.read_products import (
    ProductVersion,
    find_drawing,
    list_products,
    read_product,
    read_product_version,
    read_product_versions,
    stored_file,
)

routes = router("products")

Sku = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[^/\x00-\x1f]+$", examples=["RAD-CU6012-W"])]


@routes.post("/imports/products", response_model=ImportOut)
@max_body_bytes(LARGEST_BYTES + 64 * 1024)
async def post_products_import(
    actor: TheActor,
    door: TheDoor,
    key: TheKey,
    file: UploadFile,
    dry_run: Annotated[bool, Query(description="only tell what is wrong 只检查")] = False,
) -> Answer:
    """Import products from Excel: the sheets `products`, `routing` and `bill`, whole or not at all.

    A dry run answers every error by sheet, row and column; each product whose routing or bill changed gets its next
    version.
    """
    content = await uploaded(file)
    sheets = await asyncio.to_thread(rows_of, content)
    return answer_of(await door.run(actor, import_products, ImportProducts(sheets, dry_run), key=key))


@routes.get(
    "/imports/products/template",
    response_class=Response,
    responses={200: {"description": "An Excel workbook 导入模板", "content": {"application/octet-stream": {}}}},
)
async def get_products_template(actor: TheActor, door: TheDoor) -> Response:
    """The workbook to fill in: three sheets with their headings."""
    await door.read(actor, list_products, ProductFilter(limit=1))
    headers = {"content-disposition": "attachment; filename=products.xlsx"}
    return Response(template_of(COLUMNS), 200, headers, "application/octet-stream")


@routes.get("/products", response_model=Page[ProductRow])
async def find_products(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    kind: Annotated[list[Kind], Query()] = [],  # noqa: B006 - FastAPI copies it
    q: Annotated[SafeText, Query(max_length=100, description="any part of a number, a name or an alias")] = "",
) -> Any:
    """Articles by number."""
    wanted = ProductFilter(kind, q, page.after[0] if page.after else "", page.fetch)
    return page.page(await door.read(actor, list_products, wanted), lambda row: [row["sku"]])


@routes.get("/products/{sku}", response_model=ProductOut)
async def get_product(sku: Sku, actor: TheActor, door: TheDoor) -> Any:
    """One article with its newest version: routing, bill of material, quality standard, drawings."""
    return await door.read(actor, read_product, sku)


@routes.get("/products/{sku}/versions", response_model=Page[VersionOut])
async def get_product_versions(sku: Sku, actor: TheActor, door: TheDoor) -> Any:
    """Its published versions, newest first."""
    return {"items": await door.read(actor, read_product_versions, sku), "next_cursor": None}


@routes.get("/products/{sku}/versions/{version}", response_model=SpecificationOut)
async def get_product_version(
    sku: Sku, version: Annotated[int, Path(ge=1, le=2**31 - 1)], actor: TheActor, door: TheDoor
) -> Any:
    """One published version; it never changes."""
    return await door.read(actor, read_product_version, ProductVersion(sku, version))


@routes.get("/products/{sku}/draft", response_model=ProductDraftOut)
async def get_product_draft(sku: Sku, actor: TheActor, door: TheDoor) -> Answer:
    """The draft and what is wrong with it. The ETag is the draft's own version."""
    draft = await door.read(actor, read_product_draft, sku)
    return Answer(draft, version=draft["draft_version"])


@routes.put("/products/{sku}/draft", response_model=ProductDraftOut)
async def put_product_draft(
    sku: Sku, body: SpecificationIn, actor: TheActor, door: TheDoor, key: TheKey, version: IfMatch
) -> Answer:
    """Keep a draft, right or not; only publishing needs it to be right."""
    command = SaveProductDraft(sku, _plain(body), version)
    outcome = await door.run(actor, save_product_draft, command, key=key)
    return answer_of(outcome, version=outcome.answer["draft_version"])


@routes.post("/products/{sku}/draft/publish", response_model=ProductPublished)
async def publish_product_draft(sku: Sku, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Make the draft the next version, for work orders released from now on."""
    return answer_of(await door.run(actor, publish_product, sku, key=key))


@routes.delete("/products/{sku}/draft", response_model=ProductDraftDropped)
async def delete_product_draft(sku: Sku, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Forget the draft; published versions stay."""
    return answer_of(await door.run(actor, drop_product_draft, sku, key=key))


@routes.post("/products/{sku}/drawings", status_code=201, response_model=FileOut)
@max_body_bytes(FORM_BYTES)
@found_at("/api/v1/drawings/{sha256}")
async def post_drawing(
    request: Request, sku: Sku, actor: TheActor, door: TheDoor, key: TheKey, file: UploadFile
) -> Answer:
    """Upload a file that a draft may then name as a drawing."""
    await door.read(actor, read_product, sku)
    file_kept = await keep(request, file)
    kept = stored_file(file_kept.sha256, file_kept.file_name, file_kept.media_type, file_kept.size_bytes)
    return answer_of(await door.run(actor, add_drawing, AddDrawing(sku, kept), key=key), status=201)


@routes.get("/drawings/{sha256}", response_class=Response, responses=GIVEN)
async def get_drawing(request: Request, sha256: Sha256, actor: TheActor, door: TheDoor) -> Response:
    """The bytes of a drawing. They never change, so a phone keeps them by their SHA-256."""
    file = await door.read(actor, find_drawing, sha256)
    kept = KeptFile(file.file_name, file.media_type, file.size_bytes, sha256)
    return await give(request, kept, cache="private, max-age=31536000, immutable")


def _plain(body: SpecificationIn) -> dict[str, Any]:
    """As it is kept: decimals as text."""
    return body.model_dump(mode="json")
