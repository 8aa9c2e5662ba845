"""How a product is made, as a versioned document: routing, bill of material, quality standard, drawings.

`{"key": sku, "version", "operations": [{code, name, work_centre, minutes, setup_minutes, requirements, outsourced}],
"bill": [{material, quantity, alternatives: [{sku, ratio, note}]}], "quality": [{code, name, method, limit}],
"drawings": [{name, sha256}]}`. Minutes and quantities are decimal text; a work order copies it when it is released.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.refusals.kinds import FieldProblem
from domain.text import Text

# A product that says nothing of how it is made is made in one step, so that its completion can be reported.
ONE_STEP: tuple[Mapping[str, Any], ...] = (
    {
        "code": "OP10",
        "name": {"zh": "生产", "en": "Make"},
        "work_centre": "",
        "minutes": "0",
        "setup_minutes": "0",
        "requirements": None,
        "outsourced": False,
    },
)
PARTS = ("operations", "bill", "quality", "drawings")


@dataclass(frozen=True, slots=True)
class Known:
    """What a specification may name: articles, work centres, and drawings by their SHA-256."""

    articles: Collection[str]
    work_centres: Collection[str]
    drawings: Collection[str]


def specification_problems(sku: str, body: Mapping[str, Any], known: Known) -> Iterator[FieldProblem]:
    """What keeps a specification from being published, each with its pointer. Its shape has been checked before."""
    yield from _twice(body["operations"], "/operations", "code")
    for index, operation in enumerate(body["operations"]):
        yield from operation_problems(operation, f"/operations/{index}", known.work_centres)
    yield from _bill_problems(sku, body["bill"], known.articles)
    yield from _twice(body["quality"], "/quality", "code")
    for index, drawing in enumerate(body["drawings"]):
        if drawing["sha256"] not in known.drawings:
            text = Text("没有上传过这个文件", "no such file was uploaded for this product")
            yield FieldProblem(f"/drawings/{index}/sha256", "unknown_reference", text)


def operation_problems(
    operation: Mapping[str, Any], pointer: str, work_centres: Collection[str]
) -> Iterator[FieldProblem]:
    """What is wrong with one operation."""
    if operation["work_centre"] not in work_centres:
        text = Text(f"没有这个工作中心：{operation['work_centre']}", f"no work centre {operation['work_centre']}")
        yield FieldProblem(f"{pointer}/work_centre", "unknown_reference", text)
    for name in ("minutes", "setup_minutes"):
        if Decimal(operation[name]) < 0:
            yield FieldProblem(f"{pointer}/{name}", "invalid", Text("不能小于零", "must not be less than nothing"))


def _bill_problems(sku: str, bill: Sequence[Mapping[str, Any]], articles: Collection[str]) -> Iterator[FieldProblem]:
    yield from _twice(bill, "/bill", "material")
    for index, line in enumerate(bill):
        pointer = f"/bill/{index}"
        named = [("material", line["material"])]
        named += [(f"alternatives/{n}/sku", other["sku"]) for n, other in enumerate(line.get("alternatives") or ())]
        for name, material in named:
            if material == sku:
                text = Text("产品不能用自己做料", "a product is not made of itself")
                yield FieldProblem(f"{pointer}/{name}", "circular", text)
            elif material not in articles:
                text = Text(f"没有这个物料：{material}", f"there is no article {material}")
                yield FieldProblem(f"{pointer}/{name}", "unknown_reference", text)


def _twice(items: Sequence[Mapping[str, Any]], pointer: str, name: str) -> Iterator[FieldProblem]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        if item[name] in seen:
            text = Text(f"重复：{item[name]}", f"{item[name]} is there twice")
            yield FieldProblem(f"{pointer}/{index}/{name}", "duplicate", text)
        seen.add(item[name])


def named_materials(body: Mapping[str, Any]) -> set[str]:
    """Every article that the bill names, alternatives included."""
    bill = body["bill"]
    return {line["material"] for line in bill} | {
        other["sku"] for line in bill for other in line.get("alternatives") or ()
    }
