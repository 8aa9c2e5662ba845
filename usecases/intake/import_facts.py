"""What the factory has that a workbook of orders speaks of: articles, order types with their fields, numbers taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from domain.access.fields import standing, unwritable
from domain.expressions.schema import FormSchema
from domain.intake.order_sheet import EXTENSION
from domain.intake.sheet_orders import Known, TypeKnown
from persistence import documents, library, order_imports, products
from persistence.catalogue import catalogue
from persistence.tx import Tx
from usecases.door import use_case

CHANNEL = "excel"
# The field of the table that a column writes, where it is called otherwise.
_FIELDS = {"discount": "discounts", "note": "notes", "line_note": "options", "street": "address"}


@dataclass(frozen=True, slots=True)
class AskFacts:
    """The senders' order numbers and article numbers that a workbook names, and its columns."""

    numbers: Collection[str]
    skus: Collection[str]


@use_case(right="orders.read")
async def order_types(tx: Tx, _: None) -> dict[str, TypeKnown]:
    """Every order type by its key."""
    return await _types(tx)


@use_case(right="orders.open")
async def import_facts(tx: Tx, asked: AskFacts) -> Known:
    """What is known of them."""
    return Known(
        catalogue=await catalogue(tx),
        types=await _types(tx),
        other_skus=frozenset(await products.known_skus(tx, sorted(asked.skus))),
        taken=await order_imports.taken(tx, CHANNEL, sorted(asked.numbers)),
    )


@use_case(right="orders.open")
async def closed_columns(tx: Tx, columns: Collection[str]) -> list[str]:
    """Those of a workbook's columns that whoever sent it may not write."""
    names = {_FIELDS.get(key, key): key for key in columns if not key.startswith(EXTENSION)}
    refused = [names[name] for name in unwritable(tx.actor, names)]
    own = [key for key in columns if key.startswith(EXTENSION)]
    if own:
        types = await _types(tx)
        open_to = {EXTENSION + name for one in types.values() for name in one.form.writable(standing(tx.actor))}
        refused += [key for key in own if key not in open_to]
    return sorted(refused)


async def _types(tx: Tx) -> dict[str, TypeKnown]:
    found: dict[str, TypeKnown] = {}
    for row in await library.list_documents(tx, "order_type"):
        if row["version"] is not None:
            parsed = await documents.order_type(tx, row["key"], row["version"])
            found[parsed.key] = TypeKnown(parsed.key, parsed.label, FormSchema.compile(parsed.fields))
    return found


def skus_of(orders: Mapping[str, object]) -> set[str]:
    """Every article number that rows name."""
    rows = (row for listed in orders.values() for row in listed)  # type: ignore[attr-defined]
    return {row.cells["sku"] for row in rows if "sku" in row.cells}
