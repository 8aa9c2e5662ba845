"""Bills of material: what goes into one unit of a product, level by level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter

from domain.refusals.kinds import FieldProblem
from domain.text import Text


@dataclass(frozen=True, slots=True)
class BillLine:
    """`quantity` of `material`, in the material's unit, goes into one unit of `product`.

    `alternatives` (`[{sku, ratio, note}]`) may be used in its place; None leaves those that are known.
    """

    product: str
    line: int
    material: str
    quantity: Decimal
    alternatives: Sequence[Mapping[str, str]] | None = None


def bill_problems(bills: Sequence[BillLine], known: Collection[str]) -> Iterator[FieldProblem]:
    """What is wrong with bills: unknown articles, quantities not above zero, a line twice, a product in itself."""
    seen: set[tuple[str, int]] = set()
    for index, bill in enumerate(bills):
        pointer = f"/bills/{index}"
        for name in ("product", "material"):
            if getattr(bill, name) not in known:
                text = Text(f"没有这个物料：{getattr(bill, name)}", f"there is no article {getattr(bill, name)}")
                yield FieldProblem(f"{pointer}/{name}", "unknown_reference", text)
        if bill.quantity <= 0:
            yield FieldProblem(f"{pointer}/quantity", "invalid", Text("数量须大于零", "must be more than nothing"))
        if (bill.product, bill.line) in seen:
            yield FieldProblem(f"{pointer}/line", "duplicate", Text("行号重复", "this line is there twice"))
        seen.add((bill.product, bill.line))
    if circle := _circle(bills):
        text = Text(f"物料清单成环：{circle}", f"the bill goes round in a circle: {circle}")
        yield FieldProblem("/bills", "circular", text)


def needed(bills: Iterable[BillLine], wanted: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What making `wanted` (sku -> quantity) uses up, down to articles that have no bill of their own."""
    below: dict[str, list[BillLine]] = defaultdict(list)
    for bill in bills:
        below[bill.product].append(bill)
    used: dict[str, Decimal] = defaultdict(Decimal)
    open_lines = list(wanted.items())
    while open_lines:
        sku, quantity = open_lines.pop()
        for bill in below.get(sku, ()):
            if bill.material in below:
                open_lines.append((bill.material, quantity * bill.quantity))
            else:
                used[bill.material] += quantity * bill.quantity
    return dict(used)


def _circle(bills: Sequence[BillLine]) -> str | None:
    parts: dict[str, set[str]] = defaultdict(set)
    for bill in bills:
        parts[bill.product].add(bill.material)
    try:
        TopologicalSorter(parts).prepare()
    except CycleError as error:
        return " > ".join(error.args[1])
    return None
