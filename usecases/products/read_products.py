"""Questions about products: the list, one with how it is made, its versions and its drawings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.orders.events import instant_text
from domain.products.specification import PARTS
from domain.refusals.general import NOT_FOUND
from persistence import library, products
from persistence.products import StoredFile
from persistence.queries import product_list
from persistence.queries.product_list import ProductFilter
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.rights import staff_only

KIND = "product"
# What of an article's details concerns people who make and buy it; the rest belongs to stock and finance.
_TOLD = ("specification", "safety_stock", "lead_time_days", "group", "group_name", "blocked", "substitutes", "cost")


@dataclass(frozen=True, slots=True)
class ProductVersion:
    """One published version."""

    sku: str
    version: int


@use_case(right="orders.read")
async def list_products(tx: Tx, wanted: ProductFilter) -> list[dict[str, Any]]:
    """Rows by number: names, unit, kind, and how many operations the newest version has."""
    return [dict(row) for row in await product_list.list_products(tx, Scope.of(tx.actor), wanted)]


@use_case(right="orders.read")
async def read_product(tx: Tx, sku: str) -> dict[str, Any]:
    """The article and its newest version. Raises NOT_FOUND."""
    staff_only(tx)
    row = await products.find(tx, sku)
    if row is None:
        raise NOT_FOUND()
    return product_view(row)


@use_case(right="orders.read")
async def read_product_versions(tx: Tx, sku: str) -> list[dict[str, Any]]:
    """When each version was published and by whom, newest first. Raises NOT_FOUND where there is no such article."""
    staff_only(tx)
    if not await products.known_skus(tx, [sku]):
        raise NOT_FOUND()
    rows = await library.versions(tx, KIND, sku)
    return [{**row, "published_at": instant_text(row["published_at"])} for row in rows]


@use_case(right="orders.read")
async def read_product_version(tx: Tx, wanted: ProductVersion) -> dict[str, Any]:
    """One published version. Raises NOT_FOUND."""
    staff_only(tx)
    row = await library.read_version(tx, KIND, wanted.sku, wanted.version)
    if row is None:
        raise NOT_FOUND()
    return specification_view(row["body"])


@use_case(right="orders.read")
async def find_drawing(tx: Tx, sha256: str) -> StoredFile:
    """What is known of a drawing. Raises NOT_FOUND."""
    staff_only(tx)
    found = await products.drawing(tx, sha256)
    if found is None:
        raise NOT_FOUND()
    return found


def product_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """An article as the API shows it, with its newest version, or none where it was never published."""
    body = row["body"]
    return {
        **{name: row[name] for name in ("sku", "name", "name_en", "unit", "line", "kind", "hs_code", "aliases")},
        "version": row["version"],
        "published_at": row["published_at"] and instant_text(row["published_at"]),
        "published_by": row["published_by"],
        "has_draft": row["has_draft"],
        "details": {name: row["details"][name] for name in _TOLD if name in row["details"]},
        "specification": specification_view(body, row["materials"]) if body else None,
        "files": row["files"],
    }


def specification_view(body: Mapping[str, Any], materials: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A version as the API shows it; with `materials` each line of the bill tells names and unit."""
    view = {name: body.get(name) or [] for name in PARTS}
    if materials is not None:
        view["bill"] = [{**line, **_named(materials.get(line["material"]))} for line in view["bill"]]
    return {"sku": body["key"], "version": body.get("version", 0), **view}


def _named(material: list[str] | None) -> dict[str, str]:
    return dict(zip(("name", "name_en", "unit"), material, strict=True)) if material else {}


def stored_file(sha256: str, file_name: str, media_type: str | None, size_bytes: int) -> StoredFile:
    """What is known of an uploaded file; a media type that makes no sense becomes plain bytes."""
    given = (media_type or "").partition(";")[0].strip().lower()
    plain = given.isascii() and given.count("/") == 1 and len(given) <= 100
    return StoredFile(sha256, file_name, given if plain else "application/octet-stream", size_bytes)
