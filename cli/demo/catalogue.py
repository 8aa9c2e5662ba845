"""The demo factory's articles and bills: the sales catalogue, the workshop's own numbers, and the ERP's materials."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from cli.demo.samples import sample_json, story
from domain.orders.money import quantity_text
from domain.products.article import Article, ArticleKind, Operation
from domain.products.bill import BillLine, needed
from domain.text import Text

_CENT_HUNDREDTH = Decimal("0.0001")
# What the workshop uses up, by the letters of its numbers: boards, edging, resin, consumables, packing, steel.
_USED_UP = {"D", "E", "H", "M", "P", "T"}


@dataclass(frozen=True)
class DemoCatalogue:
    """Every article and bill of the demo factory."""

    articles: tuple[Article, ...]
    bills: tuple[BillLine, ...]

    @cached_property
    def by_sku(self) -> Mapping[str, Article]:
        """Articles by their number."""
        return {article.sku: article for article in self.articles}

    def material_cost(self, quantities: Mapping[str, Decimal]) -> Decimal:
        """What the materials of these products cost, in CNY, by the ERP's reference costs."""
        used = needed(self.bills, quantities)
        return sum(
            (quantity * Decimal(self.by_sku[sku].details.get("cost", 0)) for sku, quantity in used.items()), Decimal(0)
        )


def demo_catalogue() -> DemoCatalogue:
    """Read from the samples and the factory's own story."""
    routings = _routings()
    articles = (
        *(_sold(row, routings) for row in sample_json("samples/catalog.json")["articles"]),
        *(_spoken(row, routings) for row in sample_json("voice/catalogue.json")["skus"]),
        *_materials(sample_json("samples/kingdee/dataset.json")),
    )
    return DemoCatalogue(articles, tuple(_bills(story("bills"))))


def _sold(row: Mapping[str, Any], routings: Mapping[str, tuple[Operation, ...]]) -> Article:
    operations = _routing_of(row["sku"], routings)
    kind: ArticleKind = "gift" if row["gift_article"] else "product" if operations else "goods"
    return Article(
        row["sku"],
        row["name"],
        row["unit"],
        kind,
        name_en=row["name_en"],
        line=row.get("line") or "",
        hs_code=row.get("hs_code"),
        aliases=tuple(row["aliases"]),
        operations=operations,
    )


def _spoken(row: Mapping[str, Any], routings: Mapping[str, tuple[Operation, ...]]) -> Article:
    """A number of the workshop, as people say it; `units` and `pack` are what it is counted and packed in."""
    code = row["code"]
    operations = _routing_of(code, routings)
    kind: ArticleKind = "material" if code.rstrip("0123456789") in _USED_UP else "part"
    spoken = {name: row[name] for name in ("units", "pack") if row.get(name)}
    return Article(
        code, row["name"], row["unit"], kind, line="workshop", aliases=tuple(row["aliases"]), operations=operations,
        details={"spoken": spoken},
    )  # fmt: skip


def _materials(dataset: Mapping[str, Any]) -> Iterable[Article]:
    units = {unit["FNumber"]: unit["FName"] for unit in dataset["base"]["BD_UNIT"]}
    groups = {group["FNumber"]: group["FName"] for group in dataset["base"]["BD_MATERIALGROUP"]}
    substitutes = _substitutes(dataset["forms"]["ENG_Substitution"])
    for row in dataset["base"]["BD_MATERIAL"]:
        details = {
            "unit_code": row["FBaseUnitId"],
            "group": row["FMaterialGroup"],
            "group_name": groups.get(row["FMaterialGroup"]),
            "specification": row["FSpecification"],
            "safety_stock": quantity_text(Decimal(row["FSafeStock"])),
            "cost": quantity_text(Decimal(row["FRefCost"]).quantize(_CENT_HUNDREDTH)),
            "lead_time_days": row["FFixLeadTime"],
            "blocked": row["FForbidStatus"] == "B",
            "substitutes": substitutes.get(row["FNumber"], []),
        }
        unit = units[row["FBaseUnitId"]]
        yield Article(row["FNumber"], row["FName"].strip(), unit, "material", line="material", details=details)


def _substitutes(schemes: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Approved schemes that replace one material by one other, and the factory's own, by the material replaced."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for scheme in schemes:
        if scheme["FDocumentStatus"] != "C" or scheme["FForbidStatus"] != "A" or len(scheme["FEntityMainItems"]) != 1:
            continue
        main = scheme["FEntityMainItems"][0]
        for other in scheme["FEntity"]:
            ratio = Decimal(other["FSubNumerator"]) / Decimal(other["FSubDenominator"])
            found[main["FMaterialID"]].append({"sku": other["FSubMaterialID"], "ratio": quantity_text(ratio)})
    for own in story("substitutes"):
        found[own["material"]].append({"sku": own["use"], "ratio": own["ratio"], "note": own["note"]})
    return found


def _routings() -> dict[str, tuple[Operation, ...]]:
    """Operations by the beginning of the numbers they are for."""
    return {
        prefix: tuple(
            Operation(code, Text(zh, en), work_centre, Decimal(minutes), Decimal(setup))
            for code, zh, en, work_centre, minutes, setup in routing["operations"]
        )
        for routing in story("routings").values()
        for prefix in routing["skus"]
    }


def _routing_of(sku: str, routings: Mapping[str, tuple[Operation, ...]]) -> tuple[Operation, ...]:
    longest = max((prefix for prefix in routings if _begins(sku, prefix)), key=len, default=None)
    return routings[longest] if longest else ()


def _begins(sku: str, prefix: str) -> bool:
    """A whole number, a family such as `RAD-`, or a letter of the workshop followed by digits."""
    rest = sku.removeprefix(prefix)
    return sku.startswith(prefix) and (not rest or prefix[-1] == "-" or "-" in prefix or rest.isdigit())


def _bills(bills: Mapping[str, Mapping[str, str]]) -> Iterable[BillLine]:
    for product, materials in bills.items():
        for line, (material, quantity) in enumerate(materials.items(), 1):
            yield BillLine(product, line, material, Decimal(quantity))
