"""What the simulated factory makes: four products of two families, their steps, their materials."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from domain.products.article import Article, Operation
from domain.products.bill import BillLine
from domain.text import Text
from domain.warning.stock import Described
from usecases.products.load_catalogue import LoadCatalogue

_NAMES = {
    "OP10": (Text("下料", "Cut"), "SAW"),
    "OP40": (Text("冲压", "Press"), "PRESS"),
    "OP50": (Text("焊接", "Weld"), "WELD"),
    "OP60": (Text("喷粉", "Powder coat"), "COAT"),
    "OP90": (Text("装配", "Assemble"), "ASSY"),
    "OP95": (Text("包装", "Pack"), "PACK"),
}


@dataclass(frozen=True, slots=True)
class Made:
    """One product: minutes for a piece by step, what share of demand it has, what one piece takes of its material."""

    sku: str
    name: Text
    steps: tuple[tuple[str, int], ...]
    share: float
    material: str
    takes: int
    price: Decimal
    setup_minutes: int = 15


@dataclass(frozen=True, slots=True)
class Stuff:
    """One material: the name, and how many days a delivery usually takes."""

    sku: str
    name: Text
    lead_days: int


PRODUCTS = (
    Made("SIM-RAD", Text("铜铝散热器", "Copper radiator"),
         (("OP10", 6), ("OP50", 14), ("OP60", 8), ("OP95", 4)), 0.45, "SIM-CU", 7, Decimal(420)),
    Made("SIM-PNL", Text("钢板散热器", "Steel panel radiator"),
         (("OP40", 5), ("OP50", 11), ("OP60", 9), ("OP95", 4)), 0.25, "SIM-ST", 10, Decimal(310)),
    Made("SIM-TWR", Text("毛巾架", "Towel warmer"),
         (("OP10", 4), ("OP50", 12), ("OP60", 6), ("OP90", 10), ("OP95", 3)), 0.20, "SIM-CU", 6, Decimal(380)),
    Made("SIM-LMP", Text("灯具", "Lamp"),
         (("OP40", 4), ("OP60", 4), ("OP90", 9), ("OP95", 2)), 0.10, "SIM-ST", 2, Decimal(150)),
)  # fmt: skip
MATERIALS = (Stuff("SIM-CU", Text("紫铜管", "Copper tube"), 9), Stuff("SIM-ST", Text("冷轧钢板", "Steel sheet"), 6))


def work_centre_of(step: str) -> str:
    """Where a step is done."""
    return _NAMES[step][1]


def catalogue() -> LoadCatalogue:
    """All of it as the system is told of it."""
    articles = [
        Article(
            made.sku, made.name.zh, "件", "product", name_en=made.name.en,
            operations=tuple(
                Operation(step, _NAMES[step][0], _NAMES[step][1], Decimal(minutes), Decimal(made.setup_minutes))
                for step, minutes in made.steps
            ),
        )
        for made in PRODUCTS
    ]  # fmt: skip
    articles += [Article(one.sku, one.name.zh, "米", "material", name_en=one.name.en) for one in MATERIALS]
    return LoadCatalogue(articles, [BillLine(made.sku, 1, made.material, Decimal(made.takes)) for made in PRODUCTS])


def described(safety: dict[str, Decimal]) -> list[Described]:
    """The materials as an ERP describes them, with their safety levels."""
    return [
        Described(one.sku, name=one.name.zh, unit="米", safety_level=safety[one.sku], lead_days=one.lead_days)
        for one in MATERIALS
    ]
