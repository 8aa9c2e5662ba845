"""How a product is made, edited as a draft and published as a version that never changes again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.products.specification import Known, named_materials, specification_problems
from domain.refusals.general import NOT_FOUND, VERSION_STALE
from domain.refusals.kinds import FieldProblem
from domain.refusals.products import SPECIFICATION_INVALID
from persistence import library, products, work_centres
from persistence.products import StoredFile
from persistence.tx import Tx
from usecases.door import use_case
from usecases.products.read_products import KIND, specification_view
from usecases.rights import require_any

_TOLD = 20


@dataclass(frozen=True, slots=True)
class SaveProductDraft:
    """`body` holds operations, bill, quality and drawings; `expected_version` is what If-Match named, if anything."""

    sku: str
    body: Mapping[str, Any]
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class AddDrawing:
    """A file that the store already holds."""

    sku: str
    file: StoredFile


@use_case(right="orders.read")
async def read_product_draft(tx: Tx, sku: str) -> dict[str, Any]:
    """The draft with its own version and what is wrong with it. Raises NOT_FOUND."""
    require_any(tx, "floor.plan", "orders.edit")
    row = await library.read_draft(tx, KIND, sku)
    if row is None:
        raise NOT_FOUND()
    return await _draft_view(tx, sku, row["body"], row["version"])


@use_case(right="orders.read")
async def save_product_draft(tx: Tx, command: SaveProductDraft) -> dict[str, Any]:
    """Keep a draft, right or not: what is wrong is said, and only publishing needs it to be right."""
    require_any(tx, "floor.plan", "orders.edit")
    await _known(tx, command.sku)
    body = {"key": command.sku, "version": 0, **command.body}
    version = await library.save_draft(tx, KIND, command.sku, body, command.expected_version)
    if version is None:
        raise VERSION_STALE(version="?")
    return await _draft_view(tx, command.sku, body, version)


@use_case(right="floor.plan")
async def publish_product(tx: Tx, sku: str) -> dict[str, Any]:
    """Make the draft the next version, for work orders from now on. Raises SPECIFICATION_INVALID with every problem."""
    row = await library.read_draft(tx, KIND, sku)
    if row is None:
        raise NOT_FOUND()
    problems = await _problems(tx, sku, row["body"])
    if problems:
        raise SPECIFICATION_INVALID(*problems[:_TOLD], summary=", ".join(p.pointer for p in problems[:_TOLD]))
    version = await publish(tx, sku, row["body"])
    await library.drop_draft(tx, KIND, sku)
    return {"sku": sku, "version": version}


async def publish(tx: Tx, sku: str, body: Mapping[str, Any]) -> int:
    """Publish a specification that is right, and say which version it is."""
    version = await library.publish_next(tx, KIND, sku, body)
    await products.project(tx, sku, body)
    return version


@use_case(right="orders.read")
async def drop_product_draft(tx: Tx, sku: str) -> dict[str, Any]:
    """Forget the draft; published versions stay. Raises NOT_FOUND."""
    require_any(tx, "floor.plan", "orders.edit")
    if not await library.drop_draft(tx, KIND, sku):
        raise NOT_FOUND()
    return {"sku": sku, "dropped": True}


@use_case(right="orders.read")
async def add_drawing(tx: Tx, command: AddDrawing) -> dict[str, Any]:
    """Note a file as this product's, so that a draft may name it. Answers the file."""
    require_any(tx, "floor.plan", "orders.edit")
    await _known(tx, command.sku)
    await products.add_drawing(tx, command.sku, command.file)
    file = command.file
    return {
        "sha256": file.sha256,
        "file_name": file.file_name,
        "media_type": file.media_type,
        "size_bytes": file.size_bytes,
    }


async def _known(tx: Tx, sku: str) -> None:
    if not await products.known_skus(tx, [sku]):
        raise NOT_FOUND()


async def _problems(tx: Tx, sku: str, body: Mapping[str, Any]) -> list[FieldProblem]:
    articles = await products.known_skus(tx, sorted(named_materials(body)))
    files = {file.sha256 for file in await products.drawings(tx, sku)}
    return list(specification_problems(sku, body, Known(articles, await work_centres.codes(tx), files)))


async def _draft_view(tx: Tx, sku: str, body: Mapping[str, Any], version: int) -> dict[str, Any]:
    problems = await _problems(tx, sku, body)
    return {
        "draft_version": version,
        "specification": specification_view(body),
        "valid": not problems,
        "problems": [{"pointer": p.pointer, "code": p.code, "detail": p.detail.as_json()} for p in problems],
    }
